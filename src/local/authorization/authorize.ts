import { AwsError } from '../errors.js';
import type { Principal } from '../identity.js';
import type { PolicyDocument, RoleDirectory, World } from '../services/ports.js';
import type { Authorize, SigningName } from '../services/service.js';
import { serviceActions, type Permission } from './actions.js';
import { requestTags, type RequestContext } from './context.js';
import { decide } from './policy.js';
import { fillTemplate, type Facts, type Shaping } from './template.js';

/** What the authorization asks of IAM. */
export type Directory = Pick<RoleDirectory, 'named' | 'policiesOf' | 'boundaryOf' | 'tagsOf'>;

/**
 * Decides on calls. The owner of this installation may do everything; a role's session may do what its role's policies,
 * the role's boundary and the session's own policies allow, each of them (DESIGN 7).
 */
export function createAuthorize(options: Omit<World, 'store' | 'delays'> & { roles: Directory }): Authorize {
  const shapings = createShapings(options);
  return (principal, { service, operation, input, allowedByResource = false }) => {
    if (principal.kind === 'owner') return;
    const layers = policyLayers(principal, options.roles);
    const facts: Facts = { ...members(input), region: options.region, account: options.account };
    const common = { ...principalContext(principal, options), ...requestTags(facts) };
    for (const permission of permissionsOf(service, operation)) {
      if (!isAsked(permission, facts)) continue;
      const context = { ...common, ...fillContext(permission.context ?? {}, facts, shapings) };
      for (const resource of fillTemplate(permission.resource, facts, shapings)) {
        const question = { action: permission.action, resource, context };
        const refusal = refusalOf(layers, question, allowedByResource);
        if (refusal === undefined) continue;
        const shown = fillTemplate(permission.shown ?? '', facts, shapings)[0] ?? '';
        throw accessDenied(
          service,
          `User: ${principal.arn} is not authorized to perform: ${permission.action} on resource: ${shown === '' ? resource : shown} ${refusal}`,
        );
      }
    }
  };
}

/** One kind of policy, each of which has to allow what a session does. */
export interface PolicyLayer {
  /** As AWS's messages call it. */
  readonly name: 'identity-based policy' | 'permissions boundary' | 'session policy';
  readonly documents: readonly PolicyDocument[];
}

function policyLayers(
  principal: Principal & { readonly kind: 'role-session' },
  roles: Directory,
): PolicyLayer[] {
  const { roleName, sessionPolicies } = principal;
  const boundary = roles.boundaryOf(roleName);
  return [
    { name: 'identity-based policy', documents: roles.policiesOf(roleName) },
    ...(boundary ? [{ name: 'permissions boundary' as const, documents: [boundary] }] : []),
    ...(sessionPolicies ? [{ name: 'session policy' as const, documents: sessionPolicies }] : []),
  ];
}

/** Why the layers do not allow it, in AWS's words (IAM user guide, "access denied error messages"); a Deny anywhere comes first. */
function refusalOf(
  layers: readonly PolicyLayer[],
  question: { action: string; resource: string; context: RequestContext },
  allowedByResource: boolean,
): string | undefined {
  const decided = layers.map(({ name, documents }) => ({ name, decision: decide(documents, question) }));
  const denied = decided.find(({ decision }) => decision === 'denied');
  if (denied) {
    const article = denied.name === 'identity-based policy' ? 'an' : 'a';
    return `with an explicit deny in ${article} ${denied.name}`;
  }
  if (allowedByResource) return undefined;
  const silent = decided.find(({ decision }) => decision === 'not-allowed');
  return silent && `because no ${silent.name} allows the ${question.action} action`;
}

/** An operation that the table does not know needs an Allow for its own name on every resource. */
function permissionsOf(service: SigningName, operation: string): readonly Permission[] {
  const { operations } = serviceActions[service];
  const known = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  return known ?? [{ action: `${service}:${operation}`, resource: '*' }];
}

function isAsked({ when, unless }: Permission, facts: Facts): boolean {
  return (
    (when === undefined || facts[when] !== undefined) && (unless === undefined || facts[unless] === undefined)
  );
}

const members = (input: unknown): Facts =>
  typeof input === 'object' && input !== null ? Object.fromEntries(Object.entries(input)) : {};

function fillContext(
  templates: Readonly<Record<string, string>>,
  facts: Facts,
  shapings: Readonly<Record<string, Shaping>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(templates).map(([key, template]) => [
      key,
      fillTemplate(template, facts, shapings)[0] ?? '',
    ]),
  );
}

/** The global condition keys that have a meaning here (IAM user guide, "global condition context keys"). */
export function principalContext(
  principal: Principal,
  world: Pick<World, 'region' | 'clock'> & { readonly roles: Pick<RoleDirectory, 'tagsOf'> },
): Record<string, string> {
  const now = world.clock.now();
  return {
    ...principalTags(principal, world.roles),
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalArn':
      principal.kind === 'role-session'
        ? `arn:aws:iam::${principal.account}:role/${principal.roleName}`
        : principal.arn,
    'aws:PrincipalType': principal.kind === 'role-session' ? 'AssumedRole' : 'User',
    'aws:RequestedRegion': world.region,
    // The loopback connection stands for the HTTPS one that the same call would use on AWS.
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
    'aws:userid': principal.userId,
  };
}

function principalTags(principal: Principal, roles: Pick<RoleDirectory, 'tagsOf'>): Record<string, string> {
  if (principal.kind === 'owner') return {};
  const own = Object.entries(principal.tags ?? {});
  const taken = new Set(own.map(([key]) => key.toLowerCase()));
  const ofRole = Object.entries(roles.tagsOf(principal.roleName)).filter(
    ([key]) => !taken.has(key.toLowerCase()),
  );
  return Object.fromEntries([...own, ...ofRole].map(([key, value]) => [`aws:PrincipalTag/${key}`, value]));
}

/** How names and ARNs in inputs become the parts of ARNs. */
function createShapings(options: {
  account: string;
  roles: Pick<RoleDirectory, 'named'>;
}): Readonly<Record<string, Shaping>> {
  return {
    // A name, `ACCOUNT:function:NAME` or an ARN, each with or without a qualifier behind it.
    function: (text) => text.replace(/^.*:?function:/, '').replace(/:[^:]*$/, ''),
    table: (text) => text.replace(/^arn:.*:table\/([^/]*).*$/, '$1'),
    logGroup: (text) => text.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, ''),
    // A role's ARN has a path in it that its name does not tell.
    role: (name) => options.roles.named(name)?.arn ?? `arn:aws:iam::${options.account}:role/${name}`,
    encoded: (text) => encodeURIComponent(Buffer.from(text).toString()),
  };
}

/** AWS's words for a refused call, in the service's own kind of error (aws-facts 1.3 and 5.5). */
function accessDenied(service: SigningName, message: string): AwsError {
  switch (service) {
    case 'iam':
    case 'sts':
      return new AwsError({ code: 'AccessDenied', status: 403, message });
    case 'lambda':
    case 'apigateway':
      return new AwsError({ code: 'AccessDeniedException', status: 403, message, messageKey: 'Message' });
    case 'dynamodb':
    case 'logs':
      return new AwsError({ code: 'AccessDeniedException', status: 400, message, messageKey: 'Message' });
  }
}
