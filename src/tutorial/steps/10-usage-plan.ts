/** Step 10: the usage plan, which limits the rate, on the stage Prod, with the key attached. */
import {
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteUsagePlanCommand,
  GetUsagePlanCommand,
  paginateGetUsagePlanKeys,
  paginateGetUsagePlans,
  UpdateUsagePlanCommand,
  type PatchOperation,
  type UsagePlan,
  type UsagePlanKey,
} from '@aws-sdk/client-api-gateway';
import { ifThere, isLost, isPlanStillAssociated, isStageNotFound, isTaken } from '../../aws/errors.js';
import { callOf } from '../../aws/origin.js';
import { belongsTo, sortOut } from '../../aws/ownership.js';
import { API_GATEWAY_PAGE, collect } from '../../aws/paginate.js';
import { retryWhile } from '../../aws/poll.js';
import { BUDGETS } from '../../aws/waiting.js';
import { LabError } from '../../lab-error.js';
import { compare, differsIn, type Difference, type Settings } from '../difference.js';
import type { StepEnv, Unplaced } from '../env.js';
import { adoptAt } from '../gateway-tags.js';
import { createUsagePlan, createUsagePlanKey, leaveStages, type ApiStage } from '../requests.js';
import { isStageOf } from '../lab.js';
import { defineStep, thingOf, type Ensured, type Findings, type Seeing, type Things } from '../step.js';
import { Secret } from '../secret.js';
import { ensureTagged, foundAmong, isStillTheOne, taggedOf, type Kind, type Tagged } from '../tagged.js';

export const usagePlan = defineStep({
  number: 10,
  id: 'usage-plan',
  title: 'Create the usage plan',
  console: 'API Gateway > Usage plans > Create usage plan',
  name: ({ lab }) => lab.usagePlan.name,
  reads: ['api', 'key', 'deployment'],
  needs: ['api', 'deployment', 'key'],

  inspect: (env, seen) =>
    foundAmong(env, PLANS, async (each, tagged) => {
      const { settings, keyValue } = await readPlan(env, each, seen);
      return { thing: { ...tagged, keyValue }, differences: compare(wanted(env), settings) };
    }),

  ensure: async (env, { learned, found }) => {
    const { api, key } = learned;
    const stage = { apiId: api.id, stage: learned.deployment.stageName };
    const ensured = await ensureTagged(env, PLANS, found, {
      create: () => create(env, stage),
      thingFrom,
      repair: (id, differences) => repair(env, { planId: id, stage, keyId: key.id, differences }),
    });
    const isAttached = found.state === 'ours' && !differsIn(found.differences, 'key');
    return isAttached ? ensured : attachKeyOrYield(env, ensured, { stage, keyId: key.id });
  },

  adopt: (env, { id }) => adoptAt(env, `/usageplans/${id}`),

  lastLook: (env, thing) => isStillTheOne(env, PLANS, thing),

  remove: async (env, { thing }) => {
    for (const id of thing?.ids ?? []) await removePlan(env, id);
    return { outcome: 'removed' };
  },
});

/** The tutorial's plan has none: once it were used up, nobody could call the lab for a day, a week or a month. */
const NO_QUOTA = 'none';

const wanted = (env: Unplaced): Settings => ({
  name: env.lab.usagePlan.name,
  rate: env.lab.usagePlan.rateLimit,
  burst: env.lab.usagePlan.burstLimit,
  quota: NO_QUOTA,
  stage: `on ${env.lab.stage.name}`,
  key: 'attached',
});

async function readPlan(
  env: Unplaced,
  plan: UsagePlan,
  seen: Seeing<'api' | 'key' | 'deployment'>,
): Promise<{ settings: Settings; keyValue: Secret | undefined }> {
  const [planKeys, api, key, deployment] = await Promise.all([
    listPlanKeys(env, plan.id ?? ''),
    seen.api,
    seen.key,
    seen.deployment,
  ]);
  const [apiIds, keyIds] = [idsOf(api), idsOf(key)];
  const { stageName = env.lab.stage.name } = thingOf(deployment) ?? {};
  // Of several APIs the stage was not looked at, and may be spelled in either way.
  const isStage = (name?: string): boolean =>
    apiIds.length > 1 ? isStageOf(env.lab, name) : name === stageName;
  const onStage = (plan.apiStages ?? []).some(
    (each) => apiIds.includes(each.apiId ?? '') && isStage(each.stage),
  );
  const own = planKeys.find(({ id = '' }) => keyIds.includes(id));
  const settings = {
    // By hand it may be spelled as the tutorial spells it the second time.
    name: belongsTo(plan.tags, env.lab.name) ? plan.name : env.lab.usagePlan.name,
    rate: plan.throttle?.rateLimit,
    burst: plan.throttle?.burstLimit,
    quota: quotaText(plan),
    stage: onStage ? `on ${env.lab.stage.name}` : `not on ${env.lab.stage.name}`,
    key: own ? 'attached' : 'not attached',
  };
  return { settings, keyValue: valueOf(own) };
}

