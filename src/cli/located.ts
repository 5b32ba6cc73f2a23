import { GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { invokeUrl } from '../aws/target.js';
import { LabError } from '../lab-error.js';
import { thingOf } from '../tutorial/step.js';
import { api as apiStep } from '../tutorial/steps/04-api.js';
import { deployment as deploymentStep } from '../tutorial/steps/08-deployment.js';
import { key as keyStep } from '../tutorial/steps/09-key.js';
import type { Context } from './context.js';
import { labFlag } from './lab-flag.js';

/** The URL of the lab's POST /dynamodbmanager. */
export function urlOf(context: Context, api: { id: string }, stage?: { stageName: string }): string {
  const { target, place, lab } = context;
  const stageName = stage?.stageName ?? lab.stage.name;
  return invokeUrl(target, { place, apiId: api.id, stage: stageName, path: lab.resource.path });
}

/** The value of a key. It is asked for when it is needed, and kept nowhere. */
export async function keyValue(context: Context, apiKey: string): Promise<string> {
  const { value } = await context.aws.apiGateway.send(new GetApiKeyCommand({ apiKey, includeValue: true }));
  if (value === undefined) throw new LabError('failed', 'API Gateway did not tell the value of the API key.');
  return value;
}

/** Where the lab's endpoint is and the key that opens it. @throws LabError `not-in-order` when there is none */
export async function locate(context: Context): Promise<{ url: string; apiKey: string }> {
  const { url, keyId } = await locateOnly(context);
  return { url, apiKey: await keyValue(context, keyId) };
}

/** The same without the key's value. @throws LabError `not-in-order` when there is no API or no key */
export async function locateOnly(context: Context): Promise<{ url: string; keyId: string }> {
  const env = context.stepEnv((text) => context.edge.screen.detail(text));
  const apiFound = apiStep.inspect(env, {});
  const [api, key, stage] = await Promise.all([
    apiFound,
    keyStep.inspect(env, {}),
    apiFound.then((found) => deploymentStep.inspect(env, { api: found })),
  ]);
  const apiThing = thingOf(api);
  const keyThing = thingOf(key);
  if (!apiThing) throw missing(context, `REST API ${context.lab.api.name}`, api.state);
  if (!keyThing) throw missing(context, `API key ${context.lab.key.name}`, key.state);
  return { url: urlOf(context, apiThing, thingOf(stage)), keyId: keyThing.id };
}

function missing({ lab, place }: Context, what: string, state: string): LabError {
  const flag = labFlag(lab.name);
  const where = `account ${place.account}, region ${place.region}`;
  return state === 'by-hand'
    ? new LabError('not-in-order', `There are several of the name: ${what}, in ${where}.`, {
        hint: `See which: lab-setup status${flag}`,
      })
    : new LabError(
        'not-in-order',
        `There is no lab ${lab.name} to call in ${where}: the ${what} is missing.`,
        {
          hint: `Bring it up with: lab-setup up${flag}`,
        },
      );
}
