import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand, GetFunctionCommand, GetPolicyCommand } from '@aws-sdk/client-lambda';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteRestApiCommand,
  GetRestApisCommand,
  GetStageCommand,
  GetUsagePlansCommand,
} from '@aws-sdk/client-api-gateway';
import { DeleteLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { StatusReport } from '../../src/engine/status.js';
import type { Things } from '../../src/tutorial/step.js';
import { allSteps, differing, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const WRITES = /:(Create|Put|Update|Delete|Add|Remove|Tag|Untag)/;

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

/** A lab that is up. */
async function upLab(name: string): Promise<TestLab & { things: ReadonlyMap<string, unknown> }> {
  const lab = await openLab(aws, name);
  const report = await lab.up();
  if (report.kind !== 'up') throw new Error(`the lab did not come up: ${JSON.stringify(report)}`);
  return { ...lab, things: report.things };
}

describe('a lab that comes up', () => {
  let lab: Awaited<ReturnType<typeof upLab>>;
  beforeAll(async () => void (lab = await upLab('life')));

  test('makes all that was missing', async () => {
    const other = await openLab(aws, 'first');

    expect(outcomes(await other.up())).toEqual({ ...allSteps('created'), redeploy: 'unchanged' });
  });

  test('has a role that Lambda may assume, tagged as the lab’s', async () => {
    const { Role } = await lab.aws.iam.send(new GetRoleCommand({ RoleName: lab.lab.role.name }));

    expect([decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''), Role?.Tags]).toEqual([
      expect.stringContaining('lambda.amazonaws.com'),
      [
        { Key: 'lab-setup:lab', Value: 'life' },
        { Key: 'lab-setup:region', Value: 'us-east-1' },
      ],
    ]);
  });

  test('has a function with the tutorial’s settings and the shipped code', async () => {
    const { Configuration, Tags } = await lab.aws.lambda.send(
      new GetFunctionCommand({ FunctionName: lab.lab.function.name }),
    );

    expect(Configuration).toMatchObject({
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      MemorySize: 128,
      Timeout: 10,
      State: 'Active',
    });
    expect(Tags).toMatchObject({
      'lab-setup:lab': 'life',
      'lab-setup:policy': 'least',
      'lab-setup:role': 'own',
      'lab-setup:bundle': `${lab.env.handler.sha256}:${Configuration?.CodeSha256 ?? ''}`,
    });
  });

  test('has a table with the key id, on demand', async () => {
    const { Table } = await lab.aws.dynamodb.send(
      new DescribeTableCommand({ TableName: lab.lab.table.name }),
    );

    expect(Table).toMatchObject({
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      TableStatus: 'ACTIVE',
    });
  });

  test('has a permission for its own API’s POST /dynamodbmanager only', async () => {
    const api = lab.things.get('api') as Things['api'];

    const { Policy } = await lab.aws.lambda.send(
      new GetPolicyCommand({ FunctionName: lab.lab.function.name }),
    );

    expect(Policy).toContain(`arn:aws:execute-api:us-east-1:000000000000:${api.id}/*/POST/dynamodbmanager`);
  });

  test('has a stage Prod, tagged, and a usage plan on it with the key', async () => {
    const api = lab.things.get('api') as Things['api'];

    const stage = await lab.aws.apiGateway.send(
      new GetStageCommand({ restApiId: api.id, stageName: 'Prod' }),
    );
    const plans = await lab.aws.apiGateway.send(new GetUsagePlansCommand({}));
    const plan = plans.items?.find(({ name }) => name === 'Lambda-dynamoDB-usageplan-life');

    expect([stage.tags, plan?.throttle, plan?.apiStages]).toEqual([
      { 'lab-setup:lab': 'life' },
      { rateLimit: 100, burstLimit: 20 },
      [{ apiId: api.id, stage: 'Prod' }],
    ]);
  });

  test('has a log group of its own before the first call', async () => {
    const { logGroups } = await lab.aws.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: lab.lab.function.logGroup }),
    );

    expect(logGroups).toHaveLength(1);
  });

  test('is in order', async () => {
    const report = await lab.status();

    expect({ ok: report.ok, steps: outcomes(report) }).toEqual({ ok: true, steps: allSteps('in-order') });
  });

  test('is left alone by a second up: every step unchanged, nothing written', async () => {
    const before = lab.calls.length;

    const report = await lab.up();

    expect({
      steps: outcomes(report),
      writes: lab.calls.slice(before).filter((call) => WRITES.test(call)),
    }).toEqual({
      steps: allSteps('unchanged'),
      writes: [],
    });
  });
});

