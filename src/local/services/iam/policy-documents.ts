import * as v from 'valibot';
import { isConditionOperator } from '../../authorization/conditions.js';
import { parsePolicy } from '../../authorization/policy.js';
import { fitsAnyCase } from '../../authorization/wildcard.js';
import { AwsError } from '../../errors.js';
import { recordOf } from '../../record-of.js';
import type { PolicyDocument, PolicyStatement } from '../ports.js';
import { malformedPolicy } from './errors.js';

/** Percent-encodes a document for the wire as RFC 3986 says (aws-facts 2.1); JavaScript leaves `!'()*` as they are. */
export const encodeDocument = (document: string): string =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The length that counts against IAM's quotas: white space is free. */
export const countedLength = (document: string): number => document.replace(/\s/g, '').length;

const SYNTAX = 'Syntax errors in policy.';
const LEGACY = 'The policy failed legacy parsing';
/** Of the partitions IAM knows its own only, and any. */
const PARTITION = /^(aws|\*)$/;

const words = v.union([v.string(), v.array(v.string())]);
const values = v.union([
  v.string(),
  v.number(),
  v.boolean(),
  v.array(v.union([v.string(), v.number(), v.boolean()])),
]);

const statementSchema = v.strictObject({
  Sid: v.exactOptional(v.string()),
  Effect: v.pipe(v.string(), v.regex(/^(allow|deny)$/i)),
  Principal: v.exactOptional(v.union([v.literal('*'), recordOf(v.string(), words)])),
  NotPrincipal: v.exactOptional(v.unknown()),
  Action: v.exactOptional(words),
  NotAction: v.exactOptional(words),
  Resource: v.exactOptional(words),
  NotResource: v.exactOptional(words),
  Condition: v.exactOptional(
    v.pipe(
      recordOf(v.string(), recordOf(v.string(), values)),
      // IAM asks for the operator's name only where it is used (recorded answers of CreatePolicy).
      v.check((condition) =>
        Object.entries(condition).every(
          ([operator, keys]) => isConditionOperator(operator) || Object.keys(keys).length === 0,
        ),
      ),
    ),
  ),
});

const documentSchema = v.strictObject({
  Version: v.exactOptional(v.picklist(['2008-10-17', '2012-10-17'])),
  Id: v.exactOptional(v.string()),
  Statement: v.union([statementSchema, v.pipe(v.array(statementSchema), v.minLength(1))]),
});

type RawStatement = v.InferOutput<typeof statementSchema>;
interface RawDocument {
  readonly version: string | undefined;
  readonly statements: readonly RawStatement[];
}

/**
 * Checks a permissions policy in IAM's order and words.
 * @throws AwsError MalformedPolicyDocument
 */
export function checkPermissionsPolicy(text: string): PolicyDocument {
  const json = parseJson(text, SYNTAX);
  const { version, statements } = readDocument(json);
  if (statements.some(({ Principal, NotPrincipal }) => (Principal ?? NotPrincipal) !== undefined)) {
    throw malformedPolicy('Policy document should not specify a principal.');
  }
  if (version !== '2012-10-17') {
    throw malformedPolicy('Policy document must be version 2012-10-17 or greater.');
  }
  checkEffects(statements);
  checkLegacy(statements);
  checkSids(statements);
  if (statements.some(({ Action, NotAction }) => isEmpty(Action ?? NotAction))) {
    throw malformedPolicy('Policy statement must contain actions.');
  }
  if (statements.some(({ Resource, NotResource }) => isEmpty(Resource ?? NotResource))) {
    throw malformedPolicy('Policy statement must contain resources.');
  }
  for (const { Resource, NotResource } of statements) listOf(Resource ?? NotResource).forEach(checkResource);
  for (const { Action, NotAction } of statements) listOf(Action ?? NotAction).forEach(checkAction);
  for (const { Condition } of statements) Object.values(Condition ?? {}).forEach(checkConditionKeys);
  return parsePolicy(json);
}

/**
 * Nothing here tells of a request's items what DynamoDB's own keys ask, and `ForAllValues`, with which they are used,
 * holds where nothing is told: who may read one partition could read them all.
 */
