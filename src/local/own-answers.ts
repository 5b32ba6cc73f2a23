import { AwsError, failureMessage } from './errors.js';
import { readClaim } from './signature.js';
import type { WireRequest, WireResponse } from './wire/http.js';
import { errorXml } from './wire/query.js';

/** What the server says of itself. */
export function healthy(report: object): WireResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(report) };
}

const SERVED =
  'It serves IAM, STS, Lambda, API Gateway, DynamoDB and CloudWatch Logs, and the APIs deployed here.';

/** To a request that nobody here is meant by: by name where its signature says whom it is for, and as his clients read it. */
export function unknownService({ headers }: WireRequest, requestId: string): WireResponse {
  const claim = readClaim(headers['authorization']);
  const service = typeof claim === 'object' ? claim.service : undefined;
  const message =
    service === undefined
      ? `This is the local AWS of lab-setup. ${SERVED}`
      : `The local AWS of lab-setup does not serve ${service}. ${SERVED}`;
  const code = 'UnknownOperationException';
  // Clients of the Query protocol, which send forms, and of S3 read XML alone.
  if (service === 's3' || headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return errorXml(new AwsError({ code, status: 404, message }), { requestId });
  }
  return {
    status: 404,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}

/** An error of AWS's, in API Gateway's form: to a request for a deployed API that could not be carried out. */
export function gatewayError({ status, code, message, headers }: AwsError): WireResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': code, ...headers },
    body: JSON.stringify({ message }),
  };
}

/** To a request whose service is not known, or failed itself. */
export function internalFailure(error: unknown): WireResponse {
  return {
    status: 500,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ServiceException' },
    body: JSON.stringify({ message: failureMessage(error) }),
  };
}
