import { AwsError } from '../../errors.js';

const errorOf =
  (code: string, status: number) =>
  (message: string): AwsError =>
    new AwsError({ code, status, message });

export const badRequest = errorOf('BadRequestException', 400);
export const notFound = errorOf('NotFoundException', 404);
export const accessDenied = errorOf('AccessDeniedException', 403);
export const conflict = errorOf('ConflictException', 409);
/** A quota of objects is used up; AWS answers 429, as for requests that come too fast (aws-facts 6.1). */
export const limitExceeded = errorOf('LimitExceededException', 429);
export const validationError = errorOf('ValidationException', 400);
export const serializationError = errorOf('SerializationException', 400);

/** For calls about an API itself; deeper calls on a missing API name the resource instead (aws-facts 6.2). */
export const apiNotFound = (account: string, restApiId: string): AwsError =>
  notFound(`Invalid API identifier specified ${account}:${restApiId}`);

export const resourceNotFound = (): AwsError => notFound('Invalid Resource identifier specified');
export const methodNotFound = (): AwsError => notFound('Invalid Method identifier specified');
export const integrationNotFound = (): AwsError => notFound('Invalid Integration identifier specified');
export const responseNotFound = (): AwsError => notFound('Invalid Response status code specified');
export const deploymentNotFound = (): AwsError => notFound('Invalid Deployment identifier specified');
export const stageNotFound = (): AwsError => notFound('Invalid stage identifier specified');
export const apiKeyNotFound = (): AwsError => notFound('Invalid API Key identifier specified');
export const usagePlanNotFound = (): AwsError => notFound('Invalid Usage Plan ID specified');

/** AWS's words for a mapping that it cannot read (recorded for request and response parameters). */
export const invalidMapping = (expression: string): AwsError =>
  badRequest(
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${expression}]`,
  );

/** AWS's words for a mapping of a parameter that the method does not declare. */
export const undeclaredMapping = (parameter: string): AwsError =>
  badRequest(
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ${parameter}]`,
  );
