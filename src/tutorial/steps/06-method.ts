/** Step 6: POST on /dynamodbmanager, behind the API key, handed to the function. */
import {
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  UpdateMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { isTaken } from '../../aws/errors.js';
import { compare, differsIn, type Difference } from '../difference.js';
import type { StepEnv } from '../env.js';
import { fingerprintOf } from '../fingerprint.js';
import {
  atPath,
  handBuiltFaults,
  RESPONSE_RULES,
  settingsOfMethod,
  wantedFingerprint,
  wantedMethod,
} from '../method-settings.js';
import {
  putIntegration,
  putIntegrationResponse,
  putMethod,
  putMethodResponse,
  type MethodAddress,
} from '../requests.js';
import { defineStep, partFound, thingOf } from '../step.js';

export const method = defineStep({
  number: 6,
  id: 'method',
  title: 'Create the method',
  console: 'API Gateway > DynamoDBOperations > Resources > /dynamodbmanager > Create method > POST',
  name: ({ lab }) => `${lab.method.verb} ${lab.resource.path}`,
  reads: ['api', 'resource'],
  needs: ['api', 'resource'],
  partOf: 'api',

  inspect: async (look, seen) => {
    const { lab, place } = await look.located;
    const holder = await seen.api;
    const resource = thingOf(await seen.resource);
    const found = resource?.methods[lab.method.verb];
    if (!resource || !found) return { state: 'missing' };
    const actual = settingsOfMethod(found);
    const differences =
      holder.state === 'by-hand'
        ? handBuiltFaults(lab, place, actual)
        : compare(wantedMethod(lab, place), actual);
    const fingerprint = fingerprintOf(atPath(actual, resource.path, lab), place);
    return partFound(holder, { fingerprint }, differences);
  },

  ensure: async (env, { learned, found }) => {
    const address: MethodAddress = {
      restApiId: learned.api.id,
      resourceId: learned.resource.id,
      httpMethod: env.lab.method.verb,
    };
    const wanted = wantedMethod(env.lab, env.place);
    const missing = found.state === 'missing' || found.state === 'going';
    const differences = missing ? compare(wanted, {}) : found.differences;
    if (missing) await createMethod(env, address);
    else if (differsIn(differences, 'API key required', 'authorization')) await updateMethod(env, address);
    await putRest(env, address, differences);
    return {
      thing: { fingerprint: wantedFingerprint(env.lab, env.place) },
      outcome: missing ? 'created' : differences.length > 0 ? 'repaired' : 'unchanged',
    };
  },
});

async function createMethod(env: StepEnv, address: MethodAddress): Promise<void> {
  try {
    await env.aws.apiGateway.send(new PutMethodCommand(putMethod(address)));
  } catch (error) {
    // PutMethod is no upsert (aws-facts 6.4).
    if (!isTaken(error)) throw error;
    await updateMethod(env, address);
  }
}

async function updateMethod(env: StepEnv, address: MethodAddress): Promise<void> {
  await env.aws.apiGateway.send(
    new UpdateMethodCommand({
      ...address,
      patchOperations: [
        { op: 'replace', path: '/apiKeyRequired', value: 'true' },
        { op: 'replace', path: '/authorizationType', value: 'NONE' },
      ],
    }),
  );
}

/**
 * Method responses, integration and integration responses, as far as they differ. A new integration drops the old
 * one's responses (aws-facts 6.5), so all are put again after it.
 */
async function putRest(
  env: StepEnv,
  address: MethodAddress,
  differences: readonly Difference[],
): Promise<void> {
  const { apiGateway } = env.aws;
  for (const rule of RESPONSE_RULES) {
    if (!differsIn(differences, `response ${rule.statusCode}`)) continue;
    try {
      await apiGateway.send(new PutMethodResponseCommand(putMethodResponse(address, rule)));
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  const newIntegration = differences.some(({ setting }) => setting.startsWith('integration '));
  if (newIntegration) {
    await apiGateway.send(new PutIntegrationCommand(putIntegration(env.lab, env.place, address)));
  }
  for (const rule of RESPONSE_RULES) {
    const { statusCode } = rule;
    const differs = differsIn(
      differences,
      `response ${statusCode} pattern`,
      `response ${statusCode} template`,
    );
    if (!differs && !newIntegration) continue;
    await apiGateway.send(new PutIntegrationResponseCommand(putIntegrationResponse(address, rule)));
  }
}
