import { GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { invokeUrl } from '../aws/target.js';
import { LabError } from '../lab-error.js';
import { thingOf } from '../tutorial/step.js';
import { api as apiStep } from '../tutorial/steps/04-api.js';
import { key as keyStep } from '../tutorial/steps/09-key.js';
import type { Context } from './context.js';

/** The URL of the lab's POST /dynamodbmanager. */
export function urlOf(context: Context, apiId: string): string {
  const { target, place, lab } = context;
  return invokeUrl(target, { place, apiId, stage: lab.stage.name, path: lab.resource.path });
}

/** The value of a key. It is asked for when it is needed, and kept nowhere. */
export async function keyValue(context: Context, apiKey: string): Promise<string> {
  const { value } = await context.aws.apiGateway.send(new GetApiKeyCommand({ apiKey, includeValue: true }));
  if (value === undefined) throw new LabError('failed', 'API Gateway did not tell the value of the API key.');
  return value;
}

/** Where the lab's endpoint is and the key that opens it. @throws LabError `not-in-order` when there is none */
export async function locate(context: Context): Promise<{ url: string; apiKey: string }> {
  const env = context.stepEnv((text) => context.edge.screen.detail(text));
  const [api, key] = await Promise.all([apiStep.inspect(env, {}), keyStep.inspect(env, {})]);
  const apiId = thingOf(api)?.id;
  const keyId = thingOf(key)?.id;
  if (apiId === undefined) throw missing(context, `the REST API ${context.lab.api.name}`);
  if (keyId === undefined) throw missing(context, `the API key ${context.lab.key.name}`);
  return { url: urlOf(context, apiId), apiKey: await keyValue(context, keyId) };
}

function missing({ lab, place }: Context, what: string): LabError {
  return new LabError(
    'not-in-order',
    `There is no lab ${lab.name} to call in account ${place.account}, region ${place.region}: ${what} is missing, or there are several.`,
    {
      hint: `Bring it up with \`lab-setup up${labFlag(lab.name)}\`, or look at it with \`lab-setup status${labFlag(lab.name)}\`.`,
    },
  );
}

/** ` --lab ana`, or nothing for the plain lab. */
export const labFlag = (lab: string): string => (lab === 'default' ? '' : ` --lab ${lab}`);
