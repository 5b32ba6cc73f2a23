import { badRequest, conflict, notFound } from './errors.js';
import { optionalText, segmentsOf, unsupportedPatch, type PatchOperation } from './patch.js';
import { entryOf, keyOf, type ApiStage, type Gateway, type Throttle, type UsagePlan } from './state.js';

const STAGE_THROTTLES = [
  '/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>',
  '/apiStages/<apidId:stageName>/throttle',
];

/** The paths of each operation; those of `remove` are recorded (aws-facts 6.8), the others made after them. */
const SUPPORTED = {
  add: ['/apiStages', '/throttle', '/quota', '/productCode', ...STAGE_THROTTLES],
  remove: ['/apiStages', '/quota', '/throttle', '/productCode', ...STAGE_THROTTLES],
  replace: [
    '/name',
    '/description',
    '/productCode',
    '/quota/limit',
    '/quota/offset',
    '/quota/period',
    '/throttle/rateLimit',
    '/throttle/burstLimit',
    '/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>/rateLimit',
    '/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>/burstLimit',
  ],
};

type Quota = NonNullable<UsagePlan['quota']>;

/** One patch of UpdateUsagePlan. */
export function patchUsagePlan(gateway: Gateway, plan: UsagePlan, patch: PatchOperation): UsagePlan {
  const [setting, key, ...more] = segmentsOf(patch);
  if (setting === 'apiStages') {
    return key === undefined
      ? { ...plan, apiStages: patchApiStages(gateway, plan, patch) }
      : { ...plan, apiStages: patchStageThrottle(plan, patch, [key, ...more]) };
  }
  if (more.length > 0) throw unsupportedPatch(patch, SUPPORTED);
  if (setting === 'throttle') return { ...plan, throttle: patchThrottle(plan.throttle, patch, key) };
  if (setting === 'quota') return { ...plan, quota: patchQuota(plan.quota, patch, key) };
  if (key !== undefined) throw unsupportedPatch(patch, SUPPORTED);
  if (setting === 'productCode' && ['add', 'remove', 'replace'].includes(patch.op)) {
    return { ...plan, productCode: optionalText(patch) };
  }
  if (patch.op !== 'replace') throw unsupportedPatch(patch, SUPPORTED);
  if (setting === 'description') return { ...plan, description: optionalText(patch) };
  if (setting !== 'name') throw unsupportedPatch(patch, SUPPORTED);
  if (!patch.value) throw badRequest('Usage plan name cannot be blank');
  return { ...plan, name: patch.value };
}

/** @throws AwsError NotFoundException when there is no such stage. */
export function checkApiStage({ stages }: Gateway, apiId: string, stage: string): void {
  if (!stages.get(keyOf(apiId, stage))) throw notFound(`API Stage not found: ${apiId}:${stage}`);
}

/** @throws AwsError when a quota lacks its limit or period, or has impossible ones; the words are not established. */
export function checkQuota(
  quota: { [K in keyof Quota]?: Quota[K] | undefined } | undefined,
): UsagePlan['quota'] {
  if (!quota) return undefined;
  const { limit, offset = 0, period } = quota;
  if (limit === undefined || !Number.isInteger(limit) || limit < 0) {
    throw badRequest('Usage Plan quota limit must be a positive integer');
  }
  if (period === undefined) throw badRequest('Usage Plan quota period must be one of: [WEEK, DAY, MONTH]');
  if (!Number.isInteger(offset) || offset < 0 || offset > limit) {
    throw badRequest('Usage Plan quota offset must be between 0 and the limit');
  }
  return { limit, offset, period };
}

/** @throws AwsError when a limit is negative; the words are not established. */
export function checkThrottle(throttle: Throttle | undefined): void {
  const { burstLimit = 0, rateLimit = 0 } = throttle ?? {};
  if (burstLimit < 0 || rateLimit < 0 || !Number.isInteger(burstLimit)) {
    throw badRequest('Usage Plan throttle limits must not be negative');
  }
}

function patchApiStages(gateway: Gateway, plan: UsagePlan, patch: PatchOperation): ApiStage[] {
  if (patch.op !== 'add' && patch.op !== 'remove') throw unsupportedPatch(patch, SUPPORTED);
  const [apiId, stage, ...more] = (patch.value ?? '').split(':');
  if (!apiId || !stage || more.length > 0) throw badRequest('Invalid API Stage specified');
  const others = plan.apiStages.filter((each) => each.apiId !== apiId || each.stage !== stage);
  const isThere = others.length < plan.apiStages.length;
  if (patch.op === 'remove') {
    if (!isThere) {
      throw notFound(`Invalid API Stage {api: ${apiId}, stage: ${stage}} specified for usageplan ${plan.id}`);
    }
    return others;
  }
  checkApiStage(gateway, apiId, stage);
  // The words are not established (aws-facts 10).
  if (isThere) throw conflict(`API Stage ${apiId}:${stage} is already associated with Usage Plan ${plan.id}`);
  checkOnePlanPerKey(gateway, plan, { apiId, stage });
  return [...plan.apiStages, { apiId, stage }];
}

