import { patchCanary, promoteCanary } from './canary.js';
import { badRequest } from './errors.js';
import {
  optionalText,
  requireOp,
  segmentsOf,
  truth,
  withEntry,
  withoutEntry,
  type PatchOperation,
} from './patch.js';
import { entryOf, type MethodSetting, type Stage } from './state.js';

/** The list that AWS recites, commas missing where AWS's are (recorded: test_create_update_stages). */
const PATHS = [
  '/deploymentId',
  '/description',
  '/cacheClusterEnabled',
  '/cacheClusterSize',
  '/clientCertificateId',
  '/accessLogSettings',
  '/accessLogSettings/destinationArn',
  '/accessLogSettings/format',
  '/{resourcePath}/{httpMethod}/metrics/enabled',
  '/{resourcePath}/{httpMethod}/logging/dataTrace',
  '/{resourcePath}/{httpMethod}/logging/loglevel',
  '/{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds',
  '/{resourcePath}/{httpMethod}/caching/enabled',
  '/{resourcePath}/{httpMethod}/caching/dataEncrypted',
  '/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl',
  '/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy',
  '/*/*/metrics/enabled',
  '/*/*/logging/dataTrace',
  '/*/*/logging/loglevel',
  '/*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds',
  '/*/*/caching/enabled',
  '/*/*/caching/dataEncrypted',
  '/*/*/caching/requireAuthorizationForCacheControl',
  '/*/*/caching/unauthorizedCacheControlHeaderStrategy',
  '/variables/{variable_name}',
  '/tracingEnabled',
];

const DEFAULT_METHOD_SETTING: MethodSetting = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
};

/** One patch of UpdateStage. */
export function patchStage(stage: Stage, patch: PatchOperation): Stage {
  if (patch.op === 'copy') return promoteCanary(stage, patch);
  const [setting, key, ...more] = segmentsOf(patch);
  const withCanary = setting === 'canarySettings' ? patchCanary(stage, patch) : undefined;
  if (withCanary) return withCanary;
  if (more.length > 0 || (key !== undefined && patch.op === 'remove' && setting !== 'variables')) {
    return patchMethodSettings(stage, patch);
  }
  switch (setting) {
    case 'deploymentId':
      requireOp(patch, 'replace');
      return { ...stage, deploymentId: patch.value ?? '' };
    case 'description':
    case 'cacheClusterSize':
    case 'clientCertificateId':
    case 'documentationVersion':
      if (key !== undefined) throw invalidSetting(patch);
      requireOp(patch, 'replace', 'remove');
      return { ...stage, [setting]: optionalText(patch) };
    case 'cacheClusterEnabled':
    case 'tracingEnabled':
      if (key !== undefined) throw invalidSetting(patch);
      requireOp(patch, 'replace');
      return { ...stage, [setting]: truth(patch) };
    case 'variables':
      if (!key) throw invalidSetting(patch);
      requireOp(patch, 'add', 'replace', 'remove');
      return { ...stage, variables: patchVariables(stage, patch, key) };
    case 'accessLogSettings':
      return { ...stage, accessLogSettings: patchAccessLog(stage, patch, key) };
    default:
      throw invalidSetting(patch);
  }
}

const invalidSetting = ({ path }: PatchOperation) =>
  badRequest(`Invalid method setting path: ${path}. Must be one of: [${PATHS.join(', ')}]`);

/** What AWS answers an account that has named no role to write logs as, and this one cannot (seen in zappa/Zappa#793). */
const noLogging = () =>
  badRequest('CloudWatch Logs role ARN must be set in account settings to enable logging');

/**
 * @throws AwsError for a name that is no word, and for a value that is empty or has other characters than AWS's words and its
 *   API reference between them allow, such as `$` (seen in serverless/serverless#6133, sirceljm/aws-lambda-blog#10)
 */
export function checkVariables(variables: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^\w+$/.test(name)) {
      throw badRequest(`Invalid stage variable name: ${name}.  Please use names with only word characters.`);
    }
    if (!/^[\w .~:/?#&=,-]+$/.test(value)) {
      throw badRequest(
        `Invalid stage variable value: ${value}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
      );
    }
  }
}

function patchVariables({ variables }: Stage, patch: PatchOperation, name: string): Stage['variables'] {
  if (patch.op === 'remove') return withoutEntry(variables, name);
  const value = patch.value ?? '';
  checkVariables({ [name]: value });
  return withEntry(variables, name, value);
}

function patchAccessLog(
  { accessLogSettings }: Stage,
  patch: PatchOperation,
  key: string | undefined,
): Stage['accessLogSettings'] {
  if (patch.op === 'remove' && key === undefined) return undefined;
  if (key !== 'destinationArn' && key !== 'format') throw invalidSetting(patch);
  if (key === 'destinationArn' && optionalText(patch) !== undefined) throw noLogging();
  return { ...accessLogSettings, [key]: optionalText(patch) };
}

/**
 * `/{resource}/{METHOD}/{group}/{name}`. The resource keeps AWS's escapes in the settings' key, as the recordings show.
 * A first setting brings the whole record, with the values of all methods or AWS's defaults (aws-facts 6.7).
 */
function patchMethodSettings(stage: Stage, patch: PatchOperation): Stage {
  const [resource, method, group, name, ...more] = patch.path.split('/').slice(1);
  if (!resource || !method || more.length > 0) throw invalidSetting(patch);
  const key = `${resource}/${method}`;
  const current = entryOf(stage.methodSettings, key);
  if (group === undefined) {
    requireOp(patch, 'remove');
    if (!current) {
      throw badRequest(
        `Cannot remove method setting ${key} because there is no method setting for this method `,
      );
    }
    return { ...stage, methodSettings: withoutEntry(stage.methodSettings, key) ?? {} };
  }
  const before = current ?? entryOf(stage.methodSettings, '*/*') ?? DEFAULT_METHOD_SETTING;
  const change = settingOf(`${group}/${name ?? ''}`, patch);
  return { ...stage, methodSettings: { ...stage.methodSettings, [key]: { ...before, ...change } } };
}

function settingOf(name: string, patch: PatchOperation): Partial<MethodSetting> {
  requireOp(patch, 'replace');
  switch (name) {
    case 'metrics/enabled':
      return { metricsEnabled: truth(patch) };
    case 'logging/dataTrace':
      return { dataTraceEnabled: truth(patch) };
    case 'logging/loglevel':
      if ((patch.value ?? 'OFF') !== 'OFF') throw noLogging();
      return { loggingLevel: 'OFF' };
    case 'throttling/burstLimit':
      return { throttlingBurstLimit: numberOf(patch) };
    case 'throttling/rateLimit':
      return { throttlingRateLimit: numberOf(patch) };
    case 'caching/enabled':
      return { cachingEnabled: truth(patch) };
    case 'caching/ttlInSeconds':
      return { cacheTtlInSeconds: numberOf(patch) };
    case 'caching/dataEncrypted':
      return { cacheDataEncrypted: truth(patch) };
    case 'caching/requireAuthorizationForCacheControl':
      return { requireAuthorizationForCacheControl: truth(patch) };
    case 'caching/unauthorizedCacheControlHeaderStrategy':
      return { unauthorizedCacheControlHeaderStrategy: patch.value ?? '' };
    default:
      throw invalidSetting(patch);
  }
}

function numberOf(patch: PatchOperation): number {
  const number = Number(patch.value);
  if (!patch.value || !Number.isFinite(number)) throw badRequest(`Invalid value for ${patch.path}`);
  return number;
}
