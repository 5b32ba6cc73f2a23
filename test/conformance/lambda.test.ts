import { afterAll, beforeAll, describe } from '@jest/globals';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionRecursionConfigCommand,
  GetLayerVersionByArnCommand,
  GetFunctionUrlConfigCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListCodeSigningConfigsCommand,
  ListEventSourceMappingsCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionUrlConfigsCommand,
  ListLayersCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { claim } from '../_helpers/conformance.js';
import { startTestLambda, type TestLambda } from '../_helpers/lambda.js';
import {
  active,
  ARN,
  CODE,
  code,
  configuration,
  invalid,
  like,
  missing,
  notFound,
  plainFunction,
  runtime,
  updating,
} from '../_helpers/lambda-shapes.js';

const RECORDED = 'recorded answers';
const nobody = { FunctionName: 'nobody' };

let aws: TestLambda;
beforeAll(async () => {
  aws = await startTestLambda();
  await create('there', { Tags: { a: 'b' } });
  for (const name of ['limited', 'plain', 'shared']) await create(name);
});
afterAll(() => aws.stop());

const create = (FunctionName: string, more: object = {}) =>
  aws.client.send(new CreateFunctionCommand({ ...plainFunction(FunctionName), ...more }));

describe('functions', () => {
  claim([
    {
      what: 'CreateFunction answers with the defaults, Pending and without LastUpdateStatus',
      evidence: RECORDED,
      call: () => create('made'),
      status: 201,
      answer: {
        ...configuration('made'),
        ...runtime,
        State: 'Pending',
        StateReason: 'The function is being created.',
        StateReasonCode: 'Creating',
      },
    },
    {
      what: 'CreateFunction refuses a name that is taken',
      evidence: 'hashicorp/terraform-provider-aws, internal/service/lambda',
      call: () => create('there'),
      error: {
        name: 'ResourceConflictException',
        status: 409,
        message: 'Function already exist: there',
      },
    },
    {
      what: 'GetFunction shows where the code is, and the tags when there are any',
      evidence: RECORDED,
      call: () => aws.client.send(new GetFunctionCommand({ FunctionName: 'there' })),
      answer: { Configuration: active('there'), Code: code, Tags: { a: 'b' } },
    },
    {
      what: 'GetFunction of a version has it in the ARN, and no empty tags',
      evidence: RECORDED,
      call: () => aws.client.send(new GetFunctionCommand({ FunctionName: 'plain', Qualifier: '$LATEST' })),
      answer: { Configuration: { ...active('plain'), FunctionArn: `${ARN}:plain:$LATEST` }, Code: code },
    },
    {
      what: 'GetFunctionConfiguration takes an ARN for a name',
      evidence: RECORDED,
      call: () => aws.client.send(new GetFunctionConfigurationCommand({ FunctionName: `${ARN}:there` })),
      answer: active('there'),
    },
    {
      what: 'ListFunctions leaves out state and runtime version',
      evidence: RECORDED,
      call: () => aws.client.send(new ListFunctionsCommand({ MaxItems: 1 })),
      answer: { Functions: [configuration('limited')], NextMarker: like(/./) },
    },
    {
      what: 'ListVersionsByFunction shows $LATEST',
      evidence: RECORDED,
      call: () => aws.client.send(new ListVersionsByFunctionCommand({ FunctionName: 'plain' })),
      answer: { Versions: [{ ...configuration('plain'), FunctionArn: `${ARN}:plain:$LATEST` }] },
    },
    {
      what: 'UpdateFunctionCode answers InProgress',
      evidence: RECORDED,
      call: () => aws.client.send(new UpdateFunctionCodeCommand({ FunctionName: 'made', ZipFile: CODE })),
      answer: updating('made'),
    },
    {
      what: 'UpdateFunctionConfiguration answers InProgress',
      evidence: RECORDED,
      call: () =>
        aws.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'made', Timeout: 5 })),
      answer: { ...updating('made'), Timeout: 5 },
    },
    {
      what: 'Update* refuses a revision that is not the latest',
      evidence: RECORDED,
      call: () =>
        aws.client.send(
          new UpdateFunctionCodeCommand({ FunctionName: 'made', ZipFile: CODE, RevisionId: 'x' }),
        ),
      error: {
        name: 'PreconditionFailedException',
        status: 412,
        message:
          'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
      },
    },
    {
      what: 'two qualifiers that differ are refused',
      evidence: RECORDED,
      call: () =>
        aws.client.send(new GetFunctionCommand({ FunctionName: `${ARN}:plain:$LATEST`, Qualifier: '1' })),
      error: invalid('The derived qualifier from the function name does not match the specified qualifier.'),
    },
    {
      what: 'a version that is not there is named',
      evidence: RECORDED,
      call: () => aws.client.send(new GetFunctionCommand({ FunctionName: 'plain', Qualifier: '1221' })),
      error: notFound('plain:1221'),
    },
    {
      what: 'a function of another region is out of reach',
      evidence: RECORDED,
      call: () =>
        aws.client.send(
          new GetFunctionCommand({ FunctionName: 'arn:aws:lambda:eu-west-1:000000000000:function:there' }),
        ),
      error: missing("Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"),
    },
    {
      what: 'DeleteFunction does not delete $LATEST alone',
      evidence: RECORDED,
      call: () => aws.client.send(new DeleteFunctionCommand({ FunctionName: 'made', Qualifier: '$LATEST' })),
      error: invalid('$LATEST version cannot be deleted without deleting the function.'),
    },
    {
      what: 'DeleteFunction answers 204 with nothing',
      evidence: RECORDED,
      call: () => aws.client.send(new DeleteFunctionCommand({ FunctionName: 'made' })),
      status: 204,
      answer: { StatusCode: 204 },
    },
    {
      what: 'GetAccountSettings counts what is there',
      evidence: 'Lambda developer guide, "Lambda quotas", and its sample application blank-nodejs',
      call: () => aws.client.send(new GetAccountSettingsCommand({})),
      answer: {
        AccountLimit: {
          TotalCodeSize: 80_530_636_800,
          CodeSizeUnzipped: 262_144_000,
          CodeSizeZipped: 52_428_800,
          ConcurrentExecutions: 1000,
          UnreservedConcurrentExecutions: 1000,
        },
        AccountUsage: { TotalCodeSize: 4 * CODE.length, FunctionCount: 4 },
      },
    },
  ]);
});

