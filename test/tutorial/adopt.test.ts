/** `up --adopt`: what was made by hand is taken over, with its data, and by nothing else. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateRestApiCommand, UntagResourceCommand } from '@aws-sdk/client-api-gateway';
import { UntagResourceCommand as UntagLogGroup } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  ScanCommand,
  UntagResourceCommand as UntagTable,
} from '@aws-sdk/client-dynamodb';
import { UntagRoleCommand } from '@aws-sdk/client-iam';
import { GetFunctionCommand, UntagResourceCommand as UntagFunction } from '@aws-sdk/client-lambda';
import { arnsOf } from '../../src/tutorial/lab.js';
import type { Things } from '../../src/tutorial/step.js';
import { buildByHand } from '../_helpers/hand-built.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { standLab, type Standing } from '../_helpers/standing-lab.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

const ITEM = { id: { S: '1234ABCD' }, number: { N: '5' } };

async function itemsOf(lab: TestLab): Promise<unknown> {
  return (await lab.aws.dynamodb.send(new ScanCommand({ TableName: lab.lab.table.name }))).Items;
}

describe('a whole lab by hand, once adopted', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openLab(aws, 'taken');
    await buildByHand(lab, { managedPolicy: true });
    await lab.aws.dynamodb.send(new PutItemCommand({ TableName: lab.lab.table.name, Item: ITEM }));
  });

  test('is the lab’s and in order, its stage under the name it had, its code kept', async () => {
    const FunctionName = lab.lab.function.name;
    const before = await lab.aws.lambda.send(new GetFunctionCommand({ FunctionName }));

    const report = await lab.adopt();

    const adopted = report.steps.filter(({ remark }) => remark?.includes('adopted') === true);
    expect(adopted.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(
      ['role', 'function', 'table', 'api', 'deployment', 'key', 'usage-plan'].map((id) => `${id} repaired`),
    );
    expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
    expect([...lab.copies].map(([name, content]) => [name, content.length])).toEqual([
      [`${FunctionName}.zip`, before.Configuration?.CodeSize],
    ]);
    const { things } = await lab.status();
    expect(things.get('deployment') as Things['deployment']).toMatchObject({ stageName: 'prod' });
  });

  test('is left alone by a further up', async () => {
    const before = lab.writes();

    expect(outcomes(await lab.up())).toEqual(allSteps('unchanged'));
    expect(lab.writes()).toEqual(before);
  });

  test('goes down but for its table, which keeps its items until it is included', async () => {
    const kept = await lab.down();
    const items = await itemsOf(lab);
    const gone = await lab.down({ includeAdopted: true });

    expect(outcomes(kept)).toEqual({ ...allSteps('removed'), table: 'kept', teardown: 'removed' });
    expect(items).toEqual([ITEM]);
    expect(outcomes(gone)).toEqual({ ...allSteps('absent'), table: 'removed', teardown: 'absent' });
  });
});

const TAG = ['lab-setup:lab'];

const onGateway =
  (path: (lab: Standing) => string) =>
  (lab: Standing): Promise<unknown> =>
    lab.aws.apiGateway.send(
      new UntagResourceCommand({ resourceArn: `arn:aws:apigateway:us-east-1::${path(lab)}`, tagKeys: TAG }),
    );

/** What loses its tag, and so is by hand; the step that tells of it; the one call by which it is adopted. */
const UNTAGGED: readonly (readonly [string, string, (lab: Standing) => Promise<unknown>, string])[] = [
  [
    'role',
    'role',
    ({ aws: { iam }, RoleName }) => iam.send(new UntagRoleCommand({ RoleName, TagKeys: TAG })),
    'iam:TagRole',
  ],
  [
    'function',
    'function',
    ({ aws: { lambda }, lab, env }) =>
      lambda.send(new UntagFunction({ Resource: arnsOf(lab, env.place).function, TagKeys: TAG })),
    'lambda:TagResource',
  ],
  [
    'table',
    'table',
    ({ aws: { dynamodb }, lab, env }) =>
      dynamodb.send(new UntagTable({ ResourceArn: arnsOf(lab, env.place).table, TagKeys: TAG })),
    'dynamodb:TagResource',
  ],
  ['API', 'api', onGateway(({ restApiId }) => `/restapis/${restApiId}`), 'apigateway:TagResource'],
  [
    'stage',
    'deployment',
    onGateway(({ restApiId }) => `/restapis/${restApiId}/stages/Prod`),
    'apigateway:TagResource',
  ],
  ['key', 'key', onGateway(({ apiKey }) => `/apikeys/${apiKey}`), 'apigateway:TagResource'],
  [
    'plan',
    'usage-plan',
    onGateway(({ usagePlanId }) => `/usageplans/${usagePlanId}`),
    'apigateway:TagResource',
  ],
];

