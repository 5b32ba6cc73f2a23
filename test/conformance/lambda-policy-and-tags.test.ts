import { afterAll, beforeAll, describe } from '@jest/globals';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  type AddPermissionCommandInput,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetPolicyCommand,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { claim } from '../_helpers/conformance.js';
import { startTestLambda, type TestLambda } from '../_helpers/lambda.js';
import {
  active,
  ARN,
  code,
  invalid,
  like,
  missing,
  notFound,
  plainFunction,
  REVISION,
} from '../_helpers/lambda-shapes.js';

const RECORDED = 'recorded answers';

let aws: TestLambda;
beforeAll(async () => {
  aws = await startTestLambda();
  for (const name of ['limited', 'plain', 'shared'])
    await aws.client.send(new CreateFunctionCommand(plainFunction(name)));
  await permit({ StatementId: 'first' });
});
afterAll(() => aws.stop());

const permit = (changes: Partial<AddPermissionCommandInput> = {}) =>
  aws.client.send(
    new AddPermissionCommand({
      FunctionName: 'shared',
      StatementId: 'apigw',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      ...changes,
    }),
  );
const revoke = (FunctionName: string, StatementId: string) =>
  aws.client.send(new RemovePermissionCommand({ FunctionName, StatementId }));
const tag = (Tags: Record<string, string>, Resource = `${ARN}:plain`) =>
  aws.client.send(new TagResourceCommand({ Resource, Tags }));

describe('the resource policy', () => {
  const statement = (sid: string, more = '') =>
    `{"Sid":"${sid}","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"${ARN}:shared"${more}}`;
  const SourceArn = 'arn:aws:execute-api:us-east-1:000000000000:abc/*/POST/dynamodbmanager';
  claim([
    {
      what: 'AddPermission for a function that is missing',
      evidence: RECORDED,
      call: () => permit({ FunctionName: 'nobody' }),
      error: notFound('nobody'),
    },
    {
      what: 'AddPermission answers with the statement as text, its keys in the order of AWS',
      evidence: RECORDED,
      call: () => permit({ StatementId: 'apigw', SourceArn }),
      status: 201,
      answer: {
        Statement: statement('apigw', `,"Condition":{"ArnLike":{"AWS:SourceArn":"${SourceArn}"}}`),
      },
    },
    {
      what: 'AddPermission puts the account before the source',
      evidence: RECORDED,
      call: () => permit({ StatementId: 'both', SourceArn, SourceAccount: '111122223333' }),
      status: 201,
      answer: {
        Statement: statement(
          'both',
          `,"Condition":{"StringEquals":{"AWS:SourceAccount":"111122223333"},"ArnLike":{"AWS:SourceArn":"${SourceArn}"}}`,
        ),
      },
    },
    {
      what: 'AddPermission refuses a Sid that is there, even for the same statement',
      evidence: RECORDED,
      call: () => permit({ StatementId: 'first' }),
      error: {
        name: 'ResourceConflictException',
        status: 409,
        message:
          'The statement id (first) provided already exists. Please provide a new statement id, or remove the existing statement.',
      },
    },
    {
      what: 'AddPermission refuses a Sid with a dot',
      evidence: RECORDED,
      call: () => permit({ StatementId: 'example.com' }),
      error: {
        name: 'ValidationException',
        status: 400,
        message:
          "1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
      },
    },
    {
      what: 'AddPermission refuses a principal that is none',
      evidence: RECORDED,
      call: () => permit({ Principal: 'nonsense' }),
      error: invalid('The provided principal was invalid. Please check the principal and try again.'),
    },
    {
      what: 'AddPermission refuses $LATEST',
      evidence: RECORDED,
      call: () => permit({ Qualifier: '$LATEST' }),
      error: invalid('We currently do not support adding policies for $LATEST.'),
    },
    {
      what: 'AddPermission refuses a stale revision',
      evidence: RECORDED,
      call: () => permit({ RevisionId: 'no' }),
      error: {
        name: 'PreconditionFailedException',
        status: 412,
        message:
          'The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id',
      },
    },
    {
      what: 'RemovePermission answers 204 with nothing',
      evidence: RECORDED,
      call: () => revoke('shared', 'both'),
      status: 204,
      answer: {},
    },
    {
      what: 'RemovePermission of a Sid that is not there',
      evidence: RECORDED,
      call: () => revoke('shared', 'other'),
      error: missing('Statement other is not found in resource policy.'),
    },
    {
      what: 'RemovePermission where there is no policy',
      evidence: RECORDED,
      call: () => revoke('plain', 'other'),
      error: missing('No policy is associated with the given resource.'),
    },
    {
      what: 'RemovePermission of a function that is missing',
      evidence: RECORDED,
      call: () => revoke('nobody', 'other'),
      error: missing(`No policy found for: ${ARN}:nobody`),
    },
    {
      what: 'GetPolicy has the statements in the order in which they were added',
      evidence: RECORDED,
      call: () => aws.client.send(new GetPolicyCommand({ FunctionName: 'shared' })),
      answer: {
        Policy: `{"Version":"2012-10-17","Id":"default","Statement":[${statement('first')},${statement('apigw', `,"Condition":{"ArnLike":{"AWS:SourceArn":"${SourceArn}"}}`)}]}`,
        RevisionId: REVISION,
      },
    },
    {
      what: 'GetPolicy where there is none',
      evidence: RECORDED,
      call: () => aws.client.send(new GetPolicyCommand({ FunctionName: 'plain' })),
      error: missing('The resource you requested does not exist.'),
    },
  ]);
});

