import { expect } from '@jest/globals';
import type { FakeFunctions, TestApi, TestGateway } from './gateway.js';

/** One request to a deployed API and AWS's answer to it. */
export interface Row {
  readonly case: string;
  /** Where the answer is known from. */
  readonly evidence: string;
  readonly path: string;
  readonly method?: string;
  readonly stage?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sends the key that the test knows under this name. */
  readonly key?: string;
  /** How often it is sent; the last answer counts. */
  readonly times?: number;
  /** What the function does; it echoes otherwise. */
  readonly reply?: FakeFunctions['reply'];
  readonly isAllowed?: false;
  readonly status: number;
  readonly text: string;
  readonly errorType?: string;
  /** An integration with a backend has a trace. */
  readonly isTraced?: true;
  /** Beside those that every answer has. */
  readonly answered?: Readonly<Record<string, string>>;
}

/** API Gateway's own answers, in AWS's spacing. */
export const FORBIDDEN = { status: 403, text: '{"message":"Forbidden"}', errorType: 'ForbiddenException' };
export const NO_TOKEN = {
  status: 403,
  text: '{"message":"Missing Authentication Token"}',
  errorType: 'MissingAuthenticationTokenException',
};
export const INTERNAL = {
  status: 500,
  text: '{"message": "Internal server error"}',
  errorType: 'InternalServerErrorException',
};
export const UNSUPPORTED = {
  status: 415,
  text: '{"message":"Unsupported Media Type"}',
  errorType: 'BadRequestException',
};

/** Recorded: test_invocation_trace_id. */
export const TRACE =
  /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0$/;

const URL_OF_STAGE = /\/test\/_user_request_/;

/** Sends a row's request, and holds the whole answer against it. */
export async function expectAnswer(
  { gateway, api }: { gateway: TestGateway; api: TestApi },
  row: Row,
  key?: string,
): Promise<void> {
  const { functions } = gateway;
  functions.isAllowed = row.isAllowed ?? true;
  functions.reply = row.reply ?? (({ payload }) => ({ payload }));
  const url = api.url(row.path).replace(URL_OF_STAGE, `/${row.stage ?? 'test'}/_user_request_`);
  const headers = { ...row.headers, ...(key === undefined ? {} : { 'x-api-key': key }) };
  // As bytes: of a text, fetch would name the content type itself.
  const body = row.body === undefined ? {} : { body: Buffer.from(row.body) };
  let response = new Response();
  for (let time = 0; time < (row.times ?? 1); time += 1) {
    response = await fetch(url, { method: row.method ?? 'GET', headers, ...body });
  }
  const { isTraced, errorType } = row;
  const { date, connection, 'keep-alive': keepAlive, ...answered } = Object.fromEntries(response.headers);
  expect({ status: response.status, text: await response.text(), headers: answered }).toEqual({
    status: row.status,
    text: row.text,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(row.text)),
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      'x-amz-apigw-id': expect.stringMatching(/^[\w-]{15}=$/),
      ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
      ...(isTraced && { 'x-amzn-trace-id': expect.stringMatching(TRACE) }),
      ...row.answered,
    },
  });
  expect([date, connection, keepAlive]).not.toContain(undefined);
}
