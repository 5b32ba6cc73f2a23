/** One idiom for each kind of AWS error; nobody else looks at names and messages. Sources: aws-facts 1.2, 2.2, 3, 5, 6, 8. */

/** The SDK's error name, such as `NoSuchEntityException`; undefined for what is not an Error. */
export function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}

const GONE = new Set([
  'NoSuchEntityException',
  'NotFoundException',
  'ResourceNotFoundException',
  'NoSuchEntity',
]);

/** What was asked for does not exist. */
export const isGone = (error: unknown): boolean => GONE.has(nameOf(error) ?? '');

/** A thing of this name is already there: somebody made it, perhaps a lost answer of ours. */
export function isTaken(error: unknown): boolean {
  switch (nameOf(error)) {
    case 'EntityAlreadyExistsException':
    case 'ResourceAlreadyExistsException':
    case 'ResourceInUseException':
      return true;
    case 'ConflictException':
      return !isConcurrentModification(error);
    case 'ResourceConflictException':
      return /already exist/i.test(messageOf(error));
    default:
      return false;
  }
}

/** Two writers met; AWS asks to try again. It shares its code with "already exists" (aws-facts 6.1). */
export function isConcurrentModification(error: unknown): boolean {
  const name = nameOf(error);
  if (name === 'ConcurrentModificationException' || name === 'OperationAbortedException') return true;
  return name === 'ConflictException' && /try again later/i.test(messageOf(error));
}

/** Lambda is still at work on the function: Pending, or an update in progress. */
export const isFunctionBusy = (error: unknown): boolean =>
  nameOf(error) === 'ResourceConflictException' && /cannot be performed at this time/i.test(messageOf(error));

/** Lambda cannot assume the role, be it to take it or to run under it: not yet, or never; AWS has the same text for both (aws-facts 3.2). */
export const isRoleNotAssumable = (error: unknown): boolean =>
  (nameOf(error) === 'InvalidParameterValueException' || isDenied(error)) &&
  /cannot be assumed/i.test(messageOf(error));

/** DeleteUsagePlan sees an association that was only just removed (aws-facts 6.8). */
export const isPlanStillAssociated = (error: unknown): boolean =>
  nameOf(error) === 'BadRequestException' && /associated with it/i.test(messageOf(error));

/**
 * DynamoDB is still at a change of the table. A table that is protected against deletion may be refused by the same name
 * (aws-facts 5.1), and would be waited for in vain.
 */
export const isTableBusy = (error: unknown): boolean =>
  nameOf(error) === 'ResourceInUseException' && !/protected against deletion/.test(messageOf(error));

/** A policy that was just removed from the role is not yet gone everywhere (aws-facts 2.3). */
export const isDeleteConflict = (error: unknown): boolean => nameOf(error) === 'DeleteConflictException';

/** A stage that was only just made, or is gone, as a usage plan sees it (aws-facts 6.8). */
export const isStageNotFound = (error: unknown): boolean =>
  nameOf(error) === 'NotFoundException' && /API Stage not found/i.test(messageOf(error));

const THROTTLES = new Set([
  'TooManyRequestsException',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
  'ProvisionedThroughputExceededException',
  'SlowDown',
]);

/** A request quota; the call was refused and did nothing. A limit of the account may come as 429 too (aws-facts 6.1). */
export const isThrottle = (error: unknown): boolean =>
  THROTTLES.has(nameOf(error) ?? '') || (statusOf(error) === 429 && !isLimit(error)) || isCrowded(error);

/** So many tables are being made, changed or deleted at once that DynamoDB begins with no other (aws-facts 5.1): that passes. */
const isCrowded = (error: unknown): boolean =>
  nameOf(error) === 'LimitExceededException' && /simultaneously/.test(messageOf(error));

const LIMITS = new Set([
  'LimitExceededException',
  'CodeStorageExceededException',
  'PolicyLengthExceededException',
  'ServiceQuotaExceededException',
]);

