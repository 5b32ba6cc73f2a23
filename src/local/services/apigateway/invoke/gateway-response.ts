import type { WireResponse } from '../../../wire/http.js';

/**
 * AWS's gateway responses: the answers that come from API Gateway itself (aws-facts 7.2, 7.3). The kind is AWS's name;
 * the text is the whole body, since AWS spaces it in two ways.
 */
const RESPONSES = {
  ACCESS_DENIED: [403, 'ForbiddenException', 'Forbidden'],
  API_CONFIGURATION_ERROR: [500, 'InternalServerErrorException', 'Internal server error'],
  BAD_REQUEST_BODY: [400, 'BadRequestException', 'Invalid request body'],
  BAD_REQUEST_PARAMETERS: [400, 'BadRequestException', 'Missing required request parameters'],
  INTEGRATION_FAILURE: [500, 'InternalServerErrorException', 'Internal server error'],
  INTEGRATION_TIMEOUT: [504, 'InternalServerErrorException', 'Endpoint request timed out'],
  INVALID_API_KEY: [403, 'ForbiddenException', 'Forbidden'],
  MALFORMED_PROXY_RESPONSE: [502, 'InternalServerErrorException', 'Internal server error'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'],
  NOT_SERVED_HERE: [501, 'NotImplementedException', 'Not served by the local AWS'],
  QUOTA_EXCEEDED: [429, 'LimitExceededException', 'Limit Exceeded'],
  REQUEST_TOO_LARGE: [413, 'RequestTooLargeException', 'Request Too Long'],
  THROTTLED: [429, 'TooManyRequestsException', 'Too Many Requests'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'BadRequestException', 'Unsupported Media Type'],
} as const satisfies Record<string, readonly [number, string, string]>;

export type GatewayResponseType = keyof typeof RESPONSES;

/**
 * What an integration ends in has a space after the colon: "Internal server error" is recorded with a Content-Length of
 * 36 (test_apigateway_header_remapping_aws), the time-out and Lambda's 400 are reported so (aws-facts 7.3).
 */
const SPACED: ReadonlySet<GatewayResponseType> = new Set([
  'API_CONFIGURATION_ERROR',
  'BAD_REQUEST_BODY',
  'INTEGRATION_FAILURE',
  'INTEGRATION_TIMEOUT',
  'MALFORMED_PROXY_RESPONSE',
]);

/** Thrown where a request ends before, or instead of, its integration's answer. */
export class GatewayResponse extends Error {
  override readonly name = 'GatewayResponse';
  /** The execution log's line about it, in AWS's words where they are known; the message is the client's. */
  readonly logged: string;

  constructor(
    readonly type: GatewayResponseType,
    message?: string,
    logged?: string,
  ) {
    super(message ?? RESPONSES[type][2]);
    this.logged = logged ?? configurationErrorLine(this.message);
  }
}

const configurationErrorLine = (reason: string): string =>
  `Execution failed due to configuration error: ${reason}`;

/** What is wrong with the API itself: the client is not told what, the execution log is. */
export const configurationError = (
  reason: string,
  type: 'API_CONFIGURATION_ERROR' | 'MALFORMED_PROXY_RESPONSE' = 'API_CONFIGURATION_ERROR',
): GatewayResponse => new GatewayResponse(type, undefined, configurationErrorLine(reason));

/** The answer on the wire, but for the headers that every answer has. */
export function describeGatewayResponse({ type, message }: GatewayResponse): WireResponse {
  const [status, errorType] = RESPONSES[type];
  const colon = SPACED.has(type) ? ': ' : ':';
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': errorType },
    body: `{"message"${colon}${JSON.stringify(message)}}`,
  };
}
