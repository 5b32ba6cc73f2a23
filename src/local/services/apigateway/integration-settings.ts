import { accessDenied, badRequest, invalidMapping, notFound, undeclaredMapping } from './errors.js';
import { VERBS } from './methods.js';
import {
  invalidPath,
  optionalText,
  requireOp,
  segmentsOf,
  truth,
  withEntry,
  withoutEntry,
  type PatchOperation,
} from './patch.js';
import { entryOf, type Integration, type Method } from './state.js';

const MIN_TIMEOUT_MS = 50;
const MAX_TIMEOUT_MS = 29_000;

/** `arn:aws:apigateway:{region}:{service}:path/…` or `…:action/…`; the first group is the service. */
const AWS_URI = /^arn:[\w-]+:apigateway:[\w-]+:([\w.-]+):(?:path|action)\/.+$/;

/**
 * What AWS looks at when an integration is put (recorded: test_put_integration_validation). Whether the function
 * exists and may be called it does not look at.
 */
export function checkIntegration(
  account: string,
  integration: Integration,
  method: Pick<Method, 'requestParameters'>,
): void {
  const { type, httpMethod, uri = '', timeoutInMillis, passthroughBehavior } = integration;
  if (type !== 'MOCK') {
    if (!httpMethod) throw badRequest('Enumeration value for HttpMethod must be non-empty');
    if (!VERBS.includes(httpMethod)) {
      throw badRequest(`Invalid HttpMethod specified. Valid options are ${VERBS.join(',')}`);
    }
  }
  if ((type === 'HTTP' || type === 'HTTP_PROXY') && !/^(https?:\/\/|\$\{stageVariables\.)./.test(uri)) {
    throw badRequest('Invalid HTTP endpoint specified for URI');
  }
  if (type === 'AWS' || type === 'AWS_PROXY') {
    checkAwsUri(integration);
    checkCredentials(account, integration);
  }
  if (!['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'].includes(passthroughBehavior)) {
    throw badRequest(
      'Invalid PassthroughBehavior specified. Valid options are WHEN_NO_MATCH,WHEN_NO_TEMPLATES,NEVER',
    );
  }
  // The words are not established (aws-facts 6.5).
  if (
    !Number.isInteger(timeoutInMillis) ||
    timeoutInMillis < MIN_TIMEOUT_MS ||
    timeoutInMillis > MAX_TIMEOUT_MS
  ) {
    throw badRequest(`Timeout should be between ${MIN_TIMEOUT_MS} ms and ${MAX_TIMEOUT_MS} ms`);
  }
  checkTemplates(integration.requestTemplates);
  checkRequestParameters(integration.requestParameters, method.requestParameters);
}

function checkAwsUri({ type, uri = '', credentials }: Integration): void {
  if (!uri.startsWith('arn:')) throw badRequest('Invalid ARN specified in the request');
  const service = AWS_URI.exec(uri)?.[1];
  if (service === undefined) throw badRequest('AWS ARN for integration must contain path or action');
  if (type === 'AWS_PROXY' && service !== 'lambda' && service !== 'firehose') {
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  }
  if (service !== 'lambda' && !credentials) {
    throw badRequest('Role ARN must be specified for AWS integrations');
  }
}

/** `arn:aws:iam::*:user/*` stands for the caller's own credentials. */
function checkCredentials(account: string, { credentials }: Integration): void {
  const owner = /^arn:[\w-]+:iam::(\d+):/.exec(credentials ?? '')?.[1];
  if (owner !== undefined && owner !== account) throw accessDenied('Cross-account pass role is not allowed.');
}

/** @throws AwsError when a template's key is not a content type. */
export function checkTemplates(templates: Readonly<Record<string, string | null>> | undefined): void {
  const wrong = Object.keys(templates ?? {}).find(
    (type) => type !== '$default' && !/^[\w.+*-]+\/[\w.+*-]+/.test(type),
  );
  if (wrong !== undefined) {
    throw badRequest(`Validation Result: warnings : [], errors : [Invalid content type specified: ${wrong}]`);
  }
}

/** What is taken of the request, but for its body, the method must declare (seen in aws/aws-cdk#17318, Testlio/lambda-tools#56). */
function checkRequestParameters(
  parameters: Integration['requestParameters'],
  declared: Method['requestParameters'],
): void {
  for (const [target, source] of Object.entries(parameters ?? {})) {
    if (!/^integration\.request\.(?:header|querystring|path)\..+$/.test(target)) throw invalidMapping(target);
    if (!isRequestSource(source)) throw invalidMapping(source);
    const parameter = source.replace(/^method\.request\.multivalue/, 'method.request.');
    const isTaken = /^method\.request\.(?!body)/.test(parameter);
    if (isTaken && entryOf(declared, parameter) === undefined) throw undeclaredMapping(source);
  }
}

/** What a request parameter may be taken from: the method request, `$context`, a stage variable, or quoted text. */
const isRequestSource = (source: string): boolean =>
  /^(?:method\.request\.(?:(?:header|querystring|path|multivalueheader|multivaluequerystring)\..+|body(?:\..+)?)|context\..+|stageVariables\..+|'.*')$/.test(
    source,
  );

/** One patch of UpdateIntegration. */
export function patchIntegration(
  account: string,
  before: Integration,
  { method, patch }: { method: Pick<Method, 'requestParameters'>; patch: PatchOperation },
): Integration {
  const after = patched(before, patch);
  checkIntegration(account, after, method);
  return after;
}

function patched(integration: Integration, patch: PatchOperation): Integration {
  const [setting, key, ...more] = segmentsOf(patch);
  if (more.length > 0) throw invalidPath(patch);
  if (key !== undefined) return patchedBelow(integration, patch, setting, key);
  requireOp(patch, 'replace');
  switch (setting) {
    case 'uri':
    case 'httpMethod':
    case 'credentials':
    case 'connectionType':
    case 'connectionId':
    case 'contentHandling':
      return { ...integration, [setting]: optionalText(patch) };
    case 'passthroughBehavior':
      return { ...integration, passthroughBehavior: (patch.value ?? '').toUpperCase() };
    case 'cacheNamespace':
      return { ...integration, cacheNamespace: patch.value ?? '' };
    case 'timeoutInMillis':
      return { ...integration, timeoutInMillis: Number(patch.value) };
    default:
      throw invalidPath(patch);
  }
}

function patchedBelow(
  integration: Integration,
  patch: PatchOperation,
  setting: string | undefined,
  key: string,
): Integration {
  requireOp(patch, 'add', 'replace', 'remove');
  const { requestParameters, requestTemplates, cacheKeyParameters } = integration;
  const isRemoval = patch.op === 'remove';
  switch (setting) {
    case 'requestParameters':
      if (isRemoval && entryOf(requestParameters, key) === undefined)
        throw notFound('Invalid parameter name specified');
      return {
        ...integration,
        requestParameters: isRemoval
          ? withoutEntry(requestParameters, key)
          : withEntry(requestParameters, key, patch.value ?? ''),
      };
    case 'requestTemplates':
      if (isRemoval && entryOf(requestTemplates, key) === undefined) {
        throw notFound('Content-Type specified was not found');
      }
      return {
        ...integration,
        requestTemplates: isRemoval
          ? withoutEntry(requestTemplates, key)
          : withEntry(requestTemplates, key, patch.value || null),
      };
    case 'cacheKeyParameters': {
      const others = cacheKeyParameters.filter((each) => each !== key);
      return { ...integration, cacheKeyParameters: isRemoval ? others : [...others, key] };
    }
    case 'tlsConfig':
      if (key !== 'insecureSkipVerification') throw invalidPath(patch);
      return { ...integration, tlsConfig: { insecureSkipVerification: truth(patch) } };
    default:
      throw invalidPath(patch);
  }
}