function checkConditionKeys(keys: object): void {
  const unserved = Object.keys(keys).find((key) => /^dynamodb:/i.test(key));
  if (unserved !== undefined)
    throw malformedPolicy(`The local AWS does not serve the condition key ${unserved}.`);
}

/** What a session may be told about a role: the STS actions that a trust policy may name. */
const TRUST_ACTIONS = [
  'AssumeRole',
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'SetContext',
  'SetSourceIdentity',
  'TagSession',
];

/**
 * Checks a trust policy in IAM's words. `exists` tells whether a principal's ARN in this account names something.
 * @throws AwsError MalformedPolicyDocument
 */
export function checkTrustPolicy(text: string, exists: (arn: string) => boolean): PolicyDocument {
  const json = parseJson(text, 'This policy contains invalid Json');
  const { statements } = readDocument(json);
  checkEffects(statements);
  checkSids(statements);
  for (const statement of statements) {
    if ((statement.Resource ?? statement.NotResource) !== undefined) {
      throw malformedPolicy('Has prohibited field Resource');
    }
    if (statement.Principal === undefined) throw malformedPolicy('Missing required field Principal');
    if (isEmpty(statement.Action ?? statement.NotAction))
      throw malformedPolicy('Missing required field Action');
    const known = listOf(statement.Action ?? statement.NotAction).every(
      (action) =>
        action.toLowerCase().startsWith('sts:') &&
        TRUST_ACTIONS.some((each) => fitsAnyCase(action, `sts:${each}`)),
    );
    if (!known) throw malformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.');
  }
  const document = parsePolicy(json);
  document.Statement.forEach((statement) => checkPrincipals(statement, exists));
  return document;
}

function parseJson(text: string, complaint: string): unknown {
  try {
    const json: unknown = JSON.parse(text, refuseInherited);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  } catch (error) {
    if (error instanceof AwsError) throw error;
    // Falls through to the one complaint for all that is not a JSON object.
  }
  throw malformedPolicy(complaint);
}

/** The schemas would leave members of these names out, and a condition that is left out allows what it should not. */
function refuseInherited(name: string, value: unknown): unknown {
  if (['__proto__', 'constructor', 'prototype'].includes(name)) throw malformedPolicy(SYNTAX);
  return value;
}

function readDocument(json: unknown): RawDocument {
  const parsed = v.safeParse(documentSchema, json);
  if (!parsed.success) throw malformedPolicy(SYNTAX);
  const { Version, Statement } = parsed.output;
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  const both = statements.some(
    ({ Action, NotAction, Resource, NotResource }) =>
      (Action !== undefined && NotAction !== undefined) ||
      (Resource !== undefined && NotResource !== undefined),
  );
  if (both) throw malformedPolicy(SYNTAX);
  return { version: Version, statements };
}

function checkEffects(statements: readonly RawStatement[]): void {
  if (statements.some(({ Effect }) => Effect !== 'Allow' && Effect !== 'Deny')) {
    throw malformedPolicy(LEGACY);
  }
}

/** What IAM's older parser stumbles over: dates that are none, and ARNs with too few parts or without a service. */
function checkLegacy(statements: readonly RawStatement[]): void {
  for (const { Condition, Resource, NotResource } of statements) {
    const dates = Object.entries(Condition ?? {})
      .filter(([operator]) => operator.includes('Date'))
      .flatMap(([, keys]) => Object.values(keys).flat());
    if (!dates.every((date) => isPolicyDate(String(date)))) throw malformedPolicy(LEGACY);
    if (!listOf(Resource ?? NotResource).every(hasLegacyForm)) throw malformedPolicy(LEGACY);
  }
}

function hasLegacyForm(resource: string): boolean {
  const parts = resource.split(':');
  if (!PARTITION.test(parts[1] ?? '') || parts.length < 3) return true;
  return parts[2] !== '' && (parts.length >= 6 || !resource.includes('::'));
}

