/** Step 5: the resource /dynamodbmanager below the API's root. */
import { CreateResourceCommand, paginateGetResources, type Resource } from '@aws-sdk/client-api-gateway';
import { isTaken } from '../../aws/errors.js';
import { API_GATEWAY_PAGE, collect } from '../../aws/paginate.js';
import { LabError } from '../../lab-error.js';
import type { StepEnv } from '../env.js';
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

  inspect: async (env, seen) => {
    const api = thingOf(seen.api);
    if (!api) return { state: 'missing' };
    const found = await resourceAt(env, api.id, env.lab.resource.path);
    return found ? partFound(seen.api, thingFrom(found)) : { state: 'missing' };
  },

  ensure: async (env, { learned, found }) => {
    if (found.state === 'ours' || found.state === 'coming')
      return { thing: found.thing, outcome: 'unchanged' };
    return { thing: thingFrom(await create(env, learned.api)), outcome: 'created' };
  },
});

function thingFrom(found: Resource): Things['resource'] {
  if (found.id === undefined) throw new LabError('failed', 'API Gateway described a resource without an id.');
  return { id: found.id, methods: found.resourceMethods ?? {} };
}

function listResources(env: StepEnv, restApiId: string): Promise<Resource[]> {
  const client = env.aws.apiGateway;
  return collect(
    // With their methods embedded, so that step 6 need not ask for each.
    paginateGetResources({ client, pageSize: API_GATEWAY_PAGE }, { restApiId, embed: ['methods'] }),
    (page) => page.items,
  );
}

async function create(env: StepEnv, { id: restApiId, rootResourceId }: Things['api']): Promise<Resource> {
  const parentId = rootResourceId ?? (await resourceAt(env, restApiId, '/'))?.id;
  try {
    return await env.aws.apiGateway.send(
      new CreateResourceCommand(createResource(env.lab, { restApiId, parentId })),
    );
  } catch (error) {
    if (!isTaken(error)) throw error;
    const made = await resourceAt(env, restApiId, env.lab.resource.path);
    if (!made) throw error;
    return made;
  }
}

async function resourceAt(env: StepEnv, restApiId: string, path: string): Promise<Resource | undefined> {
  return (await listResources(env, restApiId)).find((each) => each.path === path);
}
