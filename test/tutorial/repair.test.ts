import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as gateway from '@aws-sdk/client-api-gateway';
import { DeleteTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import { archiveHandler } from '../../src/tutorial/archive.js';
import type { StepId, Things } from '../../src/tutorial/step.js';
import { allSteps, differing, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

/** A lab that is up, with the ids that a change behind its back needs. */
interface Standing extends TestLab {
  readonly restApiId: string;
  readonly method: { restApiId: string; resourceId: string; httpMethod: string };
  readonly apiKey: string;
  readonly usagePlanId: string;
  readonly FunctionName: string;
  readonly RoleName: string;
}

async function standing(name: string): Promise<Standing> {
  const lab = await openLab(aws, name);
  const report = await lab.up();
  if (report.kind !== 'up') throw new Error(`the lab did not come up: ${JSON.stringify(report)}`);
  const thing = <Id extends StepId>(id: Id): Things[Id] => report.things.get(id) as Things[Id];
  const restApiId = thing('api').id;
  return {
    ...lab,
    restApiId,
    method: { restApiId, resourceId: thing('resource').id, httpMethod: 'POST' },
    apiKey: thing('key').id,
    usagePlanId: thing('usage-plan').id,
    FunctionName: lab.lab.function.name,
    RoleName: lab.lab.role.name,
  };
}

const replace = (path: string, value: string): { patchOperations: gateway.PatchOperation[] } => ({
  patchOperations: [{ op: 'replace', path, value }],
});

const OPEN_TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const EMPTY_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
});

/** What is changed behind the lab's back, how, and what `status` must name. */
const CHANGES: readonly [string, (lab: Standing) => Promise<unknown>, string[]][] = [
  [
    'the role’s trust was changed',
    ({ aws: { iam }, RoleName }) =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: OPEN_TRUST })),
    ['role trust'],
  ],
  [
    'the role’s policy was edited',
    ({ aws: { iam }, lab, RoleName }) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: lab.role.policyName,
          PolicyDocument: EMPTY_POLICY,
        }),
      ),
    ['role policy'],
  ],
  [
    'the role’s policy was deleted',
    ({ aws: { iam }, lab, RoleName }) =>
      iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: lab.role.policyName })),
    ['role policy'],
  ],
  ...(
    [
      ['memory', { MemorySize: 256 }],
      ['timeout', { Timeout: 3 }],
      ['handler', { Handler: 'other.handler' }],
      ['runtime', { Runtime: 'nodejs22.x' }],
    ] as const
  ).map(([setting, change]): (typeof CHANGES)[number] => [
    `the function’s ${setting} was changed`,
    ({ aws: clients, FunctionName }) =>
      clients.lambda.send(new lambda.UpdateFunctionConfigurationCommand({ FunctionName, ...change })),
    [`function ${setting}`],
  ]),
  [
    'the function’s code was replaced',
    async ({ aws: clients, FunctionName }) => {
      const { zip } = await archiveHandler(Buffer.from('exports.handler = async () => "mine";'));
      await clients.lambda.send(new lambda.UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip }));
    },
    ['function code'],
  ],
  [
    'the log group was deleted',
    ({ aws: { logs }, lab }) => logs.send(new DeleteLogGroupCommand({ logGroupName: lab.function.logGroup })),
    ['function log group'],
  ],
  [
    'the table’s billing was changed',
    ({ aws: { dynamodb }, lab }) =>
      dynamodb.send(
        new UpdateTableCommand({
          TableName: lab.table.name,
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
        }),
      ),
    ['table billing'],
  ],
  [
    'the API was renamed',
    ({ aws: { apiGateway }, restApiId }) =>
      apiGateway.send(new gateway.UpdateRestApiCommand({ restApiId, ...replace('/name', 'Mine') })),
    ['api name'],
  ],
  [
    'the API was made edge-optimized',
    ({ aws: { apiGateway }, restApiId }) =>
      apiGateway.send(
        new gateway.UpdateRestApiCommand({
          restApiId,
          ...replace('/endpointConfiguration/types/REGIONAL', 'EDGE'),
        }),
      ),
    ['api endpoint type'],
  ],
  [
    'the method no longer asks for a key',
    ({ aws: { apiGateway }, method }) =>
      apiGateway.send(new gateway.UpdateMethodCommand({ ...method, ...replace('/apiKeyRequired', 'false') })),
    ['method API key required', 'redeploy serves'],
  ],
  [
    'the integration goes to another function',
    ({ aws: { apiGateway }, method }) =>
      apiGateway.send(
        new gateway.UpdateIntegrationCommand({
          ...method,
          ...replace(
            '/uri',
            'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:other/invocations',
          ),
        }),
      ),
    ['method integration URI', 'redeploy serves'],
  ],
  [
    'the mapping of 400 was removed',
    ({ aws: { apiGateway }, method }) =>
      apiGateway.send(new gateway.DeleteIntegrationResponseCommand({ ...method, statusCode: '400' })),
    ['method response 400 pattern', 'method response 400 template', 'redeploy serves'],
  ],
  [
    'the pattern of 500 was widened',
    ({ aws: { apiGateway }, method }) =>
      apiGateway.send(
        new gateway.UpdateIntegrationResponseCommand({
          ...method,
          statusCode: '500',
          ...replace('/selectionPattern', '.*'),
        }),
      ),
    ['method response 500 pattern', 'redeploy serves'],
  ],
  [
    'the permission was widened to every API',
    async ({ aws: clients, lab, FunctionName }) => {
      const StatementId = lab.permission.statementId;
      await clients.lambda.send(new lambda.RemovePermissionCommand({ FunctionName, StatementId }));
      await clients.lambda.send(
        new lambda.AddPermissionCommand({
          FunctionName,
          StatementId,
          Action: 'lambda:InvokeFunction',
          Principal: 'apigateway.amazonaws.com',
        }),
      );
    },
    ['permission source'],
  ],
  [
    'the key was disabled',
    ({ aws: { apiGateway }, apiKey }) =>
      apiGateway.send(new gateway.UpdateApiKeyCommand({ apiKey, ...replace('/enabled', 'false') })),
    ['key enabled'],
  ],
  [
    'the key was renamed',
    ({ aws: { apiGateway }, apiKey }) =>
      apiGateway.send(new gateway.UpdateApiKeyCommand({ apiKey, ...replace('/name', 'mine') })),
    ['key name'],
  ],
  [
    'the plan’s rate and burst were changed',
    ({ aws: { apiGateway }, usagePlanId }) =>
      apiGateway.send(
        new gateway.UpdateUsagePlanCommand({
          usagePlanId,
          patchOperations: [
            { op: 'replace', path: '/throttle/rateLimit', value: '1' },
            { op: 'replace', path: '/throttle/burstLimit', value: '1' },
          ],
        }),
      ),
    ['usage-plan rate', 'usage-plan burst'],
  ],
  [
    'the plan was taken off the stage',
    ({ aws: { apiGateway }, usagePlanId, restApiId }) =>
      apiGateway.send(
        new gateway.UpdateUsagePlanCommand({
          usagePlanId,
          patchOperations: [{ op: 'remove', path: '/apiStages', value: `${restApiId}:Prod` }],
        }),
      ),
    ['usage-plan stage'],
  ],
  [
    'the key was taken off the plan',
    ({ aws: { apiGateway }, usagePlanId, apiKey }) =>
      apiGateway.send(new gateway.DeleteUsagePlanKeyCommand({ usagePlanId, keyId: apiKey })),
    ['usage-plan key'],
  ],
  [
    'Prod was put on an older deployment',
    async ({ aws: { apiGateway }, restApiId }) => {
      const { id = '' } = await apiGateway.send(new gateway.CreateDeploymentCommand({ restApiId }));
      await apiGateway.send(
        new gateway.UpdateStageCommand({ restApiId, stageName: 'Prod', ...replace('/deploymentId', id) }),
      );
    },
    ['redeploy serves'],
  ],
];

