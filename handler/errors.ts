/** The caller's own fault: API Gateway answers 400 for a message that begins with this (the integration's response patterns). */
const PREFIX = 'BadRequest: ';

/** A fault of the caller's. Its message gets the prefix when it leaves the handler. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/**
 * What DynamoDB refuses because of what the caller sent. An unknown table belongs here, since the caller names the
 * table; a table that the role may not touch (AccessDeniedException) does not, since that is for the owner to mend.
 */
const CALLERS_FAULTS = new Set([
  'ConditionalCheckFailedException',
  'ItemCollectionSizeLimitExceededException',
  'ResourceNotFoundException',
  'SerializationException',
  'ValidationException',
]);

/** The error as the handler throws it: the caller's faults with the prefix, all others with their own name and message. */
export function toThrown(error: unknown): Error {
  if (!(error instanceof Error)) return named('Error', String(error));
  if (error instanceof BadRequest || CALLERS_FAULTS.has(error.name) || isAboutPayload(error)) {
    return named('BadRequest', PREFIX + error.message);
  }
  return named(error.name, error.message);
}

/**
 * The SDK does not check the input of a document call: a member of the wrong kind ends in an exception while it is
 * turned into DynamoDB's form. (Node's own exceptions, such as that for an endpoint which is no URL, bear a code.)
 */
function isAboutPayload(error: Error): boolean {
  return (
    (error instanceof TypeError && !('code' in error)) || error.message.startsWith('Unsupported type passed')
  );
}

/**
 * The response patterns match the whole message, whatever is in it, but for two things: nothing, and those line ends
 * that neither `.` nor `\n` stands for in Java.
 */
function named(name: string, message: string): Error {
  const error = new Error(message.replace(/[\r\u0085\u2028\u2029]/g, ' ') || name);
  error.name = name;
  return error;
}
