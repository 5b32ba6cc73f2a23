import { AwsError } from '../../errors.js';
import type { InputError } from '../service.js';
import { describeFailure } from '../constraints.js';

/** Lambda's errors (aws-facts 1.2, 3.2, 3.3, 3.5, 4.1): code, status and message as AWS gives them. */
const user = (status: number, code: string, message: string): AwsError =>
  new AwsError({ status, code, message, members: { Type: 'User' } });

export const notFound = (message: string): AwsError =>
  new AwsError({
    status: 404,
    code: 'ResourceNotFoundException',
    message,
    members: { Type: 'User' },
    messageKey: 'Message',
  });

export const invalidParameter = (message: string): AwsError =>
  user(400, 'InvalidParameterValueException', message);

const conflict = (message: string): AwsError => user(409, 'ResourceConflictException', message);

/** Carries no Type. */
const validationError = (message: string): AwsError =>
  new AwsError({ status: 400, code: 'ValidationException', message });

/** An input that does not fit the service's model. */
export function inputError(error: InputError): AwsError {
  const failure = describeFailure(error.issues, { quoteValues: true });
  if (failure.kind === 'constraint') return validationError(failure.message);
  return new AwsError({ status: 400, code: 'SerializationException', message: 'Unexpected field type' });
}

const entityTooLarge = (message: string): AwsError =>
  new AwsError({ status: 413, code: 'RequestEntityTooLargeException', message });

export const functionNotFound = (arn: string): AwsError => notFound(`Function not found: ${arn}`);

export const functionInOtherRegion = (theirs: string, ours: string): AwsError =>
  notFound(`Functions from '${theirs}' are not reachable in this region ('${ours}')`);

/** AWS says no more than the code (recorded: test_function_arns). */
export const functionOfOtherAccount = (): AwsError =>
  new AwsError({ status: 403, code: 'AccessDeniedException', members: { Message: null } });

export const functionExists = (name: string): AwsError => conflict(`Function already exist: ${name}`);

export const roleNotAssumable = (): AwsError =>
  invalidParameter('The role defined for the function cannot be assumed by Lambda.');

export const roleOfOtherAccount = (): AwsError =>
  user(403, 'AccessDeniedException', 'Cross-account pass role is not allowed.');

/** A fault of this server's own, such as a process that cannot be started or a disk that is full. */
export const serviceException = (message: string): AwsError =>
  new AwsError({
    code: 'ServiceException',
    status: 500,
    message,
    members: { Type: 'Service' },
    messageKey: 'Message',
  });

/** The role was deleted, or its trust withdrawn, after the function was made. */
export const roleNotAssumableAtInvoke = (): AwsError =>
  user(403, 'AccessDeniedException', 'The role defined for the function cannot be assumed by Lambda.');

export const couldNotUnzip = (): AwsError =>
  invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.');

export const emptyZip = (): AwsError => invalidParameter('Uploaded file must be a non-empty zip');

export const unzippedTooLarge = (limit: number): AwsError =>
  invalidParameter(`Unzipped size must be smaller than ${limit} bytes`);

export const zippedTooLarge = (limit: number): AwsError =>
  entityTooLarge(`Zipped size must be smaller than ${limit} bytes`);

export const updateInProgress = (arn: string): AwsError =>
  conflict(`The operation cannot be performed at this time. An update is in progress for resource: ${arn}`);

export const updateWhilePending = (arn: string): AwsError =>
  conflict(
    `The operation cannot be performed at this time. The resource ${arn} is currently in the following state: 'Pending'. StateReasonCode: 'Creating'`,
  );

export const invokeWhilePending = (): AwsError =>
  conflict(
    'The operation cannot be performed at this time. The function is currently in the following state: Pending',
  );

/** `reader` is the call that tells the latest revision. */
export const revisionMismatch = (reader: 'GetFunction/GetAlias' | 'GetPolicy'): AwsError =>
  user(
    412,
    'PreconditionFailedException',
    `The Revision Id provided does not match the latest Revision Id. Call the ${reader} API to retrieve the latest Revision Id`,
  );

export const codeChanged = (given: string, current: string): AwsError =>
  invalidParameter(
    `CodeSHA256 (${given}) is different from current CodeSHA256 in $LATEST (${current}). Please try again with the CodeSHA256 in $LATEST.`,
  );

export const statementExists = (sid: string): AwsError =>
  conflict(
    `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
  );

export const noPolicyYet = (): AwsError => notFound('The resource you requested does not exist.');

export const noPolicyToRemoveFrom = (): AwsError =>
  notFound('No policy is associated with the given resource.');

export const noPolicyOfMissing = (arn: string): AwsError => notFound(`No policy found for: ${arn}`);

export const statementNotFound = (sid: string): AwsError =>
  notFound(`Statement ${sid} is not found in resource policy.`);

export const policyTooLong = (limit: number): AwsError =>
  user(400, 'PolicyLengthExceededException', `The final policy size is bigger than the limit (${limit}).`);

export const payloadTooLarge = (options: { size: number; type: string; limit: number }): AwsError =>
  user(
    413,
    'RequestTooLargeException',
    `${options.size} byte payload is too large for the ${options.type} invocation type (limit ${options.limit} bytes)`,
  );

export const payloadNotJson = (detail: string): AwsError =>
  user(
    400,
    'InvalidRequestContentException',
    `Could not parse request body into json: Could not parse payload into json: ${detail}`,
  );

export const clientContextNotJson = (): AwsError =>
  user(400, 'InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.');

export function tooManyRequests(reason: string): AwsError {
  return new AwsError({
    status: 429,
    code: 'TooManyRequestsException',
    message: 'Rate Exceeded.',
    members: { Reason: reason, Type: 'User' },
  });
}
