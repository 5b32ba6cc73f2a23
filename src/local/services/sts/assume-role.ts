import * as v from 'valibot';
import { principalContext } from '../../authorization/authorize.js';
import { requestTags } from '../../authorization/context.js';
import { trustOf } from '../../authorization/policy.js';
import { AwsError } from '../../errors.js';
import type { Keyring, Principal } from '../../identity.js';
import { atLeast, atLeastLength, atMost, atMostLength, fitting, text } from '../constraints.js';
import { operation } from '../operation.js';
import type { PolicyDocument, Role, RoleDirectory, World } from '../ports.js';
import type { Authorize, Operation } from '../service.js';
import { sessionTags, tagInputs } from './session-tags.js';

/** A session of one role that assumes another is held to an hour (STS API reference, "role chaining"). */
const CHAINED_SECONDS = 3600;
const DEFAULT_SECONDS = '3600';
/** The plain text of a session's policies (STS API reference, AssumeRole). */
const SESSION_POLICY_LENGTH = 2048;

const inputSchema = v.object({
  RoleArn: text(20, 2048),
  RoleSessionName: v.pipe(v.string(), atLeastLength(2), atMostLength(64), fitting(String.raw`[\w+=,.@-]*`)),
  DurationSeconds: v.exactOptional(
    v.pipe(v.string(), v.regex(/^-?\d{1,15}$/), v.transform(Number), atLeast(900), atMost(43_200)),
    DEFAULT_SECONDS,
  ),
  ExternalId: v.exactOptional(v.pipe(text(2, 1224), fitting(String.raw`[\w+=,.@:\/-]*`))),
  Policy: v.exactOptional(text(1, SESSION_POLICY_LENGTH)),
  PolicyArns: v.exactOptional(
    v.pipe(
      v.array(v.object({ arn: text(20, 2048) })),
      v.maxLength(10, 'Member must have length less than or equal to 10'),
    ),
    [],
  ),
  ...tagInputs,
  SourceIdentity: v.exactOptional(v.never('The local AWS does not serve AssumeRole with SourceIdentity.')),
});
type Input = v.InferOutput<typeof inputSchema>;

/** Gives out a session of a role to a caller whom the role trusts (aws-facts 2.4). */
export function assumeRole(
  world: World,
  options: { authorize: Authorize; roles: RoleDirectory; keyring: Keyring },
): Operation {
  const { roles, keyring } = options;
  return operation({
    name: 'AssumeRole',
    input: inputSchema,
    run: (input, { principal }) => {
      if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(input.RoleArn)) {
        throw validationError(`${input.RoleArn} is invalid`);
      }
      const role = roles.find(input.RoleArn);
      const session = roles.session(input.RoleArn, input.RoleSessionName);
      // A role that does not exist is refused in the same words: its absence is no one's business.
      if (!role || !session) throw notTrusted(principal, input.RoleArn, 'AssumeRole');
      const tagging = sessionTags(input, principal);
      checkTrust(world, options, { input, principal, action: 'AssumeRole' });
      if (input.Tags.length > 0) checkTrust(world, options, { input, principal, action: 'TagSession' });
      checkDuration(input.DurationSeconds, role, principal);
      const sessionPolicies = readPolicies(input, roles);
      const narrowed = { ...session, ...tagging, ...(sessionPolicies && { sessionPolicies }) };
      const credentials = keyring.grant(narrowed, input.DurationSeconds);
      return {
        PackedPolicySize: packedSize(input),
        AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
        Credentials: {
          AccessKeyId: credentials.accessKeyId,
          SecretAccessKey: credentials.secretAccessKey,
          SessionToken: credentials.sessionToken,
          Expiration: new Date(credentials.expiresAt),
        },
      };
    },
  });
}

/** @throws AwsError AccessDenied unless the role trusts the caller, by name or, if his own policies agree, by his account. */
function checkTrust(
  world: World,
  { authorize, roles }: { authorize: Authorize; roles: RoleDirectory },
  { input, principal, action }: { input: Input; principal: Principal; action: 'AssumeRole' | 'TagSession' },
): void {
  const document = roles.trust(input.RoleArn);
  const own = principal.kind === 'role-session' ? roles.named(principal.roleName)?.arn : undefined;
  const trust =
    document &&
    trustOf(document, {
      action: `sts:${action}`,
      resource: input.RoleArn,
      account: principal.account,
      arns: own === undefined ? [principal.arn] : [principal.arn, own],
      context: {
        ...principalContext(principal, { ...world, roles }),
        ...requestTags(input),
        'sts:RoleSessionName': input.RoleSessionName,
        ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
      },
    });
  if (trust?.decision !== 'allowed') throw notTrusted(principal, input.RoleArn, action);
  authorize(principal, {
    service: 'sts',
    operation: action,
    input,
    allowedByResource: trust.through === 'principal',
  });
}

function checkDuration(seconds: number, role: Role, principal: Principal): void {
  if (principal.kind === 'role-session' && seconds > CHAINED_SECONDS) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > role.maxSessionDuration) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
}

/** The policies that narrow the session; undefined when none was given, and the role's own stand alone. */
function readPolicies(
  { Policy, PolicyArns }: Input,
  roles: RoleDirectory,
): readonly PolicyDocument[] | undefined {
  if (Policy === undefined && PolicyArns.length === 0) return undefined;
  const managed = PolicyArns.map(({ arn }) => {
    const policy = roles.managedPolicy(arn);
    if (!policy) throw malformedSessionPolicy(`The policy ${arn} does not exist or is not attachable.`);
    return policy;
  });
  return Policy === undefined ? managed : [roles.readPolicy(Policy), ...managed];
}

/** The share of the limit, in percent, that policies and tags take; AWS packs them by a method of its own. */
function packedSize({ Policy = '', PolicyArns, Tags }: Input): number | undefined {
  const tags = Tags.map(({ Key, Value }) => Key + Value).join('');
  const length = [Policy, ...PolicyArns.map(({ arn }) => arn), tags].join('').length;
  return length === 0 ? undefined : Math.ceil((100 * length) / (4 * SESSION_POLICY_LENGTH));
}

const malformedSessionPolicy = (message: string): AwsError =>
  new AwsError({ code: 'MalformedPolicyDocument', status: 400, message });

function validationError(message: string): AwsError {
  return new AwsError({ code: 'ValidationError', status: 400, message });
}

function notTrusted(principal: Principal, roleArn: string, action: string): AwsError {
  return new AwsError({
    code: 'AccessDenied',
    status: 403,
    message: `User: ${principal.arn} is not authorized to perform: sts:${action} on resource: ${roleArn}`,
  });
}