const ISO_DATE =
  /^-?\d{1,9}(-(0?[1-9]|1[0-2])(-(0?[1-9]|[12]\d|3[01]))?)?(t(\d{1,2}(:[0-5]\d(:[0-5]\d(\.\d{1,9})?)?)?)?(z|[+-]([01]\d|2[0-3])(:[0-5]\d)?)?)?$/i;
const LAST_EPOCH = 2n ** 63n - 1n;

/** ISO 8601, cut short where one likes, or seconds since the epoch; a policy variable is known only later. */
function isPolicyDate(text: string): boolean {
  if (text.includes('${')) return true;
  return /^\d{1,30}$/.test(text) ? BigInt(text) <= LAST_EPOCH : ISO_DATE.test(text);
}

function checkSids(statements: readonly RawStatement[]): void {
  const sids = statements.flatMap(({ Sid }) => (Sid ? [Sid] : []));
  if (new Set(sids).size < sids.length) {
    throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.');
  }
}

/** The kinds of resources that IAM has itself. */
const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

function checkResource(resource: string): void {
  if (resource === '*') return;
  if (!resource.includes(':')) throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
  const [, partition = '', service, region = '*', account = '*', ...rest] = resource.split(':');
  const name = rest.join(':');
  if (!PARTITION.test(partition)) {
    const arn = `arn:${partition}:${service ?? '*'}:${region}:${account}:${name || '*'}`;
    throw malformedPolicy(`Partition "${partition}" is not valid for resource "${arn}".`);
  }
  if (service === undefined) {
    throw malformedPolicy('Resource vendor must be fully qualified and cannot contain regexes.');
  }
  // An ARN cut short after the service is taken as it is.
  if (rest.length > 0) checkGlobalResource({ resource, service, region, account, name });
}

/** IAM and S3 have no regions; S3's access points have, and an account. */
function checkGlobalResource(
  arn: Record<'resource' | 'service' | 'region' | 'account' | 'name', string>,
): void {
  const { resource, service, region, account, name } = arn;
  const isRegional = region !== '' && region !== '*';
  if (service === 's3' && isRegional && account === '') {
    throw malformedPolicy(`Resource ${resource} can not contain region information.`);
  }
  if (service !== 'iam') return;
  if (isRegional) throw malformedPolicy(`IAM resource ${resource} cannot contain region information.`);
  const isKnown = name === 'root' || name === '*' || IAM_PATHS.some((path) => name.startsWith(path));
  if (!isKnown) {
    throw malformedPolicy(
      `IAM resource path must either be "*", root, or start with ${IAM_PATHS.join(', ')}.`,
    );
  }
}

function checkAction(action: string): void {
  const [vendor = '', ...names] = action.split(':');
  if (action === '*') return;
  if (names.length === 0) {
    throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  if (names.length > 1) throw malformedPolicy('Actions/Condition can contain only one colon.');
  if (!/^([a-zA-Z0-9.-]+|\*)$/.test(vendor)) throw malformedPolicy(`Vendor ${vendor} is not valid`);
}

function checkPrincipals({ Principal }: PolicyStatement, exists: (arn: string) => boolean): void {
  if (Principal === undefined || Principal === '*') return;
  if (Object.keys(Principal).length === 0) {
    throw malformedPolicy('Missing required field Principal cannot be empty!');
  }
  for (const [kind, names] of Object.entries(Principal)) {
    const bad = names.find((name) => !isPrincipal(kind, name, exists));
    const label = kind === 'AWS' ? 'AWS' : kind.toUpperCase();
    if (bad !== undefined) throw malformedPolicy(`Invalid principal in policy: "${label}":"${bad}"`);
  }
}

function isPrincipal(kind: string, name: string, exists: (arn: string) => boolean): boolean {
  if (kind === 'Service')
    return /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com|amazon\.com)(\.cn)?$/.test(name);
  if (kind === 'Federated') return name !== '';
  if (kind !== 'AWS') return false;
  return name === '*' || /^\d{12}$/.test(name) || exists(name);
}

const listOf = (one: string | readonly string[] | undefined): readonly string[] =>
  one === undefined ? [] : typeof one === 'string' ? [one] : one;

const isEmpty = (one: string | readonly string[] | undefined): boolean => listOf(one).length === 0;
