import * as v from 'valibot';
import { principalContext } from '../../authorization/authorize.js';
import { trustOf } from '../../authorization/policy.js';
import { AwsError } from '../../errors.js';
import type { Keyring, Principal } from '../../identity.js';
import { atLeast, atLeastLength, atMost, atMostLength, fitting, text } from '../constraints.js';
import { operation } from '../operation.js';
import type { Role, RoleDirectory, World } from '../ports.js';
import type { Authorize, Operation } from '../service.js';

/** A session of one role that assumes another is held to an hour (STS API reference, "role chaining"). */
const CHAINED_SECONDS = 3600;
const DEFAULT_SECONDS = '3600';

const inputSchema = v.object({
  RoleArn: text(20, 2048),
  RoleSessionName: v.pipe(v.string(), atLeastLength(2), atMostLength(64), fitting(String.raw`[\w+=,.@-]*`)),
  DurationSeconds: v.exactOptional(
    v.pipe(v.string(), v.regex(/^-?\d{1,15}$/), v.transform(Number), atLeast(900), atMost(43_200)),
    DEFAULT_SECONDS,
  ),
  ExternalId: v.exactOptional(v.pipe(text(2, 1224), fitting(String.raw`[\w+=,.@:\/-]*`))),
  Policy: v.exactOptional(v.unknown()),
  PolicyArns: v.exactOptional(v.unknown()),
  Tags: v.exactOptional(v.unknown()),
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
      refuseNarrowing(input);
      if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(input.RoleArn)) {
        throw validationError(`${input.RoleArn} is invalid`);
      }
      const role = roles.find(input.RoleArn);
      const session = roles.session(input.RoleArn, input.RoleSessionName);
      // A role that does not exist is refused in the same words: its absence is no one's business.
      if (!role || !session) throw notTrusted(principal, input.RoleArn);
      checkTrust(world, options, { input, principal });
      checkDuration(input.DurationSeconds, role, principal);
      const credentials = keyring.issue(session, input.DurationSeconds);
      return {
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
  { input, principal }: { input: Input; principal: Principal },
): void {
  const document = roles.trust(input.RoleArn);
  const own = principal.kind === 'role-session' ? roles.named(principal.roleName)?.arn : undefined;
  const trust =
    document &&
    trustOf(document, {
      action: 'sts:AssumeRole',
      resource: input.RoleArn,
      account: principal.account,
      arns: own === undefined ? [principal.arn] : [principal.arn, own],
      context: {
        ...principalContext(principal, world),
        'sts:RoleSessionName': input.RoleSessionName,
        ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
      },
    });
  if (trust?.decision !== 'allowed') throw notTrusted(principal, input.RoleArn);
  authorize(principal, {
    service: 'sts',
    operation: 'AssumeRole',
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

/** Session policies narrow a session; to ignore one would give out more than was asked for. */
function refuseNarrowing(input: Input): void {
  const member = (['Policy', 'PolicyArns', 'Tags'] as const).find((name) => input[name] !== undefined);
  if (member !== undefined) {
    throw validationError(`The local AWS does not serve AssumeRole with ${member}.`);
  }
}

function validationError(message: string): AwsError {
  return new AwsError({ code: 'ValidationError', status: 400, message });
}

function notTrusted(principal: Principal, roleArn: string): AwsError {
  return new AwsError({
    code: 'AccessDenied',
    status: 403,
    message: `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  });
}
