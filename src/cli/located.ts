import { GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { invokeUrl } from '../aws/target.js';
import { LabError } from '../lab-error.js';
import { findStage } from '../tutorial/stage.js';
import { thingOf } from '../tutorial/step.js';
import { api as apiStep } from '../tutorial/steps/04-api.js';
import { key as keyStep } from '../tutorial/steps/09-key.js';
import type { Context, Opening } from './context.js';
import { labName } from './lab-name.js';
import { thingIn } from './thing-in.js';

/** The URL of the lab's POST /dynamodbmanager. */
export function urlOf(context: Context, api: { id: string }, stage?: { stageName: string }): string {
  const { target, place, lab } = context;
  const stageName = stage?.stageName ?? lab.stage.name;
  return invokeUrl(target, { place, apiId: api.id, stage: stageName, path: lab.resource.path });
}

/** Where a lab answers and what opens it, as far as there is of both. */
export interface Located {
  readonly invokeUrl?: string;
  /** Only where its value was asked for. */
  readonly apiKey?: string;
}

/** The same of what a walk found or made. */
export async function locatedIn(
  context: Context,
  things: ReadonlyMap<string, unknown>,
  { showKey }: { readonly showKey: boolean },
): Promise<Located> {
  const api = thingIn(things, 'api');
  const stage = thingIn(things, 'deployment');
  const key = thingIn(things, 'key');
  return {
    ...(api && stage ? { invokeUrl: urlOf(context, api, stage) } : {}),
    ...(showKey && key ? { apiKey: await keyValue(context, key.id) } : {}),
  };
}

/** The value of a key. It is asked for when it is needed, and kept nowhere. */
export async function keyValue({ aws }: Opening, apiKey: string): Promise<string> {
  const { value } = await aws.apiGateway.send(new GetApiKeyCommand({ apiKey, includeValue: true }));
  if (value === undefined) throw new LabError('failed', 'API Gateway did not tell the value of the API key.');
  return value;
}

/** Where the lab's endpoint is and the key that opens it. @throws LabError `not-in-order` when there is none */
export async function locate(opening: Opening): Promise<{ url: string; apiKey: string }> {
  const { url, key } = await search(opening, (id) => keyValue(opening, id));
  return { url, apiKey: key };
}

/** The same without the key's value. @throws LabError `not-in-order` when there is no API or no key */
export async function locateOnly(opening: Opening): Promise<{ url: string; keyId: string }> {
  const { url, key } = await search(opening, (id) => id);
  return { url, keyId: key };
}

/** Two rounds of calls: API and key by their lists, then the stage and what `ofKey` asks. */
async function search<T>(
  opening: Opening,
  ofKey: (id: string) => T | Promise<T>,
): Promise<{ url: string; key: T }> {
  const look = opening.lookEnv((text) => opening.edge.screen.detail(text));
  const onApi = async () => {
    const found = await apiStep.inspect(look, {});
    const api = thingOf(found);
    return { state: found.state, api, stage: api && (await findStage(look, api.id)) };
  };
  const onKey = async () => {
    const found = await keyStep.inspect(look, {});
    const key = thingOf(found);
    return { state: found.state, key: key && { asked: await ofKey(key.id) } };
  };
  const searching = Promise.all([onApi(), onKey()]);
  // Where both fail, it is for one cause: what is wrong with the caller says it best.
  searching.catch(() => undefined);
  const context = await opening.located;
  const [{ api, stage, ...ofApi }, { key, ...ofItsKey }] = await searching;
  if (!api)
    throw missing(context, `REST API ${context.lab.api.name}`, {
      state: ofApi.state,
      isAlone: key !== undefined,
    });
  if (!key)
    throw missing(context, `API key ${context.lab.key.name}`, { state: ofItsKey.state, isAlone: true });
  const { stageName = context.lab.stage.name } = stage ?? {};
  return { url: urlOf(context, api, { stageName }), key: key.asked };
}

/** `isAlone`: the rest of the lab is there. */
function missing(
  { lab, place }: Context,
  what: string,
  { state, isAlone }: { state: string; isAlone: boolean },
): LabError {
  const where = `account ${place.account}, region ${place.region}`;
  const name = labName(lab.name);
  if (state === 'by-hand') {
    return new LabError('not-in-order', `There are several of the name: ${what}, in ${where}.`, {
      hint: 'See which: `lab-setup status`',
    });
  }
  return isAlone
    ? new LabError('not-in-order', `The lab${name} in ${where} cannot be called: the ${what} is missing.`, {
        hint: 'See how it is put right: `lab-setup status`',
      })
    : new LabError('not-in-order', `There is no lab${name} to call in ${where}: the ${what} is missing.`, {
        hint: 'Bring it up with `lab-setup up`.',
      });
}
