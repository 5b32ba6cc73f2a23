import { AwsError } from '../errors.js';
import type { Principal } from '../identity.js';
import type { PolicyDocument, Role, World } from '../services/ports.js';
import type { Authorize, SigningName } from '../services/service.js';
import { serviceActions, type Permission } from './actions.js';
import { decide, type Decision } from './policy.js';
import { fillTemplate, type Facts, type Shaping } from './template.js';

/**
 * Decides on calls. The owner of this installation may do everything; a role's session may do what its role's policies
 * allow (DESIGN 7).
 */
export function createAuthorize(
  options: Omit<World, 'store'> & {
    policiesOf: (roleName: string) => readonly PolicyDocument[];
    roleNamed: (roleName: string) => Role | undefined;
  },
): Authorize {
  const shapings = createShapings(options);
  return (principal, { service, operation, input, allowedByResource = false }) => {
    if (principal.kind === 'owner') return;
    const policies = options.policiesOf(principal.roleName);
    const facts: Facts = { ...members(input), region: options.region, account: options.account };
    for (const permission of permissionsOf(service, operation)) {
      if (!isAsked(permission, facts)) continue;
      const context = {
        ...principalContext(principal, options),
        ...fillContext(permission.context ?? {}, facts, shapings),
      };
      for (const resource of fillTemplate(permission.resource, facts, shapings)) {
        const decision = decide(policies, { action: permission.action, resource, context });
        if (decision === 'allowed' || (allowedByResource && decision === 'not-allowed')) continue;
        const shown = fillTemplate(permission.shown ?? '', facts, shapings)[0] ?? '';
        throw accessDenied(service, {
          principal,
          action: permission.action,
          resource: shown === '' ? resource : shown,
          decision,
        });
      }
    }
  };
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
  world: Pick<World, 'region' | 'clock'>,
): Record<string, string> {
  const now = world.clock.now();
  return {
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

/** How names and ARNs in inputs become the parts of ARNs. */
function createShapings(options: {
  account: string;
  roleNamed: (roleName: string) => Role | undefined;
}): Readonly<Record<string, Shaping>> {
  return {
    // A name, `ACCOUNT:function:NAME` or an ARN, each with or without a qualifier behind it.
    function: (text) => text.replace(/^.*:?function:/, '').replace(/:[^:]*$/, ''),
    table: (text) => text.replace(/^arn:.*:table\/([^/]*).*$/, '$1'),
    logGroup: (text) => text.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, ''),
    // A role's ARN has a path in it that its name does not tell.
    role: (name) => options.roleNamed(name)?.arn ?? `arn:aws:iam::${options.account}:role/${name}`,
    encoded: (text) => encodeURIComponent(Buffer.from(text).toString()),
  };
}

interface Refusal {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly decision: Decision;
}

/** AWS's words for a refused call, in the service's own kind of error (aws-facts 1.3 and 5.5). */
function accessDenied(service: SigningName, refusal: Refusal): AwsError {
  const { principal, action, resource, decision } = refusal;
  const reason =
    decision === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
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
