import {
  DeleteMethodCommand,
  DeleteMethodResponseCommand,
  GetMethodCommand,
  GetMethodResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  UpdateMethodCommand,
  UpdateMethodResponseCommand,
  type PatchOperation,
  type PutMethodCommandInput,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  badRequest,
  conflict,
  createTestApi,
  failureOf,
  invalid,
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

const NO_RESOURCE = notFound('Invalid Resource identifier specified');
const NO_METHOD = notFound('Invalid Method identifier specified');
const NO_RESPONSE = notFound('Invalid Response status code specified');
const ONLY_REPLACE = badRequest('Invalid patch operation specified. Must be one of: [replace]');
const NO_AUTHORIZER = badRequest(
  'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
);
const WRONG_STATUS = invalid(
  "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d",
);

describe('a method', () => {
  test('is put once, with the authorization type in capitals', async () => {
    const answer = await putMethod({ authorizationType: 'none', apiKeyRequired: true });

    expect(answer.$metadata.httpStatusCode).toBe(201);
    expect(membersOf(answer)).toEqual({
      httpMethod: 'POST',
      authorizationType: 'NONE',
      apiKeyRequired: true,
    });
    expect(await failureOf(putMethod())).toEqual(conflict('Method already exists for this resource'));
  });

  test.each<[string, Partial<PutMethodCommandInput>, object]>([
    [
      'a verb that is none',
      { httpMethod: 'MOVE' },
      badRequest(
        'Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY',
      ),
    ],
    ['an authorizer that is none', { authorizationType: 'CUSTOM' }, NO_AUTHORIZER],
    [
      'a validator that is none',
      { requestValidatorId: 'x' },
      badRequest('Invalid Request Validator identifier specified'),
    ],
    [
      'a model that is none',
      { requestModels: { 'application/json': 'pet' } },
      badRequest('Invalid model identifier specified: pet'),
    ],
    [
      'one name twice',
      { requestParameters: { 'method.request.header.a': true, 'method.request.querystring.a': true } },
      badRequest('Parameter names must be unique across querystring, header and path'),
    ],
    ['a missing resource', { resourceId: 'nope' }, NO_RESOURCE],
    ['a missing API', { restApiId: 'nope' }, NO_RESOURCE],
  ])('is refused with %s', async (_, input, expected) => {
    expect(await failureOf(putMethod(input))).toEqual(expected);
  });

  const update = (...patchOperations: PatchOperation[]) =>
    gateway.client.send(new UpdateMethodCommand({ ...at, patchOperations }));

  test('is patched setting by setting', async () => {
    await putMethod();

    const added = await update(
      { op: 'add', path: '/requestParameters/method.request.querystring.q', value: 'true' },
      { op: 'add', path: '/requestModels/application~1json', value: 'Empty' },
      { op: 'replace', path: '/apiKeyRequired', value: 'true' },
      { op: 'replace', path: '/operationName', value: 'Do' },
    );
    const removed = await update(
      { op: 'remove', path: '/requestParameters/method.request.querystring.q' },
      { op: 'remove', path: '/requestModels/application~1json' },
      { op: 'replace', path: '/apiKeyRequired', value: 'whatever' },
    );

    expect(membersOf(added)).toMatchObject({
      apiKeyRequired: true,
      operationName: 'Do',
      requestModels: { 'application/json': 'Empty' },
      requestParameters: { 'method.request.querystring.q': true },
    });
    expect(membersOf(removed)).toEqual({
      httpMethod: 'POST',
      authorizationType: 'NONE',
      apiKeyRequired: false,
      operationName: 'Do',
    });
  });

  test.each<[PatchOperation, object]>([
    [{ op: 'add', path: '/authorizationType', value: 'AWS_IAM' }, ONLY_REPLACE],
    [{ op: 'remove', path: '/apiKeyRequired' }, ONLY_REPLACE],
    [{ op: 'replace', path: '/httpMethod', value: 'GET' }, badRequest('Invalid patch path /httpMethod')],
    [
      { op: 'replace', path: '/requestParameters', value: 'x' },
      badRequest('Invalid patch path /requestParameters'),
    ],
    [
      { op: 'add', path: '/requestModels/application/json', value: 'Empty' },
      badRequest('Invalid patch path /requestModels/application/json'),
    ],
    [{ op: 'replace', path: '/authorizationType', value: 'CUSTOM' }, NO_AUTHORIZER],
  ])('refuses the patch %j', async (patch, expected) => {
    await putMethod();

    expect(await failureOf(update(patch))).toEqual(expected);
  });

  test('is gone after it is deleted', async () => {
    await putMethod();
    const answer = await gateway.client.send(new DeleteMethodCommand(at));

    expect(answer.$metadata.httpStatusCode).toBe(204);
    expect(await failureOf(gateway.client.send(new GetMethodCommand(at)))).toEqual(NO_METHOD);
    expect(await failureOf(gateway.client.send(new DeleteMethodCommand(at)))).toEqual(NO_METHOD);
  });
});

describe('a method response', () => {
  const response = { responseModels: {}, responseParameters: {} };
  const update = (statusCode: string, ...patchOperations: PatchOperation[]) =>
    gateway.client.send(new UpdateMethodResponseCommand({ ...at, statusCode, patchOperations }));

  beforeEach(async () => {
    await putMethod();
  });

  test('lives from 201 to 204', async () => {
    const put = await gateway.client.send(
      new PutMethodResponseCommand({ ...at, ...response, statusCode: '200' }),
    );
    const again = await failureOf(
      gateway.client.send(new PutMethodResponseCommand({ ...at, statusCode: '200' })),
    );
    const updated = await update(
      '200',
      { op: 'add', path: '/responseParameters/method.response.header.x', value: 'true' },
      { op: 'add', path: '/responseModels/application~1json', value: 'Empty' },
    );
    const deleted = await gateway.client.send(new DeleteMethodResponseCommand({ ...at, statusCode: '200' }));
    const gone = await failureOf(
      gateway.client.send(new GetMethodResponseCommand({ ...at, statusCode: '200' })),
    );

    expect([put, updated, deleted].map(({ $metadata }) => $metadata.httpStatusCode)).toEqual([201, 201, 204]);
    expect(membersOf(put)).toEqual({ statusCode: '200', ...response });
    expect(again).toEqual(conflict('Response already exists for this resource'));
    expect(membersOf(updated)).toEqual({
      statusCode: '200',
      responseModels: { 'application/json': 'Empty' },
      responseParameters: { 'method.response.header.x': true },
    });
    expect(gone).toEqual(NO_RESPONSE);
  });

  test.each<[string, PatchOperation, object]>([
    ['404', { op: 'add', path: '/responseModels/application~1json', value: 'Empty' }, NO_RESPONSE],
    ['wrong', { op: 'add', path: '/responseModels/application~1json', value: 'Empty' }, WRONG_STATUS],
    [
      '200',
      { op: 'remove', path: '/responseParameters/method.response.header.x' },
      notFound('Invalid parameter name specified'),
    ],
    [
      '200',
      { op: 'remove', path: '/responseModels/application~1json' },
      notFound('Content-Type specified was not found'),
    ],
    [
      '200',
      { op: 'add', path: '/wrong/method.response.header.x' },
      badRequest('Invalid patch path /wrong/method.response.header.x'),
    ],
  ])('of %s refuses the patch %j', async (statusCode, patch, expected) => {
    await gateway.client.send(new PutMethodResponseCommand({ ...at, statusCode: '200' }));

    expect(await failureOf(update(statusCode, patch))).toEqual(expected);
  });
});
