import {
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  ImportApiKeysCommand,
  ImportRestApiCommand,
  UpdateRestApiCommand,
  type CreateRestApiCommandInput,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TEST_CREDENTIALS } from '../_helpers/local-aws.js';
import { sign } from '../_helpers/sign.js';
import {
  badRequest,
  failureOf,
  invalid,
  membersOf,
  notFound,
  startTestGateway,
  type TestGateway,
} from '../_helpers/gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

const create = (input: Partial<CreateRestApiCommandInput> = {}) =>
  gateway.client.send(new CreateRestApiCommand({ name: 'api', ...input }));

const update = (restApiId: string, ...patchOperations: PatchOperation[]) =>
  gateway.client.send(new UpdateRestApiCommand({ restApiId, patchOperations }));

test.each([
  [
    'an API in OpenAPI',
    () =>
      gateway.client.send(new ImportRestApiCommand({ body: Buffer.from('{"openapi":"3.0.1","name":"a"}') })),
    'POST /restapis?mode=import',
  ],
  [
    'API keys in CSV',
    () =>
      gateway.client.send(new ImportApiKeysCommand({ format: 'csv', body: Buffer.from('name,key\na,b\n') })),
    'POST /apikeys?format=csv&mode=import',
  ],
])('an import of %s is not taken for a creation', async (_what, send, request) => {
  expect(await failureOf(send())).toMatchObject({
    code: 'UnknownOperationException',
    message: `The local AWS does not serve ${request}.`,
  });
});

describe('CreateRestApi', () => {
  test('answers 201 with the defaults of AWS and no tags', async () => {
    const answer = await create({ name: 'plain' });

    expect(answer.$metadata.httpStatusCode).toBe(201);
    expect(membersOf(answer)).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{10}$/),
      rootResourceId: expect.stringMatching(/^[a-z0-9]{10}$/),
      name: 'plain',
      createdDate: expect.any(Date),
      apiKeySource: 'HEADER',
      disableExecuteApiEndpoint: false,
      endpointConfiguration: { types: ['EDGE'], ipAddressType: 'ipv4' },
    });
  });

  test('makes another API of the same name', async () => {
    const [one, other] = [await create({ name: 'twin' }), await create({ name: 'twin' })];

    expect(one.id).not.toBe(other.id);
  });

  const ENUM = 'failed to satisfy constraint: Member must satisfy';
  const WRONG_TYPES = `Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' ${ENUM} constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]`;
  const WRONG_IP = `Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' ${ENUM} enum value set: [ipv4, dualstack]`;

  test.each<[string, object, object]>([
    ['an empty description', { description: '' }, badRequest('Description cannot be an empty string')],
    [
      'no type',
      { endpointConfiguration: { types: [] } },
      badRequest('REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.'),
    ],
    [
      'two types',
      { endpointConfiguration: { types: ['EDGE', 'REGIONAL'] } },
      badRequest('Cannot create an api with multiple Endpoint Types.'),
    ],
    [
      'a wrong type',
      { endpointConfiguration: { types: ['wrong'] } },
      invalid(`1 validation error detected: ${WRONG_TYPES}`),
    ],
    [
      'two wrong members',
      { endpointConfiguration: { types: ['wrong'], ipAddressType: 'wrong' } },
      invalid(`2 validation errors detected: ${WRONG_TYPES}; ${WRONG_IP}`),
    ],
    [
      'a private API over ipv4',
      { endpointConfiguration: { types: ['PRIVATE'], ipAddressType: 'ipv4' } },
      badRequest('Only dualstack ipAddressType is supported for Private APIs.'),
    ],
    [
      'an impossible compression',
      { minimumCompressionSize: -1 },
      badRequest('Invalid minimum compression size, must be between 0 and 10485760'),
    ],
  ])('refuses %s', async (_, input, expected) => {
    expect(await failureOf(create(input))).toEqual(expected);
  });
});

