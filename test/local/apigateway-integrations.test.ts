import {
  DeleteIntegrationCommand,
  DeleteIntegrationResponseCommand,
  GetIntegrationCommand,
  GetIntegrationResponseCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  UpdateIntegrationCommand,
  UpdateIntegrationResponseCommand,
  UpdateMethodCommand,
  type PatchOperation,
  type PutIntegrationCommandInput,
  type PutIntegrationResponseCommandInput,
  type PutMethodCommandInput,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  badRequest,
  createTestApi,
  failureOf,
  FUNCTION_URI,
  invalid,
  LAMBDA,
  membersOf,
  notFound,
  startTestGateway,
  type TestGateway,
} from '../_helpers/gateway.js';

let gateway: TestGateway;
let at: { restApiId: string; resourceId: string; httpMethod: string };

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

beforeEach(async () => {
  const { restApiId, rootResourceId } = await createTestApi(gateway);
  at = { restApiId, resourceId: rootResourceId, httpMethod: 'POST' };
});

const putMethod = (input: Partial<PutMethodCommandInput> = {}) =>
  gateway.client.send(new PutMethodCommand({ ...at, authorizationType: 'NONE', ...input }));
const putIntegration = (input: Partial<PutIntegrationCommandInput> = {}) =>
  gateway.client.send(new PutIntegrationCommand({ ...at, ...LAMBDA, ...input }));
const putIntegrationResponse = (input: Partial<PutIntegrationResponseCommandInput> = {}) =>
  gateway.client.send(new PutIntegrationResponseCommand({ ...at, statusCode: '200', ...input }));

