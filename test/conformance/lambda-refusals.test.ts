import { afterAll, beforeAll, describe } from '@jest/globals';
import {
  CreateFunctionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { claim } from '../_helpers/conformance.js';
import { startTestLambda, type TestLambda } from '../_helpers/lambda.js';
import { ARN, configuration, invalid, like, plainFunction, runtime } from '../_helpers/lambda-shapes.js';

let aws: TestLambda;
beforeAll(async () => {
  aws = await startTestLambda();
  await aws.client.send(new CreateFunctionCommand(plainFunction('there')));
});
afterAll(() => aws.stop());

const create = (changes: Partial<CreateFunctionCommandInput>) =>
  aws.client.send(new CreateFunctionCommand({ ...plainFunction('another'), ...changes }));
const limit = (FunctionName: string) =>
  aws.client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }));

const constraint = (value: string, member: string, phrase: unknown) => ({
  name: 'ValidationException',
  status: 400,
  message: `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${String(phrase)}`,
});

const NAME_PATTERN =
  'Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
const LONG_ARN = `${ARN}:${'a'.repeat(120)}`;
const EXCEPTIONS = 'recorded: test_create_lambda_exceptions';
const ARNS = 'recorded: test_function_arns';
const CONCURRENCY = 'recorded: test_function_concurrency_exceptions';
const CROSS_ACCOUNT = 'reported: fabric8io/kubernetes-alexa#6, aws/aws-toolkit-azure-devops#546';
const OTHERS_ROLE = 'arn:aws:iam::123456789012:role/theirs';
const OTHERS_ROLE_REFUSED = {
  name: 'AccessDeniedException',
  status: 403,
  message: 'Cross-account pass role is not allowed.',
};
const FUNCTIONS_ONLY = invalid(
  'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
);

describe('CreateFunction refuses', () => {
  claim([
    {
      what: 'a name that is none',
      evidence: `${ARNS}; its pattern as in the service model`,
      call: () => create({ FunctionName: 'invalid:function:name' }),
      error: constraint('invalid:function:name', 'functionName', NAME_PATTERN),
    },
    {
      what: 'a name that is too long',
      evidence: ARNS,
      call: () => create({ FunctionName: 'a'.repeat(65) }),
      error: invalid(
        `1 validation error detected: Value '${'a'.repeat(65)}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
      ),
    },
    {
      what: 'an ARN that is too long',
      evidence: ARNS,
      call: () => create({ FunctionName: LONG_ARN }),
      error: constraint(LONG_ARN, 'functionName', 'Member must have length less than or equal to 140'),
    },
    {
      what: 'a function of another account, without a word',
      evidence: ARNS,
      call: () => create({ FunctionName: 'arn:aws:lambda:us-east-1:123456789012:function:x' }),
      error: { name: 'AccessDeniedException', status: 403, message: like(/^(UnknownError|)$/) },
    },
    {
      what: 'a role of another account',
      evidence: CROSS_ACCOUNT,
      call: () => create({ Role: OTHERS_ROLE }),
      error: OTHERS_ROLE_REFUSED,
    },
    {
      what: 'two architectures',
      evidence: EXCEPTIONS,
      call: () => create({ Architectures: ['x86_64', 'arm64'] }),
      error: constraint(
        '[x86_64, arm64]',
        'architectures',
        'Member must have length less than or equal to 1',
      ),
    },
    {
      what: 'an unknown architecture',
      evidence: EXCEPTIONS,
      call: () => create(JSON.parse('{"Architectures":["X86_64"]}') as object),
      error: constraint(
        '[X86_64]',
        'architectures',
        'Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]',
      ),
    },
    {
      what: 'snapshots of a runtime that has none',
      evidence: 'recorded: test_snapstart_exceptions',
      call: () => create({ SnapStart: { ApplyOn: 'PublishedVersions' } }),
      error: invalid('nodejs22.x is not supported for SnapStart enabled functions.'),
    },
    {
      what: 'what the local AWS does not serve, by name',
      evidence: 'ours: AWS has them',
      call: () =>
        create({
          KMSKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/k',
          TenancyConfig: { TenantIsolationMode: 'PER_TENANT' },
        }),
      error: invalid('The local AWS does not serve KMSKeyArn, TenancyConfig.'),
    },
  ]);
});

describe('other calls', () => {
  claim([
    {
      what: 'CreateFunction with Publish answers the version’s number and the function’s ARN',
      evidence: 'recorded: test_publish_version_on_create',
      call: () => create({ FunctionName: 'published', Publish: true }),
      status: 201,
      answer: {
        ...configuration('published'),
        ...runtime,
        Version: '1',
        State: 'Pending',
        StateReason: 'The function is being created.',
        StateReasonCode: 'Creating',
      },
    },
    {
      what: 'UpdateFunctionConfiguration refuses snapshots of a runtime that has none',
      evidence: 'recorded: test_snapstart_exceptions',
      call: () =>
        aws.client.send(
          new UpdateFunctionConfigurationCommand({
            FunctionName: 'there',
            SnapStart: { ApplyOn: 'PublishedVersions' },
          }),
        ),
      error: invalid('nodejs22.x is not supported for SnapStart enabled functions.'),
    },
    {
      what: 'UpdateFunctionConfiguration refuses a role of another account',
      evidence: CROSS_ACCOUNT,
      call: () =>
        aws.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'there', Role: OTHERS_ROLE })),
      error: OTHERS_ROLE_REFUSED,
    },
    {
      what: 'PutFunctionConcurrency refuses $LATEST',
      evidence: CONCURRENCY,
      call: () => limit(`${ARN}:there:$LATEST`),
      error: FUNCTIONS_ONLY,
    },
    {
      what: 'PutFunctionConcurrency refuses a version',
      evidence: CONCURRENCY,
      call: () => limit(`${ARN}:there:1`),
      error: FUNCTIONS_ONLY,
    },
  ]);
});