/** `500 a day` */
const quotaText = ({ quota: { limit, period = 'DAY' } = {} }: UsagePlan): string =>
  limit === undefined ? NO_QUOTA : `${limit} a ${period.toLowerCase()}`;

/** The answers about a plan's keys hold their values (aws-facts 6.8). Only the own key's is kept, for the endpoint's test. */
const valueOf = (key: UsagePlanKey | undefined): Secret | undefined =>
  key?.value === undefined ? undefined : new Secret(key.value);

/** Of several APIs or keys by hand any will do: that there are several is said of these. */
function idsOf(found: Findings['api' | 'key']): string[] {
  const only = thingOf(found)?.id;
  if (only !== undefined) return [only];
  return found.state === 'by-hand' ? found.strangers.map(({ id }) => id) : [];
}

/** AWS keeps no date of a plan, so a tag does: by it one that was left behind is told from one that is being made. */
const MADE_TAG = 'lab-setup:made';

type DatedPlan = UsagePlan & { readonly createdDate?: Date };

function dated(plan: UsagePlan): DatedPlan {
  const made = Date.parse(plan.tags?.[MADE_TAG] ?? '');
  return Number.isNaN(made) ? plan : { ...plan, createdDate: new Date(made) };
}

function listPlans({ aws, lab }: Unplaced): Promise<{ ours: DatedPlan[]; byHand: DatedPlan[] }> {
  const pages = paginateGetUsagePlans({ client: aws.apiGateway, pageSize: API_GATEWAY_PAGE }, {});
  // Without regard to case: the tutorial itself spells the plan in two ways.
  const name = lab.usagePlan.name.toLowerCase();
  const hasName = (other: string): boolean => other.toLowerCase() === name;
  return sortOut(pages, (page) => page.items?.map(dated), { lab: lab.name, hasName });
}

function listPlanKeys(env: Unplaced, usagePlanId: string): Promise<UsagePlanKey[]> {
  const client = env.aws.apiGateway;
  return collect(
    paginateGetUsagePlanKeys({ client, pageSize: API_GATEWAY_PAGE }, { usagePlanId }),
    (page) => page.items,
  );
}

/** A key is in one plan of a stage only, so of several plans this is one. */
const holdsKey = async (env: Unplaced, { id = '' }: { id?: string | undefined }): Promise<boolean> =>
  (await listPlanKeys(env, id)).length > 0;

/** A plan that holds the key is one that a run went on with. */
const PLANS: Kind<DatedPlan> = { noun: 'usage plan', list: listPlans, isUsed: holdsKey, remove: removePlan };

type Plan = Things['usage-plan'];

/** The key's value is told where the key is attached. */
const thingFrom = (_: UsagePlan, tagged: Tagged): Plan => ({ ...tagged, keyValue: undefined });

function create(env: StepEnv, stage: ApiStage): Promise<UsagePlan> {
  const request = createUsagePlan(env.lab, stage);
  const made = new Date(env.waiting.clock.now()).toISOString();
  return onceStageIsKnown(env, () =>
    env.aws.apiGatewayOnce.send(
      new CreateUsagePlanCommand({ ...request, tags: { ...request.tags, [MADE_TAG]: made } }),
    ),
  );
}

/**
 * Attaches the key to the plan. A key is in one plan of a stage only, so that AWS itself decides between runs: if another
 * run's plan has the key already, that plan is the one to use, and what this run made is removed.
 */
async function attachKeyOrYield(
  env: StepEnv,
  ensured: Ensured<Plan>,
  { stage, keyId }: { stage: ApiStage; keyId: string },
): Promise<Ensured<Plan>> {
  const { thing, outcome } = ensured;
  const attached = await attachKey(env, thing.id, keyId);
  if (attached) return { ...ensured, thing: { ...thing, keyValue: valueOf(attached) } };
  const plan = await otherPlanOf(env, { planId: thing.id, stage, keyId });
  if (!plan) return ensured;
  if (outcome === 'created') await removePlan(env, thing.id);
  return { thing: thingFrom(plan, taggedOf(plan, [plan])), outcome: 'unchanged' };
}

/**
 * Another plan of the lab's that has the key; undefined where there is none.
 * @throws LabError when somebody else's plan has it on the same stage: AWS lets ours have it only after that
 */