/** A key has at most one plan for a stage (aws-facts 6.8). */
function checkOnePlanPerKey(gateway: Gateway, plan: UsagePlan, added: ApiStage): void {
  const planKeys = gateway.usagePlanKeys.values();
  for (const { keyId } of planKeys.filter(({ usagePlanId }) => usagePlanId === plan.id)) {
    const other = planOfKey(gateway, keyId, added);
    if (other && other.id !== plan.id) {
      throw conflict(
        `API Key ${keyId} is already associated with API Stage ${added.apiId}:${added.stage} by Usage Plan ${other.id}`,
      );
    }
  }
}

/** The plan by which a key may use a stage. */
export function planOfKey(
  { usagePlanKeys, usagePlans }: Gateway,
  keyId: string,
  { apiId, stage }: Pick<ApiStage, 'apiId' | 'stage'>,
): UsagePlan | undefined {
  for (const planKey of usagePlanKeys.values()) {
    if (planKey.keyId !== keyId) continue;
    const plan = usagePlans.get(planKey.usagePlanId);
    if (plan?.apiStages.some((each) => each.apiId === apiId && each.stage === stage)) return plan;
  }
  return undefined;
}

/** `/apiStages/{api:stage}/throttle[/{path}/{METHOD}[/rateLimit]]` */
function patchStageThrottle(plan: UsagePlan, patch: PatchOperation, path: readonly string[]): ApiStage[] {
  const [apiStage = '', setting, resourcePath, method, limit, ...more] = path;
  const target = plan.apiStages.find(({ apiId, stage }) => `${apiId}:${stage}` === apiStage);
  if (setting !== 'throttle' || more.length > 0) throw unsupportedPatch(patch, SUPPORTED);
  if (!target) {
    throw notFound(
      `Invalid API Stage {api: ${apiStage.replace(':', ', stage: ')}} specified for usageplan ${plan.id}`,
    );
  }
  const replaced = { ...target, throttle: stageThrottle(target, patch, { resourcePath, method, limit }) };
  return plan.apiStages.map((each) => (each === target ? replaced : each));
}

function stageThrottle(
  { throttle }: ApiStage,
  patch: PatchOperation,
  at: { resourcePath: string | undefined; method: string | undefined; limit: string | undefined },
): ApiStage['throttle'] {
  if (patch.op === 'remove' && at.resourcePath === undefined) return undefined;
  if (at.resourcePath === undefined || at.method === undefined) throw unsupportedPatch(patch, SUPPORTED);
  const key = `${at.resourcePath}/${at.method}`;
  if (patch.op === 'remove') {
    return Object.fromEntries(Object.entries(throttle ?? {}).filter(([name]) => name !== key));
  }
  const limits = patchThrottle(entryOf(throttle, key), patch, at.limit);
  return limits && { ...throttle, [key]: limits };
}

function patchThrottle(
  throttle: Throttle | undefined,
  patch: PatchOperation,
  limit: string | undefined,
): Throttle | undefined {
  if (patch.op === 'remove' && limit === undefined) return undefined;
  if ((limit !== 'rateLimit' && limit !== 'burstLimit') || (patch.op !== 'replace' && patch.op !== 'add')) {
    throw unsupportedPatch(patch, SUPPORTED);
  }
  return { ...throttle, [limit]: numberOf(patch) };
}

/**
 * A quota may lack its limit between two patches of one call; `checkQuota` looks at the end. What AWS does with a limit
 * without a period is not established.
 */
function patchQuota(
  quota: UsagePlan['quota'],
  patch: PatchOperation,
  key: string | undefined,
): UsagePlan['quota'] {
  if (patch.op === 'remove' && key === undefined) return undefined;
  if (patch.op !== 'replace' && patch.op !== 'add') throw unsupportedPatch(patch, SUPPORTED);
  const before = quota ?? { limit: NaN, offset: 0, period: 'MONTH' };
  if (key === 'limit' || key === 'offset') return { ...before, [key]: numberOf(patch) };
  if (key !== 'period') throw unsupportedPatch(patch, SUPPORTED);
  const { value } = patch;
  if (value !== 'DAY' && value !== 'WEEK' && value !== 'MONTH') {
    throw badRequest('Usage Plan quota period must be one of: [WEEK, DAY, MONTH]');
  }
  return { ...before, period: value };
}

function numberOf(patch: PatchOperation): number {
  const number = Number(patch.value);
  if (!patch.value || !Number.isFinite(number)) throw badRequest(`Invalid value specified for ${patch.path}`);
  return number;
}