describe('tags', () => {
  claim([
    {
      what: 'TagResource of a function that is missing',
      evidence: RECORDED,
      call: () => tag({ a: '1' }, `${ARN}:nobody`),
      error: notFound('nobody'),
    },
    {
      what: 'ListTags of a function without any',
      evidence: RECORDED,
      call: () => aws.client.send(new ListTagsCommand({ Resource: `${ARN}:plain` })),
      answer: { Tags: {} },
    },
    {
      what: 'TagResource answers 204 with nothing',
      evidence: RECORDED,
      call: () => tag({ a: '1', b: '2' }),
      status: 204,
      answer: {},
    },
    {
      what: 'UntagResource answers 204, and ignores keys that are not there',
      evidence: RECORDED,
      call: () =>
        aws.client.send(new UntagResourceCommand({ Resource: `${ARN}:plain`, TagKeys: ['b', 'absent'] })),
      status: 204,
      answer: {},
    },
    {
      what: 'ListTags shows what is left',
      evidence: RECORDED,
      call: () => aws.client.send(new ListTagsCommand({ Resource: `${ARN}:plain` })),
      answer: { Tags: { a: '1' } },
    },
    {
      what: 'TagResource refuses an empty map',
      evidence: RECORDED,
      call: () => tag({}),
      error: invalid('An error occurred and the request cannot be processed.'),
    },
    {
      what: 'TagResource refuses a version',
      evidence: RECORDED,
      call: () => tag({ a: '1' }, `${ARN}:plain:$LATEST`),
      error: invalid(
        'Tags on function aliases and versions are not supported. Please specify a function ARN.',
      ),
    },
    {
      what: 'TagResource refuses a name that is no ARN',
      evidence: RECORDED,
      call: () => tag({ a: '1' }, 'f1'),
      error: {
        name: 'ValidationException',
        status: 400,
        message: like(
          /^1 validation error detected: Value 'f1' at 'resource' failed to satisfy constraint: /,
        ),
      },
    },
    {
      what: 'TagResource refuses more than fifty',
      evidence: RECORDED,
      call: () => tag(Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']))),
      error: invalid('Number of tags exceeds resource tag limit.'),
    },
  ]);
});

describe('reserved concurrency', () => {
  const FunctionName = 'limited';
  const put = (ReservedConcurrentExecutions: number) =>
    aws.client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  claim([
    {
      what: 'GetFunctionConcurrency of a function without any',
      evidence: RECORDED,
      call: () => aws.client.send(new GetFunctionConcurrencyCommand({ FunctionName })),
      answer: {},
    },
    {
      what: 'PutFunctionConcurrency answers what was set',
      evidence: RECORDED,
      call: () => put(5),
      answer: { ReservedConcurrentExecutions: 5 },
    },
    {
      what: 'GetFunction shows it while it is set',
      evidence: RECORDED,
      call: () => aws.client.send(new GetFunctionCommand({ FunctionName })),
      answer: {
        Configuration: active(FunctionName),
        Code: code,
        Concurrency: { ReservedConcurrentExecutions: 5 },
      },
    },
    {
      what: 'PutFunctionConcurrency leaves a hundred to the others',
      evidence: RECORDED,
      call: () => put(901),
      error: invalid(
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
      ),
    },
    {
      what: 'DeleteFunctionConcurrency answers 204 with nothing',
      evidence: RECORDED,
      call: () => aws.client.send(new DeleteFunctionConcurrencyCommand({ FunctionName })),
      status: 204,
      answer: {},
    },
  ]);
});
