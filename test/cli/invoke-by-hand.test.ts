/** What `invoke` makes of the answers of a lab that was clicked together: the method answers 200 to everything. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteMethodCommand } from '@aws-sdk/client-api-gateway';
import { runAwsLine } from '../_helpers/aws-program.js';
import { buildByHand } from '../_helpers/hand-built.js';
import { openLab, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { invoked, type Asked } from '../_helpers/invoked.js';
import type { Ended } from '../_helpers/run-command.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterAll(() => aws.stop());

const ask = (on: TestLab, ...asked: Asked): Promise<Ended> => invoked({ aws, lab: on }, ...asked);

describe('an error behind a 200, as a lab by the tutorial’s letter gives it', () => {
  const CODE = `exports.handler = async (event) => {
    if (event.operation === 'echo') return event.payload;
    throw new Error('it went wrong');
  };`;

  const NOTHING_OF_DYNAMODB = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
  };

  test('is a failure, unless it is what was sent', async () => {
    const byHand = await buildByHand(await openLab(aws, 'letter'), {
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      code: { 'index.js': CODE },
      apiKeyRequired: true,
    });

    const failed = await ask(byHand, 'ping');
    const echoed = await ask(byHand, 'echo', { payload: { errorMessage: 'sent' } });

    expect([failed.exitCode, failed.members?.['response']]).toEqual([
      1,
      expect.objectContaining({ status: 200 }),
    ]);
    expect(failed.error?.message).toBe(
      'The function failed, although the endpoint answered HTTP 200: “it went wrong”. Nothing wrong was found in the lab’s configuration.',
    );
    expect(echoed).toMatchObject({ exitCode: 0, stdout: '{"errorMessage":"sent"}\n' });
  });

  test('names the handler alone, whatever else is wrong of what is not live or comes later', async () => {
    const byHand = await buildByHand(await openLab(aws, 'unstarted'), {
      runtime: 'nodejs24.x',
      handler: 'lambda_function.lambda_handler',
      code: { 'index.js': CODE },
      tableKey: 'name',
      policy: NOTHING_OF_DYNAMODB,
    });
    await byHand.aws.apiGateway.send(new DeleteMethodCommand(byHand.method));

    const { members, error } = await ask(byHand, 'create');

    expect(members?.['causes']).toMatchObject([
      { step: 'function', setting: 'handler', expected: 'index.handler' },
    ]);
    expect(error?.commands).toEqual([
      'eval "$(lab-setup env)"',
      'aws lambda update-function-configuration --function-name LambdaFunctionOverHttps-unstarted --handler index.handler',
    ]);
  });

  test('of a table that is not there says so, and which one is the lab’s', async () => {
    const byHand = await buildByHand(await openLab(aws, 'tables'), {
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      code: {
        'index.js': 'exports.handler = async () => { throw new Error("Requested resource not found"); };',
      },
    });

    const { error } = await ask(byHand, 'create', { table: 'nosuch' });

    expect(error?.message).toContain(
      'The request names the table “nosuch”, which is not there: the lab’s table is lambda-apigateway-tables.',
    );
    expect(error?.hint).toBe('Leave --table away, or name the lab’s own: --table lambda-apigateway-tables');
  });

  test('names the handler where the answer says so, and the code cannot be read', async () => {
    const byHand = await buildByHand(await openLab(aws, 'no-export'), {
      runtime: 'nodejs24.x',
      handler: 'index.nope',
      code: { 'index.js': 'const make = () => ({ handler: async () => 1 });\nmodule.exports = make();' },
      apiKeyRequired: true,
      stage: 'Prod',
    });

    const { error, members } = await ask(byHand, 'ping');

    expect(members?.['causes']).toMatchObject([
      { step: 'function', why: expect.stringContaining('setting Handler'), commands: [] },
    ]);
    expect(error?.message).not.toContain('Nothing wrong');
    expect(error?.hint).toContain('set the handler');
  });

  test.each([
    ['create', ['Allow dynamodb:PutItem']],
    ['read', ['Allow dynamodb:GetItem']],
    ['update', ['Allow dynamodb:UpdateItem']],
    ['delete', ['Allow dynamodb:DeleteItem']],
    ['list', ['Allow dynamodb:Scan']],
    ['ping', []],
  ] as const)('of %s names of what the role lacks what that operation needs', async (operation, actions) => {
    const byHand = await buildByHand(await openLab(aws, `lacking-${operation}`), {
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      code: { 'index.js': CODE },
      policy: NOTHING_OF_DYNAMODB,
    });

    const { members } = await ask(byHand, operation);

    const causes = members?.['causes'] as { step: string; expected: string }[];
    expect(causes.map(({ expected }) => expected.replace(/ on .*/, ''))).toEqual(actions);
  });

  test('is put right by the lines under Next, typed in their order', async () => {
    const byHand = await buildByHand(await openLab(aws, 'typed'), {
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      code: { 'index.js': CODE },
      pathPart: 'DynamoDBManager',
      stage: 'Prod',
    });

    const { error } = await ask(byHand, 'echo');
    const [environment, ...lines] = error?.commands ?? [];
    for (const line of lines) await runAwsLine(byHand.aws, line);

    expect(environment).toBe('eval "$(lab-setup env)"');
    expect(lines.map((line) => line.split(' ')[2])).toEqual([
      'update-resource',
      'add-permission',
      'create-deployment',
    ]);
    expect((await ask(byHand, 'echo')).exitCode).toBe(0);
  });

  test('of a function that cannot run here says that', async () => {
    const byHand = await buildByHand(await openLab(aws, 'python'), { apiKeyRequired: true });

    const { exitCode, error } = await ask(byHand, 'ping');

    expect([exitCode, error?.message]).toEqual([
      1,
      expect.stringContaining('has python3.13”. The local AWS cannot run python3.13: '),
    ]);
  });
});