describe('tags', () => {
  test('are always in get and update, and in create and list when there are any', async () => {
    const [bare, tagged] = [await create(), await create({ tags: { lab: 'x' } })];

    const got = await gateway.client.send(new GetRestApiCommand({ restApiId: bare.id }));
    const updated = await update(bare.id ?? '');
    const listed = await gateway.client.send(new GetRestApisCommand({ limit: 500 }));
    const tagsInList = (id: string | undefined) => listed.items?.find((api) => api.id === id)?.tags;

    expect([bare.tags, got.tags, updated.tags, tagsInList(bare.id)]).toEqual([undefined, {}, {}, undefined]);
    expect([tagged.tags, tagsInList(tagged.id)]).toEqual([{ lab: 'x' }, { lab: 'x' }]);
  });
});

describe('GetRestApis', () => {
  test('pages through all APIs, oldest first, whatever is deleted meanwhile', async () => {
    const created = [];
    for (let index = 0; index < 6; index += 1) created.push((await create({ name: `paged-${index}` })).id);

    const seen: (string | undefined)[] = [];
    let position: string | undefined;
    do {
      const page = await gateway.client.send(new GetRestApisCommand({ limit: 2, position }));
      seen.push(...(page.items ?? []).map(({ id }) => id));
      await gateway.client.send(new DeleteRestApiCommand({ restApiId: page.items?.[0]?.id }));
      position = page.position;
    } while (position);

    expect(seen.slice(-6)).toEqual(created);
  });

  test('answers an empty list to a limit below zero', async () => {
    expect((await gateway.client.send(new GetRestApisCommand({ limit: -1 }))).items).toEqual([]);
  });
});

describe('UpdateRestApi', () => {
  const IMAGES: PatchOperation[] = [
    { op: 'add', path: '/binaryMediaTypes/image~1png' },
    { op: 'add', path: '/binaryMediaTypes/image~1jpeg' },
  ];

  test.each<[string, PatchOperation[], object]>([
    ['the name', [{ op: 'replace', path: '/name', value: 'new' }], { name: 'new' }],
    ['the description', [{ op: 'replace', path: '/description', value: 'new' }], { description: 'new' }],
    [
      'the key source',
      [{ op: 'replace', path: '/apiKeySource', value: 'AUTHORIZER' }],
      { apiKeySource: 'AUTHORIZER' },
    ],
    [
      'a boolean by a word that is none',
      [{ op: 'replace', path: '/disableExecuteApiEndpoint', value: 'yes' }],
      { disableExecuteApiEndpoint: false },
    ],
    [
      'media types',
      [...IMAGES, { op: 'replace', path: '/binaryMediaTypes/image~1png', value: 'image~1gif' }],
      { binaryMediaTypes: ['image/jpeg', 'image/gif'] },
    ],
    [
      'the compression',
      [{ op: 'replace', path: '/minimumCompressionSize', value: '0' }],
      { minimumCompressionSize: 0 },
    ],
    [
      'the type',
      [{ op: 'replace', path: '/endpointConfiguration/types/EDGE', value: 'PRIVATE' }],
      { endpointConfiguration: { types: ['PRIVATE'], ipAddressType: 'dualstack' } },
    ],
  ])('changes %s', async (_, patches, expected) => {
    const { id = '' } = await create();

    expect(membersOf(await update(id, ...patches))).toMatchObject(expected);
  });

  const ONLY_REPLACE = 'Invalid patch operation specified. Must be one of: [replace]';

  test.each<[PatchOperation, object]>([
    [{ op: 'add', path: '/binaryMediaTypes' }, badRequest('Invalid patch path /binaryMediaTypes')],
    [{ op: 'replace', path: '/tags/x', value: 'y' }, badRequest('Invalid patch path /tags/x')],
    [{ op: 'add', path: '/minimumCompressionSize', value: '10' }, badRequest(ONLY_REPLACE)],
    [{ op: 'add', path: '/endpointConfiguration/ipAddressType', value: 'ipv4' }, badRequest(ONLY_REPLACE)],
    [
      { op: 'replace', path: '/endpointConfiguration/ipAddressType', value: 'x' },
      badRequest('ipAddressType must be either ipv4 or dualstack.'),
    ],
    [
      { op: 'replace', path: '/endpointConfiguration/types/EDGE', value: 'x' },
      badRequest('Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE'),
    ],
    [
      { op: 'copy', path: '/endpointConfiguration/types/EDGE', value: 'REGIONAL' },
      badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'"),
    ],
    [
      { op: 'replace', path: '/minimumCompressionSize', value: 'x' },
      badRequest('Invalid minimum compression size, must be between 0 and 10485760'),
    ],
  ])('refuses %j', async (patch, expected) => {
    const { id = '' } = await create();

    expect(await failureOf(update(id, patch))).toEqual(expected);
  });

  test('changes nothing when one of several patches is refused', async () => {
    const { id = '' } = await create({ name: 'whole' });

    await failureOf(
      update(id, { op: 'replace', path: '/name', value: 'half' }, { op: 'replace', path: '/nonsense' }),
    );

    expect((await gateway.client.send(new GetRestApiCommand({ restApiId: id }))).name).toBe('whole');
  });
});