describe('a setting that was changed behind the lab’s back', () => {
  test.each(CHANGES.map((change, index) => [change[0], index] as const))(
    'is named and put right, and nothing else is touched: %s',
    async (_what, index) => {
      const lab = await standing(`changed-${index}`);
      const [, change, expected] = CHANGES[index] ?? ['', () => Promise.resolve(), []];

      await change(lab);
      const before = await lab.status();
      const report = await lab.up();
      const after = await lab.status();

      const steps: Record<string, string> = Object.fromEntries(
        expected.map((each) => [each.split(' ')[0] ?? '', 'repaired'] as const),
      );
      // Putting the method right makes it what Prod serves all along.
      if ('method' in steps) steps['redeploy'] = 'unchanged';
      expect(differing(before)).toEqual(expected);
      expect(outcomes(report)).toEqual({ ...allSteps('unchanged'), ...steps });
      expect(outcomes(after)).toEqual(allSteps('in-order'));
    },
  );
});

/** What is deleted, and which steps `status` must miss. */
const DELETIONS: readonly [string, (lab: Standing) => Promise<unknown>, string[]][] = [
  [
    'the function',
    ({ aws: clients, FunctionName }) =>
      clients.lambda.send(new lambda.DeleteFunctionCommand({ FunctionName })),
    ['function', 'permission'],
  ],
  [
    'the table',
    ({ aws: { dynamodb }, lab }) => dynamodb.send(new DeleteTableCommand({ TableName: lab.table.name })),
    ['table'],
  ],
  [
    'the API with its children',
    ({ aws: { apiGateway }, restApiId }) => apiGateway.send(new gateway.DeleteRestApiCommand({ restApiId })),
    ['api', 'resource', 'method', 'deployment', 'redeploy'],
  ],
  [
    'the resource',
    ({ aws: { apiGateway }, method }) => apiGateway.send(new gateway.DeleteResourceCommand(method)),
    ['resource', 'method', 'redeploy'],
  ],
  [
    'the method',
    ({ aws: { apiGateway }, method }) => apiGateway.send(new gateway.DeleteMethodCommand(method)),
    ['method', 'redeploy'],
  ],
  [
    'the permission',
    ({ aws: clients, lab, FunctionName }) =>
      clients.lambda.send(
        new lambda.RemovePermissionCommand({ FunctionName, StatementId: lab.permission.statementId }),
      ),
    ['permission'],
  ],
  [
    'the stage',
    ({ aws: { apiGateway }, restApiId }) =>
      apiGateway.send(new gateway.DeleteStageCommand({ restApiId, stageName: 'Prod' })),
    ['deployment', 'redeploy'],
  ],
  [
    'the key',
    ({ aws: { apiGateway }, apiKey }) => apiGateway.send(new gateway.DeleteApiKeyCommand({ apiKey })),
    ['key'],
  ],
];

describe('a thing that was deleted behind the lab’s back', () => {
  test.each(DELETIONS.map((deletion, index) => [deletion[0], index] as const))(
    'is missed and made again: %s',
    async (_what, index) => {
      const lab = await standing(`deleted-${index}`);
      const [, deletion, expected] = DELETIONS[index] ?? ['', () => Promise.resolve(), []];

      await deletion(lab);
      const missing = (await lab.status()).steps.filter(({ outcome }) => outcome === 'missing');
      await lab.up();

      expect(missing.map(({ id }) => id)).toEqual(expected);
      expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
    },
  );
});
