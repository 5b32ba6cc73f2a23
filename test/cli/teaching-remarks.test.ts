/** What `status` says of a lab beside its faults, and which command it tells. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as gateway from '@aws-sdk/client-api-gateway';
import { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { rolePolicy } from '../../src/tutorial/policies.js';
import type { Things } from '../../src/tutorial/step.js';
import { patched } from '../_helpers/drift.js';
import { buildByHand, type HandBuilt } from '../_helpers/hand-built.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import {
  heads,
  obey,
  permissionSource,
  redeployed,
  said,
  withoutPermission,
  type Said,
} from '../_helpers/taught.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

describe('what is no fault', () => {
  test('is worth a word where it teaches something: the stage’s name, a policy for everything, a permission for all', async () => {
    const lab = await buildByHand(await openLab(aws, 'remarked'), { apiKeyRequired: true });
    await withoutPermission(lab);
    await lab.aws.lambda.send(
      new AddPermissionCommand({
        FunctionName: lab.FunctionName,
        StatementId: 'for-all',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
      }),
    );

    const { ok, faults, remarks } = await said(lab);

    expect({ ok, faults }).toEqual({ ok: true, faults: [] });
    expect(heads(remarks)).toEqual([
      expect.stringMatching(/^role policy: expected nothing more, found dynamodb:DeleteItem, .* on \*$/),
      `permission source: expected ${permissionSource('API')}, found nothing`,
      'deployment name: expected Prod, found prod',
    ]);
    expect(remarks.map(({ advice }) => advice?.why)).toEqual([
      expect.stringMatching(/wider than needed/),
      expect.stringMatching(/any API of any account/),
      expect.stringMatching(/URL has \/prod\/ in it/),
    ]);
    // No line takes away what is granted too much; lines that only list it would put nothing right.
    expect(remarks[0]?.advice?.commands).toEqual([]);
  });

  test('is a role that others than Lambda may assume as well: it works', async () => {
    const lab = await buildByHand(await openLab(aws, 'trusting'), { apiKeyRequired: true });
    const Principal = { Service: ['apigateway.amazonaws.com', 'lambda.amazonaws.com'] };
    const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }];
    await lab.aws.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: lab.RoleName,
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );

    const { ok, remarks } = await said(lab);
    const [trust] = remarks;

    expect(ok).toBe(true);
    expect(heads(remarks)[0]).toBe(
      'role trust: expected nothing more, found Allow sts:AssumeRole by apigateway.amazonaws.com',
    );
    expect(trust?.advice?.why).toMatch(/^It works/);
  });

  test('the stage’s name is put right by the lines that are told', async () => {
    const lab = await buildByHand(await openLab(aws, 'renamed'), { apiKeyRequired: true });
    const stageOf = (sayings: readonly Said[]): Said[] => sayings.filter(({ step }) => step === 'deployment');

    await obey(lab, stageOf((await said(lab)).remarks));

    const { ok, remarks } = await said(lab);
    expect([ok, heads(stageOf(remarks))]).toEqual([true, []]);
  });

  test('and teaches nothing is not mentioned', async () => {
    const lab = await buildByHand(await openLab(aws, 'unremarked'), {
      apiKeyRequired: true,
      stage: 'Prod',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      code: { 'index.js': 'module.exports.handler = async (event) => event;' },
    });
    const { lambda, apiGateway, iam } = lab.aws;
    const { FunctionName, RoleName, restApiId, method } = lab;
    const least = rolePolicy('least', lab.lab, lab.env.place);
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: 'a-name-of-their-own',
        PolicyDocument: JSON.stringify(least),
      }),
    );
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName,
        MemorySize: 512,
        Timeout: 3,
        Description: 'mine',
      }),
    );
    await withoutPermission(lab);
    await lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: 'the-stage-alone',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: permissionSource(restApiId).replace('/*/', '/Prod/'),
      }),
    );
    await apiGateway.send(
      new gateway.UpdateIntegrationCommand({ ...method, ...patched('/timeoutInMillis', '5000') }),
    );
    await apiGateway.send(new gateway.PutMethodResponseCommand({ ...method, statusCode: '404' }));
    await apiGateway.send(
      new gateway.PutMethodCommand({ ...method, httpMethod: 'GET', authorizationType: 'NONE' }),
    );
    await apiGateway.send(new gateway.PutIntegrationCommand({ ...method, httpMethod: 'GET', type: 'MOCK' }));
    await redeployed(lab);

    const { ok, faults, remarks } = await said(lab);

    expect([ok, heads(faults), heads(remarks)]).toEqual([true, [], []]);
  });
});

test('a runtime that is not retired is not called so', async () => {
  const lab = await openLab(aws, 'other-runtime');
  await lab.up();
  const FunctionName = lab.lab.function.name;
  await lab.aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Runtime: 'nodejs22.x' }));

  const { faults } = await said(lab);

  expect(faults.map(({ step, advice }) => [step, advice?.why])).toEqual([
    ['function', 'The lab’s code is written for nodejs24.x, and runs on nodejs22.x.'],
  ]);
});

