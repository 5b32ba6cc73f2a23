import { failureMessage, type AwsError } from './errors.js';
import type { WireResponse } from './wire/http.js';

/** What the server says of itself. */
export function healthy(report: object): WireResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(report) };
}

/** To a request that nobody here is meant by. */
export function unknownService(): WireResponse {
  return {
    status: 404,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      message:
        'This is the local AWS of lab-setup. It serves IAM, STS, Lambda, API Gateway, DynamoDB and CloudWatch Logs, and the APIs deployed here.',
    }),
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
