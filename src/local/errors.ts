import { channel } from 'node:diagnostics_channel';

/**
 * An answer that AWS gives for the caller's or its own fault. Services throw it; the protocol that the service
 * speaks turns it into bytes (see wire/). Anything else that is thrown is a bug and becomes a bare 500.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** The wire name, such as `NoSuchEntity` or `ResourceNotFoundException`. */
  readonly code: string;
  /** The HTTP status. */
  readonly status: number;
  /** Members beside the message, such as `Type`, in the body of JSON protocols. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** DynamoDB writes `Message` for some errors and `message` for others, and so does Lambda. */
  readonly messageKey: 'message' | 'Message';

  constructor(options: {
    code: string;
    status: number;
    message?: string;
    members?: Record<string, unknown>;
    headers?: Record<string, string>;
    messageKey?: 'message' | 'Message';
  }) {
    super(options.message ?? '');
    this.code = options.code;
    this.status = options.status;
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
    this.messageKey = options.messageKey ?? 'message';
  }
}

/** What fails here as it never would in AWS (the disk is full), in words that the caller may be shown. */
export class LocalFailure extends Error {
  override readonly name = 'LocalFailure';
}

/** Node's diagnostics channel on which bugs are told: whoever runs the server writes them down (daemon.ts). */
export const BUGS = 'lab-setup local AWS bugs';

/** Tells of what is neither an answer nor a failure of this machine. */
export function tellBug(error: unknown): void {
  if (!(error instanceof AwsError || error instanceof LocalFailure)) channel(BUGS).publish(error);
}

/** What a caller is told of something that is no AwsError: the words of a LocalFailure, and nothing of a bug. */
export function failureMessage(error: unknown): string {
  if (error instanceof LocalFailure) return error.message;
  tellBug(error);
  return 'Internal failure of the local AWS: its server.log says where.';
}

/** The `code` of a system's or library's error, such as `ENOENT`. By its shape: it need not be of this realm's `Error`. */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