async function otherPlanOf(
  env: StepEnv,
  own: { planId: string; stage: ApiStage; keyId: string },
): Promise<DatedPlan | undefined> {
  const { planId, stage, keyId } = own;
  const pages = paginateGetUsagePlans({ client: env.aws.apiGateway, pageSize: API_GATEWAY_PAGE }, { keyId });
  const others = (await collect(pages, (page) => page.items)).filter(({ id }) => id !== planId);
  const foreign = others.find(
    ({ tags, apiStages = [] }) =>
      !belongsTo(tags, env.lab.name) &&
      apiStages.some((each) => each.apiId === stage.apiId && each.stage === stage.stage),
  );
  if (foreign) throw heldElsewhere(env, foreign);
  return others.filter(({ tags }) => belongsTo(tags, env.lab.name)).map(dated)[0];
}

function heldElsewhere({ lab }: StepEnv, { name = '', id = '' }: UsagePlan): LabError {
  return new LabError(
    'failed',
    `The usage plan ${name} (${id}), which is not this lab’s, has the key ${lab.key.name} on the stage ${lab.stage.name}; a key is in one plan of a stage only.`,
    {
      hint: `Take the key or the stage out of it (API Gateway > Usage plans > ${name}), then run \`lab-setup up\` again.`,
    },
  );
}

/** Undefined when the key is in this plan already, or in another on the same stage. */
async function attachKey(
  env: StepEnv,
  usagePlanId: string,
  keyId: string,
): Promise<UsagePlanKey | undefined> {
  try {
    return await env.aws.apiGateway.send(
      new CreateUsagePlanKeyCommand(createUsagePlanKey({ usagePlanId, keyId })),
    );
  } catch (error) {
    if (!isTaken(error)) throw error;
    return undefined;
  }
}

/** All changes in one call: AWS allows one UpdateUsagePlan in 20 s (aws-facts 6.1). */
async function repair(
  env: StepEnv,
  change: { planId: string; stage: ApiStage; keyId: string; differences: readonly Difference[] },
): Promise<void> {
  const { planId, stage, differences } = change;
  const { name, rateLimit, burstLimit } = env.lab.usagePlan;
  const operations: Record<string, PatchOperation> = {
    name: { op: 'replace', path: '/name', value: name },
    rate: { op: 'replace', path: '/throttle/rateLimit', value: String(rateLimit) },
    burst: { op: 'replace', path: '/throttle/burstLimit', value: String(burstLimit) },
    quota: { op: 'remove', path: '/quota' },
    stage: { op: 'add', path: '/apiStages', value: `${stage.apiId}:${stage.stage}` },
  };
  const patchOperations = differences.flatMap(({ setting }) => operations[setting] ?? []);
  if (patchOperations.length === 0) return;
  try {
    await onceStageIsKnown(env, () =>
      env.aws.apiGateway.send(new UpdateUsagePlanCommand({ usagePlanId: planId, patchOperations })),
    );
  } catch (error) {
    // The stage is in the plan already: a lost answer of ours, or another `up` was quicker; or somebody else's plan has both.
    if (!isTaken(error)) throw error;
    await otherPlanOf(env, change);
    const rest = patchOperations.filter(({ op }) => op !== 'add');
    if (rest.length === 0) return;
    await env.aws.apiGateway.send(new UpdateUsagePlanCommand({ usagePlanId: planId, patchOperations: rest }));
  }
}

/** A stage that was just made is not known to usage plans at once. */
function onceStageIsKnown<T>(env: StepEnv, call: () => Promise<T>): Promise<T> {
  return retryWhile(
    env.waiting,
    {
      budget: BUDGETS.conflict,
      waitFor: (error) => (isStageNotFound(error) ? 'usage plans know the new stage' : undefined),
    },
    call,
  );
}

/** So often a change whose answer was lost is looked after. */
const LOOKS = 10;

/**
 * A plan that is on a stage cannot be deleted (aws-facts 6.8): it is taken off all its stages in one call first. What AWS
 * says to whoever takes it off twice is not known, so after a lost answer the plan is looked at before another try.
 */
async function removePlan(env: Unplaced, usagePlanId: string): Promise<void> {
  const { apiGateway, apiGatewayOnce } = env.aws;
  let lost = 0;
  const waitFor = (error: unknown): string | undefined => {
    if (isPlanStillAssociated(error)) return 'API Gateway sees that the plan is on no stage';
    const isChange = isLost(error) && callOf(error) !== 'apigateway:GetUsagePlan';
    if (isChange) lost += 1;
    return isChange && lost < LOOKS ? 'API Gateway shows what became of the usage plan' : undefined;
  };
  await retryWhile(env.waiting, { budget: BUDGETS.conflict, waitFor }, async () => {
    const plan = await ifThere(apiGateway.send(new GetUsagePlanCommand({ usagePlanId })));
    if (!plan) return;
    const { apiStages: stages = [] } = plan;
    if (stages.length > 0) {
      await ifThere(apiGatewayOnce.send(new UpdateUsagePlanCommand(leaveStages(usagePlanId, stages))));
    }
    await ifThere(apiGatewayOnce.send(new DeleteUsagePlanCommand({ usagePlanId })));
  });
}