describe('a function that is missing', () => {
  const call = (what: string, send: () => Promise<object>, shown = 'nobody') => ({
    what,
    evidence: RECORDED,
    call: send,
    error: notFound(shown),
  });
  claim([
    call('GetFunction', () => aws.client.send(new GetFunctionCommand(nobody))),
    call('GetFunctionConfiguration', () => aws.client.send(new GetFunctionConfigurationCommand(nobody))),
    call('GetFunctionConcurrency', () => aws.client.send(new GetFunctionConcurrencyCommand(nobody))),
    call('GetFunctionCodeSigningConfig', () =>
      aws.client.send(new GetFunctionCodeSigningConfigCommand(nobody)),
    ),
    call('UpdateFunctionConfiguration', () =>
      aws.client.send(new UpdateFunctionConfigurationCommand(nobody)),
    ),
    call('DeleteFunction', () => aws.client.send(new DeleteFunctionCommand(nobody))),
    call('DeleteFunction, whatever its version', () =>
      aws.client.send(new DeleteFunctionCommand({ ...nobody, Qualifier: '1221' })),
    ),
    call('Invoke names the version', () => aws.client.send(new InvokeCommand(nobody)), 'nobody:$LATEST'),
    call(
      'PutFunctionConcurrency names the version',
      () =>
        aws.client.send(new PutFunctionConcurrencyCommand({ ...nobody, ReservedConcurrentExecutions: 1 })),
      'nobody:$LATEST',
    ),
  ]);
});

describe('what a function could have beside it', () => {
  const FunctionName = 'plain';
  const Qualifier = '$LATEST';
  const MODEL = 'the service model: a list is there when it is empty';
  claim([
    {
      what: 'ListAliases',
      evidence: MODEL,
      call: () => aws.client.send(new ListAliasesCommand({ FunctionName })),
      answer: { Aliases: [] },
    },
    {
      what: 'GetAlias',
      evidence: "moto's tests",
      call: () => aws.client.send(new GetAliasCommand({ FunctionName, Name: 'live' })),
      error: missing(`Cannot find alias arn: ${ARN}:plain:live`),
    },
    {
      what: 'ListFunctionUrlConfigs',
      evidence: MODEL,
      call: () => aws.client.send(new ListFunctionUrlConfigsCommand({ FunctionName })),
      answer: { FunctionUrlConfigs: [] },
    },
    {
      what: 'GetFunctionUrlConfig',
      evidence: RECORDED,
      call: () => aws.client.send(new GetFunctionUrlConfigCommand({ FunctionName })),
      error: missing('The resource you requested does not exist.'),
    },
    {
      what: 'ListFunctionEventInvokeConfigs',
      evidence: MODEL,
      call: () => aws.client.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName })),
      answer: { FunctionEventInvokeConfigs: [] },
    },
    {
      what: 'GetFunctionEventInvokeConfig',
      evidence: RECORDED,
      call: () => aws.client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier })),
      error: missing(`The function ${ARN}:plain:$LATEST doesn't have an EventInvokeConfig`),
    },
    {
      what: 'ListEventSourceMappings',
      evidence: MODEL,
      call: () => aws.client.send(new ListEventSourceMappingsCommand({ FunctionName })),
      answer: { EventSourceMappings: [] },
    },
    {
      what: 'GetFunctionCodeSigningConfig',
      evidence: 'API reference: CodeSigningConfigArn is there when a configuration is attached',
      call: () => aws.client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName })),
      answer: { FunctionName },
    },
    {
      what: 'GetFunctionRecursionConfig',
      evidence: 'API reference: Terminate unless it was set',
      call: () => aws.client.send(new GetFunctionRecursionConfigCommand({ FunctionName })),
      answer: { RecursiveLoop: 'Terminate' },
    },
    {
      what: 'GetFunctionRecursionConfig of a function that is not there',
      evidence: 'as for every read of a function (aws-facts 4.1)',
      call: () => aws.client.send(new GetFunctionRecursionConfigCommand({ FunctionName: 'missing' })),
      error: missing(`Function not found: ${ARN}:missing`),
    },
    {
      what: 'ListLayers',
      evidence: MODEL,
      call: () => aws.client.send(new ListLayersCommand({})),
      answer: { Layers: [] },
    },
    {
      what: 'GetLayerVersionByArn, which has the path of ListLayers',
      evidence: 'not served, and so not answered as another operation',
      call: () => aws.client.send(new GetLayerVersionByArnCommand({ Arn: `${ARN}:layer:a:1` })),
      error: {
        name: 'ValidationException',
        status: 400,
        message: 'The local AWS does not serve GetLayerVersionByArn.',
      },
    },
    {
      what: 'ListCodeSigningConfigs',
      evidence: MODEL,
      call: () => aws.client.send(new ListCodeSigningConfigsCommand({})),
      answer: { CodeSigningConfigs: [] },
    },
  ]);
});
