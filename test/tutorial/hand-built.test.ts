/** A lab that somebody clicked together by the tutorial's words: no tags, the tutorial's policy, only the answer 200. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteRestApiCommand } from '@aws-sdk/client-api-gateway';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import type { Things } from '../../src/tutorial/step.js';
import { buildByHand } from '../_helpers/hand-built.js';
import { allSteps, differing, openLab, outcomes } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

describe('a lab that was built by hand', () => {
  test('without faults is in order, whatever it calls its stage', async () => {
    const lab = await openLab(aws, 'clicked');
    await buildByHand(lab, { apiKeyRequired: true, managedPolicy: true });

    const report = await lab.status();

    expect({ differing: differing(report), ok: report.ok, steps: outcomes(report) }).toEqual({
      differing: [],
      ok: true,
      steps: allSteps('by-hand'),
    });
  });

  test('under a role that Lambda’s console made is in order, once adopted too, and goes down whole', async () => {
    const lab = await openLab(aws, 'service-role');
    await buildByHand(lab, { apiKeyRequired: true, rolePath: '/service-role/' });

    const byHand = await lab.status();
    await lab.adopt();
    const adopted = await lab.status();
    const down = await lab.down({ includeAdopted: true });

    expect([differing(byHand), differing(adopted)]).toEqual([[], []]);
    expect(adopted.things.get('role')).toMatchObject({ given: false, own: true });
    expect(down).toMatchObject({ kind: 'down', clean: true });
    expect(down.steps[0]).toMatchObject({ outcome: 'removed', remark: undefined });
  });

  test('to the letter of the tutorial does not ask for the key, and is told so', async () => {
    const lab = await openLab(aws, 'letter');
    await buildByHand(lab, { apiKeyRequired: false });

    const report = await lab.status();

    expect({ differing: differing(report), ok: report.ok }).toEqual({
      differing: ['method API key required'],
      ok: false,
    });
  });

  test('is kept by down as it is', async () => {
    const lab = await openLab(aws, 'kept');
    await buildByHand(lab, { apiKeyRequired: true });
    const before = lab.writes();

    await lab.down();

    expect(lab.writes()).toEqual(before);
  });

  test('with a policy that grants less is told each grant that is missing, however the rest is put', async () => {
    const lab = await openLab(aws, 'logless');
    await buildByHand(lab, { apiKeyRequired: true });
    const Statement = [
      { Effect: 'Allow', Action: ['dynamodb:*', 'logs:Put*'], Resource: '*' },
      { Effect: 'Deny', Action: 'dynamodb:Scan', Resource: '*' },
    ];
    await lab.aws.iam.send(
      new PutRolePolicyCommand({
        RoleName: lab.lab.role.name,
        PolicyName: 'a-name-of-their-own',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );

    const { steps } = await lab.status();

    const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/lambda-apigateway-logless';
    const group = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/LambdaFunctionOverHttps-logless';
    expect(steps[0]?.differences).toEqual([
      { setting: 'policy', expected: `Allow dynamodb:Scan on ${table}`, actual: 'Deny dynamodb:Scan on *' },
      ...['CreateLogGroup', 'CreateLogStream'].map((each) => ({
        setting: 'policy',
        expected: `Allow logs:${each} on ${group} and ${group}:*`,
        actual: undefined,
      })),
    ]);
  });

  test('of which the tutorial’s cleanup left a part shows all of that part', async () => {
    const lab = await openLab(aws, 'cleaned');
    await buildByHand(lab, { managedPolicy: true });
    const { function: fn, table } = lab.lab;
    await lab.aws.logs.send(new CreateLogGroupCommand({ logGroupName: fn.logGroup }));
    const api = (await lab.status()).things.get('api') as Things['api'];
    await lab.aws.dynamodb.send(new DeleteTableCommand({ TableName: table.name }));
    await lab.aws.lambda.send(new DeleteFunctionCommand({ FunctionName: fn.name }));
    await lab.aws.apiGateway.send(new DeleteRestApiCommand({ restApiId: api.id }));

    const { strangers, things } = await lab.status();

    const kinds = [...strangers.values()].flat().map(({ what }) => what.replace(/ \(.*\)/, ''));
    expect(kinds.sort()).toEqual([
      'API key Lambda-key-cleaned',
      'IAM policy lambda-apigateway-policy-of-cleaned',
      'IAM role lambda-apigateway-role-cleaned',
      'log group /aws/lambda/LambdaFunctionOverHttps-cleaned',
      'usage plan lambda-dynamodb-usageplan-cleaned',
    ]);
    expect((things.get('role') as Things['role']).policies).toEqual({
      inline: [],
      attached: ['arn:aws:iam::000000000000:policy/lambda-apigateway-policy-of-cleaned'],
    });
  });
});
