/** Step 5: the resource /dynamodbmanager below the API's root. */
import {
  CreateResourceCommand,
  paginateGetResources,
  UpdateResourceCommand,
  type Resource,
} from '@aws-sdk/client-api-gateway';
import { isTaken } from '../../aws/errors.js';
import { createUnlessMade } from '../../aws/make-once.js';
import { API_GATEWAY_PAGE, collect } from '../../aws/paginate.js';
import { LabError } from '../../lab-error.js';
import { compare } from '../difference.js';
import type { StepEnv, Unplaced } from '../env.js';
import { isPathLike } from '../lab.js';
import { createResource } from '../requests.js';
import { defineStep, partFound, thingOf, type Things } from '../step.js';

export const resource = defineStep({
  number: 5,
  id: 'resource',
  title: 'Create the resource',
  console: 'API Gateway > DynamoDBOperations > Resources > Create resource',
  name: ({ lab }) => lab.resource.path,
  reads: ['api'],
  needs: ['api'],
  partOf: 'api',

  inspect: async (look, seen) => {
    const holder = await seen.api;
    const api = thingOf(holder);
    if (!api) return { state: 'missing' };
    const { path } = look.lab.resource;
    const all = await listResources(look, api.id);
    // Today's console takes the tutorial's "DynamoDBManager" as it is typed, where the old one made it lower case.
    const found = all.find((each) => each.path === path) ?? all.find((each) => isPathLike(each.path, path));
    if (!found) return { state: 'missing' };
    return partFound(holder, thingFrom(found), compare({ path }, { path: found.path }));
  },

  ensure: async (env, { learned, found }) => {
    if (found.state === 'ours' || found.state === 'coming') {
      if (found.differences.length === 0) return { thing: found.thing, outcome: 'unchanged' };
      return { thing: await rename(env, learned.api, found.thing), outcome: 'repaired' };
    }
    return { thing: thingFrom(await create(env, learned.api)), outcome: 'created' };
  },
});

function thingFrom(found: Resource): Things['resource'] {
  if (found.id === undefined) throw new LabError('failed', 'API Gateway described a resource without an id.');
  return { id: found.id, path: found.path ?? '', methods: found.resourceMethods ?? {} };
}

function listResources(env: Unplaced, restApiId: string): Promise<Resource[]> {
  const client = env.aws.apiGateway;
  return collect(
    // With their methods embedded, so that step 6 need not ask for each.
    paginateGetResources({ client, pageSize: API_GATEWAY_PAGE }, { restApiId, embed: ['methods'] }),
    (page) => page.items,
  );
}

/** A path is there once, so AWS refuses a second; other servers do not, so it is looked for after a lost answer. */
async function create(env: StepEnv, { id: restApiId, rootResourceId }: Things['api']): Promise<Resource> {
  const parentId = rootResourceId ?? (await resourceAt(env, restApiId, '/'))?.id;
  const request = new CreateResourceCommand(createResource(env.lab, { restApiId, parentId }));
  try {
    const { made } = await createUnlessMade<Resource>(env.waiting, {
      create: () => env.aws.apiGatewayOnce.send(request),
      find: () => resourceAt(env, restApiId, env.lab.resource.path),
    });
    return made;
  } catch (error) {
    if (!isTaken(error)) throw error;
    const made = await resourceAt(env, restApiId, env.lab.resource.path);
    if (!made) throw error;
    return made;
  }
}

/** Paths are told apart by case; renaming changes nothing that hangs on the resource. */
async function rename(
  env: StepEnv,
  { id: restApiId }: Things['api'],
  thing: Things['resource'],
): Promise<Things['resource']> {
  const { path, pathPart } = env.lab.resource;
  const patchOperations = [{ op: 'replace' as const, path: '/pathPart', value: pathPart }];
  await env.aws.apiGateway.send(
    new UpdateResourceCommand({ restApiId, resourceId: thing.id, patchOperations }),
  );
  return { ...thing, path };
}

async function resourceAt(env: Unplaced, restApiId: string, path: string): Promise<Resource | undefined> {
  return (await listResources(env, restApiId)).find((each) => each.path === path);
}