describe('a lab that goes down', () => {
  test('leaves nothing, its log group included', async () => {
    const lab = await upLab('gone');

    const report = await lab.down();

    expect({ kind: report.kind, steps: outcomes(report) }).toEqual({
      kind: 'down',
      steps: { ...allSteps('removed'), teardown: 'removed' },
    });
    expect(outcomes(await lab.status())).toEqual(allSteps('missing'));
  });

  test('can be taken down again, and was never there', async () => {
    const lab = await upLab('twice');
    await lab.down();

    const report = await lab.down();

    expect(outcomes(report)).toEqual({ ...allSteps('absent'), teardown: 'absent' });
  });

  test('comes up again when its API was deleted', async () => {
    const lab = await upLab('halfway');
    const { apiGateway } = lab.aws;
    const api = lab.things.get('api') as Things['api'];
    await apiGateway.send(new DeleteRestApiCommand({ restApiId: api.id }));

    const report = await lab.up();

    expect(report.kind).toBe('up');
    expect((await lab.status()).ok).toBe(true);
    const { items } = await apiGateway.send(new GetRestApisCommand({ limit: 500 }));
    expect(items?.filter(({ name }) => name === lab.lab.api.name)).toHaveLength(1);
  });
});

describe('two labs of which one’s name begins the other’s', () => {
  test.each([
    ['alice', 'alice2'],
    ['alice2', 'alice'],
    ['default', 'alice3'],
  ])('have nothing to do with one another: up and down of %s change nothing of %s', async (mine, theirs) => {
    const other = await upLab(theirs);
    const { logGroup: logGroupName } = other.lab.function;
    await other.aws.logs.send(new DeleteLogGroupCommand({ logGroupName }));
    await other.aws.dynamodb.send(
      new PutItemCommand({ TableName: other.lab.table.name, Item: { id: { S: '1' } } }),
    );
    const before = await other.status();

    const lab = await upLab(mine);
    const amid = await other.status();
    const down = await lab.down();
    const after = await other.status();

    expect(down).toMatchObject({ kind: 'down', clean: true });
    expect(differing(before)).toEqual(['function log group']);
    expect([amid, after].map(whatStands)).toEqual([whatStands(before), whatStands(before)]);
    await other.down();
  });
});

/** All that a status found, without the time that it took. */
const whatStands = ({ steps, things }: StatusReport): object => ({
  steps: steps.map((step) => ({ ...step, ms: 0 })),
  things: Object.fromEntries(things),
});

describe('a table of the lab’s that holds items', () => {
  test('is never replaced, though its key is another one: up says what to do', async () => {
    const lab = await upLab('keyed');
    const { dynamodb } = lab.aws;
    const TableName = lab.lab.table.name;
    await dynamodb.send(new DeleteTableCommand({ TableName }));
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'N' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        Tags: [{ Key: 'lab-setup:lab', Value: 'keyed' }],
      }),
    );
    await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { N: '7' } } }));

    const report = await lab.up();

    expect(report).toMatchObject({
      kind: 'failed',
      step: 'table',
      error: {
        message: 'The table lambda-apigateway-keyed has the key pk (N), not id (S).',
        hint: expect.stringContaining('save what you need, delete the table'),
      },
    });
    expect((await dynamodb.send(new ScanCommand({ TableName }))).Items).toEqual([{ pk: { N: '7' } }]);
  });
});

describe('the choices of a lab', () => {
  test('are remembered: a later run without flags keeps the tutorial’s policy', async () => {
    await (await openLab(aws, 'wide', { policy: 'tutorial' })).up();

    const later = await openLab(aws, 'wide');

    expect(outcomes(await later.up())).toEqual(allSteps('unchanged'));
  });

  test('are remembered even when the function is gone that bore them: the role’s own policy tells', async () => {
    const lab = await openLab(aws, 'wide');
    await lab.aws.lambda.send(new DeleteFunctionCommand({ FunctionName: lab.lab.function.name }));

    const report = await lab.up();

    expect(outcomes(report)).toMatchObject({ role: 'unchanged', function: 'created' });
    expect(outcomes(await lab.up())).toEqual(allSteps('unchanged'));
  });

  test('can be changed later', async () => {
    await (await openLab(aws, 'narrowed', { policy: 'tutorial' })).up();

    const report = await (await openLab(aws, 'narrowed', { policy: 'least' })).up();

    expect(outcomes(report)).toMatchObject({ role: 'repaired', function: 'repaired', table: 'unchanged' });
  });
});