describe('a method that was deleted', () => {
  const deleted = async (name: string): Promise<HandBuilt> => {
    const lab = await buildByHand(await openLab(aws, name), { apiKeyRequired: true, stage: 'Prod' });
    await lab.aws.apiGateway.send(new gateway.DeleteMethodCommand(lab.method));
    return lab;
  };
  const whys = async (lab: HandBuilt) =>
    (await said(lab)).faults.map(({ step, advice }) => [step, advice?.why]);

  test('is told to be served until the next deployment, and that the stage serves another state', async () => {
    expect(await whys(await deleted('served-still'))).toEqual([
      [
        'method',
        'The API has no POST there, although the stage Prod still serves the one that was deployed last. After a deployment without it the endpoint says 403 Missing Authentication Token.',
      ],
      [
        'redeploy',
        'What was changed since is not live: the stage Prod serves the API as it was when it was last deployed.',
      ],
    ]);
  });

  test('with its resource is told to be served as well', async () => {
    const lab = await deleted('served-path');
    await lab.aws.apiGateway.send(new gateway.DeleteResourceCommand(lab.method));

    expect((await whys(lab))[0]).toEqual([
      'resource',
      expect.stringMatching(/^The API has no \/dynamodbmanager, although the stage Prod still serves /),
    ]);
  });

  test('and is not served any more is told to answer nobody', async () => {
    const lab = await deleted('served-no-more');
    const { apiGateway } = lab.aws;
    // An API without any method cannot be deployed.
    const other = { ...lab.method, httpMethod: 'GET' };
    await apiGateway.send(new gateway.PutMethodCommand({ ...other, authorizationType: 'NONE' }));
    await apiGateway.send(new gateway.PutIntegrationCommand({ ...other, type: 'MOCK' }));
    await redeployed(lab);

    expect(await whys(lab)).toEqual([
      [
        'method',
        'Without it nothing answers a POST there: the endpoint says 403 Missing Authentication Token.',
      ],
    ]);
  });
});

describe('a permission that does not fit the call', () => {
  test('is not blamed when it is the resource that was spelled otherwise afterwards', async () => {
    const lab = await buildByHand(await openLab(aws, 'respelled'), { apiKeyRequired: true, stage: 'Prod' });
    await lab.aws.apiGateway.send(
      new gateway.UpdateResourceCommand({ ...lab.method, ...patched('/pathPart', 'DynamoDBManager') }),
    );
    await redeployed(lab);

    const { faults } = await said(lab);
    await obey(lab, faults);

    expect(heads(faults)).toEqual(['resource path: expected /dynamodbmanager, found /DynamoDBManager']);
    expect((await said(lab)).ok).toBe(true);
  });

  test('for another stage is told from one for another API', async () => {
    const lab = await buildByHand(await openLab(aws, 'staged'), { apiKeyRequired: true, stage: 'Prod' });
    await withoutPermission(lab);
    await lab.aws.lambda.send(
      new AddPermissionCommand({
        FunctionName: lab.FunctionName,
        StatementId: 'of-another-stage',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: permissionSource(lab.restApiId).replace('/*/', '/test/'),
      }),
    );

    const { faults } = await said(lab);

    expect(faults.map(({ step, advice }) => [step, advice?.why])).toEqual([
      ['permission', expect.stringMatching(/for this API, but not for its POST as it is called/)],
    ]);
  });
});

describe('the command that is told', () => {
  test('is up, where lab-setup made everything', async () => {
    const lab = await openLab(aws, 'ours');
    await lab.up();
    await lab.aws.apiGateway.send(
      new gateway.DeleteApiKeyCommand({
        apiKey: ((await lab.status()).things.get('key') as Things['key']).id,
      }),
    );

    const { faults } = await said(lab);

    expect(faults.map(({ step, advice }) => [step, advice?.commands])).toEqual([
      ['key', ['lab-setup up']],
      ['usage-plan', ['lab-setup up']],
    ]);
  });

  test('is up --adopt for what is ours while something by hand stands in its way, and an aws line for what is by hand', async () => {
    const lab = await openLab(aws, 'half');
    await lab.up();
    const { things } = await lab.status();
    const { apiGateway, lambda } = lab.aws;
    const apiKey = (things.get('key') as Things['key']).id;
    await apiGateway.send(new gateway.DeleteApiKeyCommand({ apiKey }));
    await apiGateway.send(new gateway.CreateApiKeyCommand({ name: lab.lab.key.name, enabled: false }));
    await lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: lab.lab.function.name, MemorySize: 256 }),
    );

    const { faults } = await said(lab);
    await lab.adopt();
    const after = await said(lab);

    expect(faults.map(({ step, advice }) => [step, advice?.commands])).toEqual([
      ['function', ['lab-setup up --adopt']],
      ['key', [expect.stringMatching(/^aws apigateway update-api-key /)]],
      ['usage-plan', ['lab-setup up --adopt']],
    ]);
    expect([after.ok, after.faults]).toEqual([true, []]);
  });

  test('is none for what up leaves as it is: the stage’s name of a lab that was taken over', async () => {
    const lab = await buildByHand(await openLab(aws, 'taken-over'), { stage: 'prod' });
    await lab.adopt();

    const { ok, remarks } = await said(lab);

    expect(ok).toBe(true);
    expect(remarks.map(({ step, advice }) => [step, advice?.commands])).toEqual([['deployment', []]]);
  });

  test('of several keys of one name is to delete those that are not meant, and the plan is not blamed', async () => {
    const lab = await buildByHand(await openLab(aws, 'two-keys'), { apiKeyRequired: true, stage: 'Prod' });
    await lab.aws.apiGateway.send(new gateway.CreateApiKeyCommand({ name: lab.lab.key.name, enabled: true }));

    const { ok, faults } = await said(lab);

    expect([ok, heads(faults)]).toEqual([false, ['key API keys of this name: expected 1, found 2']]);
  });

  test('of several APIs of one name is said of these alone: what they hold is not called missing', async () => {
    const lab = await buildByHand(await openLab(aws, 'two-apis'), { apiKeyRequired: true });
    await lab.aws.apiGateway.send(new gateway.CreateRestApiCommand({ name: lab.lab.api.name }));

    const { ok, faults } = await said(lab);

    expect([ok, heads(faults)]).toEqual([false, ['api REST APIs of this name: expected 1, found 2']]);
  });
});