test('a missing API is named with the account, and ids count by case', async () => {
  const { id = '' } = await create();
  const upper = id.toUpperCase() === id ? `${id}x` : id.toUpperCase();
  const expected = notFound(`Invalid API identifier specified 000000000000:${upper}`);

  const calls = [
    gateway.client.send(new GetRestApiCommand({ restApiId: upper })),
    gateway.client.send(new DeleteRestApiCommand({ restApiId: upper })),
    update(upper),
  ];

  expect(await Promise.all(calls.map(failureOf))).toEqual([expected, expected, expected]);
});

test('DeleteRestApi answers 202, and a second time 404', async () => {
  const { id } = await create();

  const first = await gateway.client.send(new DeleteRestApiCommand({ restApiId: id }));
  const second = await failureOf(gateway.client.send(new DeleteRestApiCommand({ restApiId: id })));

  expect(first.$metadata.httpStatusCode).toBe(202);
  expect(second.status).toBe(404);
});

describe('a request that does not fit', () => {
  /** What the SDK would not send. */
  async function postRaw(body: string): Promise<{ status: number; errorType: string | null; text: string }> {
    const { host } = new URL(gateway.endpoint);
    const { headers } = sign(
      { method: 'POST', path: '/restapis', query: '', body: Buffer.from(body), host },
      { ...TEST_CREDENTIALS, region: 'us-east-1', service: 'apigateway', at: Date.now() },
    );
    const response = await fetch(`${gateway.endpoint}/restapis`, { method: 'POST', body, headers });
    return {
      status: response.status,
      errorType: response.headers.get('x-amzn-errortype'),
      text: await response.text(),
    };
  }

  const MISTYPED = 'can not be converted to';

  test.each([
    ['{"name": 7}', `class com.amazon.coral.value.json.numbers.TruncatingBigNumber ${MISTYPED} an String`],
    ['{"name": true}', `class java.lang.Boolean ${MISTYPED} an String`],
    ['{"name": "x", "tags": ["x"]}', `class java.util.ArrayList ${MISTYPED} a Map`],
    ['{"name": "x", "disableExecuteApiEndpoint": "yes"}', `class java.lang.String ${MISTYPED} a Boolean`],
  ])('such as %s is a SerializationException', async (body, message) => {
    expect(await postRaw(body)).toEqual({
      status: 400,
      errorType: 'SerializationException',
      text: JSON.stringify({ message }),
    });
  });

  test('because a member is missing is a ValidationException that names it', async () => {
    const { status, errorType, text } = await postRaw('{"name": null}');

    expect([status, errorType]).toEqual([400, 'ValidationException']);
    expect(text).toContain(
      "Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null",
    );
  });

  test.each(['', 'nonsense', '[]', '"text"', '{"name": {"__proto__": 1}}', '{"tags": {"__proto__": "x"}}'])(
    "such as %j is the caller's fault",
    async (body) => {
      expect((await postRaw(body)).status).toBe(400);
    },
  );
});