describe('a thing that lost its tag', () => {
  let lab: Standing;
  beforeAll(async () => {
    lab = await standLab(aws, 'untagged');
  });

  test.each(UNTAGGED.map((each, index) => [each[0], index] as const))(
    'is by hand: up refuses to touch it, and --adopt takes it back by a tag: %s',
    async (_kind, index) => {
      const [, step, untag, call] = UNTAGGED[index] ?? ['', '', () => Promise.resolve(), ''];
      await untag(lab);
      const before = lab.writes().length;

      const refused = await lab.up();
      const touched = lab.writes().slice(before);
      const adopted = await lab.adopt();

      expect([refused.kind, touched, lab.writes().slice(before)]).toEqual(['refused', [], [call]]);
      expect(outcomes(adopted)).toEqual({ ...allSteps('unchanged'), [step]: 'repaired' });
    },
  );

  test('is its log group: up and down leave it as it is, and --adopt takes it back by a tag', async () => {
    const resourceArn = arnsOf(lab.lab, lab.env.place).logGroup;
    await lab.aws.logs.send(new UntagLogGroup({ resourceArn, tagKeys: TAG }));
    const before = lab.writes().length;

    const up = await lab.up();
    await lab.adopt();

    expect(up.steps[1]?.remark).toContain('is not tagged as the lab’s');
    expect(lab.writes().slice(before)).toEqual(['logs:TagResource']);
  });
});

describe('adopting', () => {
  test('of several asks for the one that is meant, and leaves the other', async () => {
    const lab = await openLab(aws, 'two');
    const make = new CreateRestApiCommand({ name: lab.lab.api.name });
    const [{ id: one = '' }, { id: other }] = [
      await lab.aws.apiGateway.send(make),
      await lab.aws.apiGateway.send(new CreateRestApiCommand({ name: lab.lab.api.name })),
    ];

    const refused = await lab.adopt();
    const report = await lab.adopt(one);
    const before = lab.writes().length;
    await lab.up();

    expect(refused).toMatchObject({ kind: 'refused' });
    expect(refused.kind === 'refused' && refused.strangers.map(({ id }) => id).sort()).toEqual(
      [one, other].sort(),
    );
    expect(report.kind === 'up' && (report.things.get('api') as Things['api']).id).toBe(one);
    expect(lab.writes().slice(before)).toEqual([]);
  });

  test('of a whole lab by hand beside an API of its name takes the stage of the one that is meant too', async () => {
    const lab = await openLab(aws, 'beside');
    const { restApiId } = await buildByHand(lab);
    await lab.aws.apiGateway.send(new CreateRestApiCommand({ name: lab.lab.api.name }));

    const report = await lab.adopt(restApiId);

    expect(report.steps.find(({ id }) => id === 'deployment')).toMatchObject({ remark: 'adopted' });
    expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
  });

  test('of a table with another key is refused, and no other thing is touched', async () => {
    const lab = await openLab(aws, 'other-key');
    const TableName = lab.lab.table.name;
    await lab.aws.dynamodb.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'N' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await lab.aws.apiGateway.send(new CreateRestApiCommand({ name: lab.lab.api.name }));
    const before = lab.writes();

    const report = await lab.adopt();

    expect(report).toMatchObject({ kind: 'refused', strangers: [{ unfit: 'its key is pk (N)' }] });
    expect(lab.writes()).toEqual(before);
    expect((await lab.aws.dynamodb.send(new DescribeTableCommand({ TableName }))).Table).toBeDefined();
  });
});
