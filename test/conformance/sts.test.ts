import { afterAll, beforeAll, expect } from '@jest/globals';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  STSClient,
  type AssumeRoleCommandInput,
} from '@aws-sdk/client-sts';
import { claim } from '../_helpers/conformance.js';
import { startTestAws, TEST_CREDENTIALS, type TestAws } from '../_helpers/local-aws.js';

const SESSION = 'recorded: test_assume_role';
const POLICY = 'recorded: test_assume_role_with_policy, February 2026';
const PARAMETERS = 'recorded: test_sts_invalid_parameters';
const TAGS = 'recorded: test_assume_role_tag_validation';
const CHAIN = 'recorded: test_iam_role_chaining_override_transitive_tags';
const ACCOUNT = '000000000000';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/trusting`;

const READ = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' }],
});

let aws: TestAws;
let sts: STSClient;
/** A session that hands the tag `Team` on. */
let tagged: STSClient;
beforeAll(async () => {
  aws = await startTestAws();
  sts = new STSClient(aws.clientConfig);
  const iam = new IAMClient(aws.clientConfig);
  for (const [RoleName, principal] of [
    ['trusting', { AWS: ACCOUNT }],
    ['for-lambda', { Service: 'lambda.amazonaws.com' }],
  ] as const) {
    const Statement = { Effect: 'Allow', Principal: principal, Action: ['sts:AssumeRole', 'sts:TagSession'] };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  }
  iam.destroy();
  const { Credentials } = await assume({
    Tags: [{ Key: 'Team', Value: 'a' }],
    TransitiveTagKeys: ['Team'],
  });
  tagged = new STSClient({
    ...aws.clientConfig,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  });
});
afterAll(async () => {
  sts.destroy();
  tagged.destroy();
  await aws.stop();
});

const assume = (more: Partial<AssumeRoleCommandInput> = {}, client = sts) =>
  client.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'me', ...more }));
const session = {
  AssumedRoleUser: {
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/trusting/me`,
    AssumedRoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}:me$/),
  },
  Credentials: {
    AccessKeyId: expect.stringMatching(/^ASIA[A-Z0-9]{16}$/),
    SecretAccessKey: expect.stringMatching(/^.{40}$/),
    SessionToken: expect.any(String),
    Expiration: expect.any(Date),
  },
};
const invalid = (message: string) => ({ name: 'ValidationError', status: 400, message });
const wrongTags = (message: string) => ({ name: 'InvalidParameterValue', status: 400, message });
const denied = (role: string) => ({
  name: 'AccessDenied',
  status: 403,
  message: `User: arn:aws:iam::${ACCOUNT}:user/lab-setup is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${ACCOUNT}:role/${role}`,
});

claim([
  {
    what: 'GetCallerIdentity of a user',
    evidence: 'recorded: test_get_caller_identity_with_iam_user_credentials',
    call: () => sts.send(new GetCallerIdentityCommand({})),
    answer: {
      Account: ACCOUNT,
      Arn: `arn:aws:iam::${ACCOUNT}:user/lab-setup`,
      UserId: expect.stringMatching(/^AIDA[A-Z0-9]{17}$/),
    },
  },
  {
    what: 'GetCallerIdentity of a session',
    evidence: 'recorded: test_get_caller_identity_with_assumed_role_credentials',
    call: () => tagged.send(new GetCallerIdentityCommand({})),
    answer: {
      Account: ACCOUNT,
      Arn: session.AssumedRoleUser.Arn,
      UserId: session.AssumedRoleUser.AssumedRoleId,
    },
  },
  {
    what: 'GetAccessKeyInfo tells the account',
    evidence: 'API reference, GetAccessKeyInfo',
    call: () => sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: TEST_CREDENTIALS.accessKeyId })),
    answer: { Account: ACCOUNT },
  },
  { what: 'AssumeRole', evidence: SESSION, call: () => assume(), answer: session },
  {
    what: 'AssumeRole with a policy tells how much room it takes',
    evidence: POLICY,
    call: () => assume({ Policy: READ }),
    answer: { ...session, PackedPolicySize: expect.any(Number) },
  },
  ...[
    'nothing-valid-in-here',
    'arn::b:::something/test-role',
    'arn:a::::something/test-role',
    'arn:a:::something/test-role',
    'arn:a:a::aaaaaaaaaa:',
  ].map((RoleArn) => ({
    what: `AssumeRole of ${RoleArn}`,
    evidence: PARAMETERS,
    call: () => assume({ RoleArn }),
    error: invalid(`${RoleArn} is invalid`),
  })),
  {
    what: 'a session’s name with a colon',
    evidence: PARAMETERS,
    call: () => assume({ RoleSessionName: 'Session1:2' }),
    error: invalid(
      String.raw`1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`,
    ),
  },
  {
    what: 'a session’s name that is too long',
    evidence: 'recorded: test_assume_role_session_name_too_long',
    call: () => assume({ RoleSessionName: 's'.repeat(65) }),
    error: invalid(
      `1 validation error detected: Value '${'s'.repeat(65)}' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ),
  },
  {
    what: 'a transitive key without its tag',
    evidence: TAGS,
    call: () => assume({ Tags: [{ Key: 'a', Value: '1' }], TransitiveTagKeys: ['b'] }),
    error: wrongTags('The specified transitive tag key must be included in the requested tags.'),
  },
  {
    what: 'one key in two spellings',
    evidence: TAGS,
    call: () =>
      assume({
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      }),
    error: wrongTags('Duplicate tag keys found. Please note that Tag keys are case insensitive.'),
  },
  ...['Team', 'team'].map((Key) => ({
    what: `a change of a transitive tag, as ${Key}`,
    evidence: CHAIN,
    call: () => assume({ Tags: [{ Key, Value: 'b' }] }, tagged),
    error: wrongTags(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    ),
  })),
  ...['for-lambda', 'absent'].map((role) => ({
    what: `AssumeRole of the role ${role}, which does not trust the caller`,
    evidence: 'API reference, AssumeRole; answers of AWS in reports',
    call: () => assume({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/${role}` }),
    error: denied(role),
  })),
]);
