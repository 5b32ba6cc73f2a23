import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourcesCommand,
  PutMethodCommand,
  UpdateResourceCommand,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  badRequest,
  conflict,
  createTestApi,
  failureOf,
  membersOf,
  MOCK_200,
  notFound,
  startTestGateway,
  type TestApi,
  type TestGateway,
} from '../_helpers/gateway.js';

let gateway: TestGateway;
let api: TestApi;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

beforeEach(async () => {
  api = await createTestApi(gateway);
});

async function add(pathPart: string, parentId = api.rootResourceId): Promise<string> {
  const { id = '' } = await gateway.client.send(
    new CreateResourceCommand({ restApiId: api.restApiId, parentId, pathPart }),
  );
  return id;
}

const update = (resourceId: string, patch: PatchOperation) =>
  gateway.client.send(
    new UpdateResourceCommand({ restApiId: api.restApiId, resourceId, patchOperations: [patch] }),
  );

async function paths(): Promise<(string | undefined)[]> {
  const { items = [] } = await gateway.client.send(new GetResourcesCommand({ restApiId: api.restApiId }));
  return items.map(({ path }) => path);
}

const NO_RESOURCE = notFound('Invalid Resource identifier specified');

describe('CreateResource', () => {
  test('answers 201 with the whole path', async () => {
    const parentId = await add('pets');
    const answer = await gateway.client.send(
      new CreateResourceCommand({ restApiId: api.restApiId, parentId, pathPart: '{id}' }),
    );

    expect(answer.$metadata.httpStatusCode).toBe(201);
    expect(membersOf(answer)).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{6}$/),
      parentId,
      pathPart: '{id}',
      path: '/pets/{id}',
    });
  });

  test('refuses a second sibling of the same name', async () => {
    await add('pets');

    expect(await failureOf(add('pets'))).toEqual(
      conflict('Another resource with the same parent already has this name: pets'),
    );
  });

  test('refuses a second variable sibling, and children of a greedy one', async () => {
    const greedy = await add('{proxy+}');

    expect(await failureOf(add('{id}'))).toEqual(
      badRequest(
        'A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed',
      ),
    );
    expect(await failureOf(add('child', greedy))).toEqual(
      badRequest('Cannot create a child of a resource with a greedy path variable: {proxy+}'),
    );
  });

  test.each(['with space', 'a/b', '{open', '{}', '', '{a}{b}', 'ü'])(
    'refuses the path part %j',
    async (pathPart) => {
      expect((await failureOf(add(pathPart))).message).toMatch(/^Resource's path part only allow/);
    },
  );

  test('names the resource when the parent or the API is missing', async () => {
    const orphan = new CreateResourceCommand({ restApiId: 'nope', parentId: 'nope', pathPart: 'x' });

    expect(await failureOf(add('x', 'nope'))).toEqual(NO_RESOURCE);
    expect(await failureOf(gateway.client.send(orphan))).toEqual(NO_RESOURCE);
  });
});

describe('GetResources', () => {
  test('begins with the root and goes by path', async () => {
    const pets = await add('pets');
    await add('{proxy+}');
    await add('cats', pets);

    expect(await paths()).toEqual(['/', '/pets', '/pets/cats', '/{proxy+}']);
  });

  test('names methods as empty objects unless they are embedded', async () => {
    await api.method({ path: '/pets', httpMethod: 'GET', integration: MOCK_200 });
    const list = async (embed?: string[]) => {
      const { items = [] } = await gateway.client.send(
        new GetResourcesCommand({ restApiId: api.restApiId, embed }),
      );
      return items.map(({ resourceMethods }) => resourceMethods);
    };

    expect(await list()).toEqual([undefined, { GET: {} }]);
    expect(await list(['methods'])).toEqual([
      undefined,
      {
        GET: expect.objectContaining({
          httpMethod: 'GET',
          methodIntegration: expect.objectContaining({ type: 'MOCK' }),
        }),
      },
    ]);
  });

  test('gives one resource as the list has it', async () => {
    await api.method({ path: '/pets', httpMethod: 'GET', integration: MOCK_200 });
    const { items = [] } = await gateway.client.send(new GetResourcesCommand({ restApiId: api.restApiId }));

    const got = await gateway.client.send(
      new GetResourceCommand({ restApiId: api.restApiId, resourceId: items[1]?.id }),
    );

    expect(membersOf(got)).toEqual(items[1]);
  });
});

describe('UpdateResource', () => {
  test('moves a resource with all below it', async () => {
    const pets = await add('pets');
    const cats = await add('cats', pets);
    await add('toys', cats);
    const animals = await add('animals');

    await update(pets, { op: 'replace', path: '/pathPart', value: 'beasts' });
    expect(await paths()).toEqual(['/', '/animals', '/beasts', '/beasts/cats', '/beasts/cats/toys']);
    await update(cats, { op: 'replace', path: '/parentId', value: animals });
    expect(await paths()).toEqual(['/', '/animals', '/animals/cats', '/animals/cats/toys', '/beasts']);
  });

  test('refuses what AWS refuses, in its words', async () => {
    const pets = await add('pets');
    const cats = await add('cats', pets);
    await add('cats');
    const replace = (path: string, value: string): PatchOperation => ({ op: 'replace', path, value });

    const failures = [
      await failureOf(update(pets, replace('/invalid', 'x'))),
      await failureOf(update(pets, { op: 'remove', path: '/pathPart' })),
      await failureOf(update(pets, replace('/parentId', 'nope'))),
      await failureOf(update(pets, replace('/parentId', cats))),
      await failureOf(update(cats, replace('/parentId', api.rootResourceId))),
      await failureOf(update(api.rootResourceId, replace('/pathPart', 'x'))),
      await failureOf(update(api.rootResourceId, replace('/parentId', pets))),
    ];

    expect(failures).toEqual([
      badRequest(
        "Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: [/parentId, /pathPart]",
      ),
      badRequest(
        "Invalid patch path  '/pathPart' specified for op 'remove'. Please choose supported operations",
      ),
      NO_RESOURCE,
      badRequest('Resources cannot be cyclical.'),
      conflict('Another resource with the same parent already has this name: cats'),
      badRequest('Root resource cannot update its pathPart.'),
      badRequest('Root resource cannot update its parentId.'),
    ]);
  });
});

describe('DeleteResource', () => {
  const remove = (resourceId: string) =>
    gateway.client.send(new DeleteResourceCommand({ restApiId: api.restApiId, resourceId }));

  test('takes children and methods along', async () => {
    const pets = await add('pets');
    const cats = await add('cats', pets);

    const answer = await remove(pets);
    const orphaned = new PutMethodCommand({
      restApiId: api.restApiId,
      resourceId: cats,
      httpMethod: 'GET',
      authorizationType: 'NONE',
    });

    expect(answer.$metadata.httpStatusCode).toBe(202);
    expect(await paths()).toEqual(['/']);
    expect(await failureOf(remove(pets))).toEqual(NO_RESOURCE);
    expect(await failureOf(gateway.client.send(orphaned))).toEqual(NO_RESOURCE);
  });

  test('leaves the root', async () => {
    expect((await failureOf(remove(api.rootResourceId))).status).toBe(400);
  });
});
