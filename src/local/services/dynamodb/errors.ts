import { AwsError } from '../../errors.js';

/** The namespaces of DynamoDB's `__type` (aws-facts 1.2); an error that is not named here is of the service itself. */
const NAMESPACES: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate',
  AccessDeniedException: 'com.amazon.coral.service',
  ExpiredTokenException: 'com.amazon.coral.service',
  IncompleteSignatureException: 'com.amazon.coral.service',
  InvalidSignatureException: 'com.amazon.coral.service',
  MissingAuthenticationTokenException: 'com.amazon.coral.service',
  SerializationException: 'com.amazon.coral.service',
  UnknownOperationException: 'com.amazon.coral.service',
  UnrecognizedClientException: 'com.amazon.coral.service',
};

/** The error's `__type`, such as `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`. */
export function typeOf(error: AwsError): string {
  return `${NAMESPACES[error.code] ?? 'com.amazonaws.dynamodb.v20120810'}#${error.code}`;
}

const CAPITAL_MESSAGE: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'SerializationException',
  'TransactionCanceledException',
  'IdempotentParameterMismatchException',
]);

/**
 * DynamoDB says `Message` where it may not be called and where a value has the wrong JSON type (aws-facts 1.2), and where
 * its service model has the member so; else `message`.
 */
export function messageKeyOf(error: AwsError): 'message' | 'Message' {
  return CAPITAL_MESSAGE.has(error.code) ? 'Message' : 'message';
}

const dynamoDbError = (code: string, message?: string): AwsError =>
  new AwsError({ code, status: 400, ...(message === undefined ? {} : { message }) });

export const validation = (message: string): AwsError => dynamoDbError('ValidationException', message);

/** A body that is not a JSON object gets no message (aws-facts 1.3). */
export const serialization = (message?: string): AwsError => dynamoDbError('SerializationException', message);

export const unknownOperation = (name: string): AwsError =>
  dynamoDbError(
    'UnknownOperationException',
    `The local AWS does not serve ${name === '' ? 'a request without an operation' : `dynamodb:${name.slice(0, 100)}`}.`,
  );

/** For calls that are about the table itself. */
export const tableNotFound = (name: string): AwsError =>
  dynamoDbError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);

/** For calls about items: these do not name the table (aws-facts 5.3). */
export const resourceNotFound = (): AwsError =>
  dynamoDbError('ResourceNotFoundException', 'Requested resource not found');

/** For an ARN in which DynamoDB finds no resource to ask about. */
export const accessDenied = (caller: string, action: string, resource: string): AwsError =>
  dynamoDbError(
    'AccessDeniedException',
    `User: ${caller} is not authorized to perform: dynamodb:${action} on resource: ${resource}`,
  );

/** "ResourcArn" is AWS's own spelling (aws-facts 5.1). */
export const resourceArnNotFound = (arn: string): AwsError =>
  dynamoDbError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`);

export const tableExists = (name: string): AwsError =>
  dynamoDbError('ResourceInUseException', `Table already exists: ${name}`);

export const tableInUse = (name: string, status: 'CREATING' | 'UPDATING' | 'DELETING'): AwsError => {
  const words = { CREATING: 'created', UPDATING: 'updated', DELETING: 'deleted' };
  return dynamoDbError(
    'ResourceInUseException',
    `Attempt to change a resource which is still in use: Table is being ${words[status]}: ${name}`,
  );
};

/** Why one part of a transaction did not pass; `Code: 'None'` when it did. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

export const transactionCanceled = (reasons: readonly CancellationReason[]): AwsError =>
  new AwsError({
    code: 'TransactionCanceledException',
    status: 400,
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    members: { CancellationReasons: reasons },
  });

export const tokenReused = (): AwsError =>
  dynamoDbError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request',
  );

export const internalServerError = (message: string): AwsError =>
  new AwsError({ code: 'InternalServerError', status: 500, message });
