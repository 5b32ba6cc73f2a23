import { TestInvokeMethodCommand } from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  createTestApi,
  LAMBDA,
  LAMBDA_PROXY,
  MOCK_200,
  startTestGateway,
  type FakeFunctions,
  type MethodSettings,
  type TestGateway,
} from '../_helpers/gateway.js';

/** What the console's test shows of a method that fails: the status, and the log's line that says why. */
interface Row {
  readonly case: string;
  readonly evidence: string;
  readonly integration: MethodSettings['integration'];
  readonly responses?: MethodSettings['responses'];
  readonly reply?: FakeFunctions['reply'];
  readonly isAllowed?: false;
  readonly status: number;
  readonly line: string;
}

const INTERNAL_ERRORS = 'knowledge center, "api-gateway-internal-server-error"';
const BROKEN = Buffer.from('{"errorType":"Error","errorMessage":"broken"}');

const ROWS: readonly Row[] = [
  {
    case: 'the function gives no leave',
    evidence: INTERNAL_ERRORS,
    integration: LAMBDA,
    isAllowed: false,
    status: 500,
    line: 'Execution failed due to configuration error: Invalid permissions on Lambda function',
  },
  {
    case: 'no integration response fits',
    evidence: 'developer guide, "Set up an integration response"; reports of the log’s line',
    integration: LAMBDA,
    responses: { 500: { selectionPattern: 'never' } },
    status: 500,
    line: 'Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 200',
  },
  {
    case: 'a mock names no status',
    evidence: 'recorded: test_failed_invoke_test_method',
    integration: { ...MOCK_200, requestTemplates: { 'application/json': '{}' } },
    status: 500,
    line: 'Execution failed due to configuration error: Unable to parse statusCode. It should be an integer that is defined in the request template.',
  },
  {
    case: 'a proxy’s function answers what is no response',
    evidence: 'knowledge center, "malformed-502-api-gateway"',
    integration: LAMBDA_PROXY,
    reply: () => ({ payload: Buffer.from('"x"') }),
    status: 502,
    line: 'Execution failed due to configuration error: Malformed Lambda proxy response',
  },
  {
    case: 'a proxy’s function fails',
    evidence: 'reports of the log’s line',
    integration: LAMBDA_PROXY,
    reply: () => ({ payload: BROKEN, functionError: 'Unhandled' }),
    status: 502,
    line: 'Lambda execution failed with status 200 due to customer function error: broken. Lambda request id: fake',
  },
  {
    case: 'the function takes too long',
    evidence: 'knowledge center, "api-gateway-504-errors"',
    integration: { ...LAMBDA, timeoutInMillis: 50 },
    reply: () => new Promise((resolve) => setTimeout(() => resolve({}), 200)),
    status: 504,
    line: 'Execution failed due to a timeout error',
  },
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

test.each(ROWS)('$case ($evidence)', async ({ integration, responses, reply, isAllowed, status, line }) => {
  gateway.functions.isAllowed = isAllowed ?? true;
  gateway.functions.reply = reply ?? (({ payload }) => ({ payload }));
  const api = await createTestApi(gateway);
  await api.method({ integration, ...(responses && { responses }) });

  const answer = await gateway.client.send(
    new TestInvokeMethodCommand({
      restApiId: api.restApiId,
      resourceId: api.rootResourceId,
      httpMethod: 'POST',
    }),
  );

  const lines = (answer.log ?? '').split('\n').map((each) => each.replace(/^.* UTC \d{4} : /, ''));
  expect(answer.status).toBe(status);
  expect(lines.slice(-3)).toEqual([line, `Method completed with status: ${status}`, '']);
});