const NO_RESOURCE = notFound('Invalid Resource identifier specified');
const NO_METHOD = notFound('Invalid Method identifier specified');
const NO_INTEGRATION = notFound('Invalid Integration identifier specified');
const NO_RESPONSE = notFound('Invalid Response status code specified');
const undeclared = (parameter: string) =>
  badRequest(
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ${parameter}]`,
  );
const WRONG_STATUS = invalid(
  "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d",
);

describe('an integration', () => {
  beforeEach(async () => {
    await putMethod();
  });

  test('is put and put again, the second taking the place of the first and its responses', async () => {
    const answer = await putIntegration();
    await putIntegrationResponse();
    await putIntegration({ timeoutInMillis: 1000 });

    const got = await gateway.client.send(new GetIntegrationCommand(at));

    expect(answer.$metadata.httpStatusCode).toBe(201);
    expect(membersOf(answer)).toEqual({
      type: 'AWS',
      httpMethod: 'POST',
      uri: FUNCTION_URI,
      passthroughBehavior: 'WHEN_NO_MATCH',
      timeoutInMillis: 29_000,
      cacheNamespace: at.resourceId,
      cacheKeyParameters: [],
    });
    expect(membersOf(got)).toMatchObject({ timeoutInMillis: 1000 });
    expect(got.integrationResponses).toBeUndefined();
  });

  test('has no backend when it is MOCK (recorded: test_put_integration_validation)', async () => {
    const mock = await putIntegration({
      type: 'MOCK',
      uri: 'http://example.com',
      integrationHttpMethod: undefined,
    });

    expect(membersOf(mock)).toEqual({
      type: 'MOCK',
      passthroughBehavior: 'WHEN_NO_MATCH',
      timeoutInMillis: 29_000,
      cacheNamespace: at.resourceId,
      cacheKeyParameters: [],
    });
  });

  test('has a connection only when it is HTTP', async () => {
    const http = await putIntegration({ type: 'HTTP', uri: 'http://example.com' });

    expect(http.connectionType).toBe('INTERNET');
  });

  const S3 = 'arn:aws:apigateway:us-east-1:s3:path/b/k';

  test.each<[string, Partial<PutIntegrationCommandInput>, object]>([
    [
      'no verb',
      { integrationHttpMethod: undefined },
      badRequest('Enumeration value for HttpMethod must be non-empty'),
    ],
    [
      "another account's role",
      { credentials: 'arn:aws:iam::111111111111:role/theirs' },
      { code: 'AccessDeniedException', status: 403, message: 'Cross-account pass role is not allowed.' },
    ],
    ['no ARN', { uri: 'http://example.com' }, badRequest('Invalid ARN specified in the request')],
    [
      'another ARN',
      { uri: 'arn:aws:iam::000000000000:role/x' },
      badRequest('AWS ARN for integration must contain path or action'),
    ],
    [
      'a proxy of S3',
      { type: 'AWS_PROXY', uri: S3 },
      badRequest(
        "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
      ),
    ],
    ['S3 without a role', { uri: S3 }, badRequest('Role ARN must be specified for AWS integrations')],
    ['an ARN for HTTP', { type: 'HTTP' }, badRequest('Invalid HTTP endpoint specified for URI')],
    [
      'a time-out beyond the limit',
      { timeoutInMillis: 29_001 },
      badRequest('Timeout should be between 50 ms and 29000 ms'),
    ],
    [
      'a content type that is none',
      { requestTemplates: { 123: '{}' } },
      badRequest('Validation Result: warnings : [], errors : [Invalid content type specified: 123]'),
    ],
    [
      'a mapping that is none',
      { requestParameters: { 'integration.request.path.a': 'true' } },
      badRequest(
        'Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: true]',
      ),
    ],
    [
      'a mapping from a parameter that the method does not declare',
      { requestParameters: { 'integration.request.header.a': 'method.request.path.id' } },
      undeclared('method.request.path.id'),
    ],
    ['a missing method', { httpMethod: 'GET' }, NO_METHOD],
    ['a missing API', { restApiId: 'nope' }, NO_RESOURCE],
  ])('is refused with %s', async (_, input, expected) => {
    expect(await failureOf(putIntegration(input))).toEqual(expected);
  });

  test('takes what the method declares, and the body', async () => {
    const update = (value: string) =>
      gateway.client.send(
        new UpdateIntegrationCommand({
          ...at,
          patchOperations: [{ op: 'add', path: '/requestParameters/integration.request.header.a', value }],
        }),
      );
    await putIntegration({
      requestParameters: { 'integration.request.header.b': 'method.request.body.b' },
    });
    expect(await failureOf(update('method.request.header.a'))).toEqual(undeclared('method.request.header.a'));

    await gateway.client.send(
      new UpdateMethodCommand({
        ...at,
        patchOperations: [{ op: 'add', path: '/requestParameters/method.request.header.a', value: 'false' }],
      }),
    );

    expect((await update('method.request.header.a')).requestParameters).toEqual({
      'integration.request.header.a': 'method.request.header.a',
      'integration.request.header.b': 'method.request.body.b',
    });
    expect((await update('method.request.multivalueheader.a')).$metadata.httpStatusCode).toBe(200);
  });

  test('is patched', async () => {
    await putIntegration();
    const update = (...patchOperations: PatchOperation[]) =>
      gateway.client.send(new UpdateIntegrationCommand({ ...at, patchOperations }));

    const updated = await update(
      { op: 'replace', path: '/timeoutInMillis', value: '500' },
      { op: 'replace', path: '/passthroughBehavior', value: 'NEVER' },
      { op: 'add', path: '/requestTemplates/application~1json', value: '{}' },
    );

    expect(membersOf(updated)).toMatchObject({
      timeoutInMillis: 500,
      passthroughBehavior: 'NEVER',
      requestTemplates: { 'application/json': '{}' },
    });
    expect(await failureOf(update({ op: 'replace', path: '/type', value: 'MOCK' }))).toEqual(
      badRequest('Invalid patch path /type'),
    );
    expect((await failureOf(update({ op: 'replace', path: '/uri', value: 'x' }))).message).toBe(
      'Invalid ARN specified in the request',
    );
  });

  test('is gone after it is deleted', async () => {
    await putIntegration();
    const { $metadata } = await gateway.client.send(new DeleteIntegrationCommand(at));

    expect($metadata.httpStatusCode).toBe(204);
    expect(await failureOf(gateway.client.send(new GetIntegrationCommand(at)))).toEqual(NO_INTEGRATION);
  });
});

describe('an integration response', () => {
  beforeEach(async () => {
    await putMethod();
    await putIntegration();
  });

  test('is put, overwritten, patched and deleted', async () => {
    const put = await putIntegrationResponse({
      selectionPattern: '',
      responseTemplates: { 'application/json': '' },
    });
    const again = await putIntegrationResponse({ selectionPattern: 'x.*' });
    const patched = await gateway.client.send(
      new UpdateIntegrationResponseCommand({
        ...at,
        statusCode: '200',
        patchOperations: [{ op: 'replace', path: '/selectionPattern', value: 'y' }],
      }),
    );
    const deleted = await gateway.client.send(
      new DeleteIntegrationResponseCommand({ ...at, statusCode: '200' }),
    );

    expect([put, again, patched, deleted].map(({ $metadata }) => $metadata.httpStatusCode)).toEqual([
      201, 201, 200, 204,
    ]);
    expect(membersOf(again)).toEqual({ statusCode: '200', selectionPattern: 'x.*' });
    expect(patched.selectionPattern).toBe('y');
    expect(put.selectionPattern).toBe('');
  });

  test('asks for the header in the method response', async () => {
    const responseParameters = { 'method.response.header.x': "'y'" };

    expect((await failureOf(putIntegrationResponse({ responseParameters }))).message).toBe(
      'Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.x]',
    );
  });

  test('that is missing is told apart from what it belongs to', async () => {
    const get = (input: object) =>
      failureOf(
        gateway.client.send(new GetIntegrationResponseCommand({ ...at, statusCode: '200', ...input })),
      );
    const remove = (input: object) =>
      failureOf(
        gateway.client.send(new DeleteIntegrationResponseCommand({ ...at, statusCode: '200', ...input })),
      );

    expect(await get({ statusCode: '404' })).toEqual(NO_RESPONSE);
    expect(await get({ statusCode: 'wrong' })).toEqual(WRONG_STATUS);
    expect(await get({ httpMethod: 'GET' })).toEqual(NO_METHOD);
    expect(await get({ restApiId: 'nope' })).toEqual(NO_RESOURCE);
    expect(await remove({ httpMethod: 'GET' })).toEqual(NO_INTEGRATION);
    expect(await remove({ statusCode: '404' })).toEqual(NO_RESPONSE);
  });

  test('needs an integration', async () => {
    await gateway.client.send(new DeleteIntegrationCommand(at));

    expect(await failureOf(putIntegrationResponse())).toEqual(NO_INTEGRATION);
  });
});