/** A limit of the account, which no waiting cures. */
export const isLimit = (error: unknown): boolean => LIMITS.has(nameOf(error) ?? '') && !isCrowded(error);

const FAILURES = new Set([500, 502, 503, 504]);

/** The answer was lost or the service failed: the call may have acted or not. */
export const isLost = (error: unknown): boolean => FAILURES.has(statusOf(error) ?? 0) || isUnreachable(error);

/** The signature was refused for its time, by which the SDK has now set its clock right: nothing was done. */
export const isClockCorrected = (error: unknown): boolean =>
  member(member(error, '$metadata'), 'clockSkewCorrected') === true;

const NOBODY_THERE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** No connection could be made: the call did not arrive. */
export const isNobodyThere = (error: unknown): boolean => NOBODY_THERE.has(codeOf(error) ?? '');

const CUT_OFF = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** No answer came, or none in time. */
export const isUnreachable = (error: unknown): boolean =>
  isNobodyThere(error) || CUT_OFF.has(codeOf(error) ?? '') || isTimeout(error);

const TIMEOUTS = new Set(['TimeoutError', 'RequestTimeout', 'RequestTimeoutException']);

/** No answer came in time. The SDK gives refused and reset connections the name TimeoutError too; those have a code. */
export function isTimeout(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return code === 'ETIMEDOUT';
  return TIMEOUTS.has(nameOf(error) ?? '');
}

const UNPROVIDED = new Set(['CredentialsProviderError', 'TokenProviderError']);

/** The SDK found no credentials, or could not renew them: AWS was not asked. */
export const isUnprovided = (error: unknown): boolean =>
  UNPROVIDED.has(nameOf(error) ?? '') || isTokenUnreadable(error);

/** The file with the token of a web identity or of a container: of the absence of no other file does the SDK throw what Node says. */
export const isTokenUnreadable = (error: unknown): boolean => member(error, 'syscall') === 'open';

const CREDENTIALS = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
]);

/** There are no credentials, or AWS does not accept them. */
export const isCredentials = (error: unknown): boolean =>
  isUnprovided(error) || CREDENTIALS.has(nameOf(error) ?? '');

/** What was asked is in another region, or there is none of that name; AWS calls it a fault of the signature, which names the region. */
export const isWrongRegion = (error: unknown): boolean => /scoped to a valid region/.test(messageOf(error));

const DENIALS = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedException',
  'ForbiddenException',
]);

/** The caller's permissions do not allow the call. */
export const isDenied = (error: unknown): boolean => DENIALS.has(nameOf(error) ?? '');

/** What answered does not speak the service's protocol: it sent a page, or what the SDK could not read and marks so. */
export function isOtherProtocol(error: unknown): boolean {
  const type = member(member(member(error, '$response'), 'headers'), 'content-type');
  return (
    (typeof type === 'string' && type.startsWith('text/html')) ||
    /\{error\}\.\$response/.test(messageOf(error))
  );
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The HTTP status of the answer; undefined when none came. */
export function statusOf(error: unknown): number | undefined {
  const metadata = member(error, '$metadata');
  const status = member(metadata, 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

/** Node's own code, such as `ECONNREFUSED`, of the error or of what caused it. */
function codeOf(error: unknown): string | undefined {
  const code = member(error, 'code');
  if (typeof code === 'string') return code;
  const cause = member(error, 'cause');
  return cause === undefined ? undefined : codeOf(cause);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** What the call answers, or undefined where the thing that it asks for does not exist. */
export async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * Asks for what was just made, again and again: AWS may not know it yet. What was seen and is there no more has been
 * deleted meanwhile, and then AWS's own error says so.
 */
export function whetherThereYet<T>(ask: () => Promise<T>): () => Promise<T | undefined> {
  let wasSeen = false;
  return async () => {
    const answer = wasSeen ? await ask() : await ifThere(ask());
    wasSeen = answer !== undefined;
    return answer;
  };
}
