/** A lab that was clicked together, wrong in one way: what `status` says of it, and that what it says puts it right. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as gateway from '@aws-sdk/client-api-gateway';
import { AddPermissionCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { patched } from '../_helpers/drift.js';
import { buildByHand, type Clicked, type HandBuilt } from '../_helpers/hand-built.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { heads, obey, permissionSource, redeployed, said, withoutPermission } from '../_helpers/taught.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

interface Row {
  readonly clicked?: Clicked;
  readonly change?: (lab: HandBuilt) => Promise<unknown>;
  /** `{lab}` stands for the lab's suffix. */
  readonly says: readonly string[];
  readonly why: RegExp;
  readonly console: RegExp;
}

const methodPatched = (path: string, value: string) => async (lab: HandBuilt) => {
  const { apiGateway } = lab.aws;
  await apiGateway.send(new gateway.UpdateMethodCommand({ ...lab.method, ...patched(path, value) }));
};

/** The permission's place taken by one for another caller. */
const otherPermission =
  ({
    id,
    api,
    principal = 'apigateway.amazonaws.com',
  }: {
    id: (lab: HandBuilt) => string;
    api: string;
    principal?: string;
  }) =>
  async (lab: HandBuilt) => {
    const { aws, FunctionName } = lab;
    await withoutPermission(lab);
    await aws.lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: id(lab),
        Action: 'lambda:InvokeFunction',
        Principal: principal,
        SourceArn: permissionSource(api),
      }),
    );
  };

/** The name under which the cure puts its statement. */
const curesName = ({ restApiId }: HandBuilt): string => `apigateway-${restApiId}`;

const uri = (name: string, region = 'us-east-1'): string =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${region}:000000000000:function:${name}/invocations`;

const calling = (name: (lab: HandBuilt) => string) => async (lab: HandBuilt) => {
  await lab.aws.apiGateway.send(
    new gateway.UpdateIntegrationCommand({ ...lab.method, ...patched('/uri', name(lab)) }),
  );
  await redeployed(lab);
};

const ACTIONS = ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'].map(
  (each) => `dynamodb:${each}`,
);
const LOGS = ['CreateLogGroup', 'CreateLogStream', 'PutLogEvents'].map((each) => `logs:${each}`);
const granting = (...Action: string[]): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

const ROWS: Readonly<Record<string, Row>> = {
  'the method asks for no key': {
    change: async (lab) => {
      await methodPatched('/apiKeyRequired', 'false')(lab);
      await redeployed(lab);
    },
    says: ['method API key required: expected true, found false'],
    why: /Anybody who knows the URL may call it/,
    console: /Method request > Edit > API key required; then Deploy API/,
  },
  'the path is in another case': {
    clicked: { pathPart: 'DynamoDBManager' },
    says: ['resource path: expected /dynamodbmanager, found /DynamoDBManager'],
    why: /told apart by case.*403 Missing Authentication Token/,
    console: /Create resource > dynamodbmanager/,
  },
  'the answer has a template of its own': {
    change: async (lab) => {
      await lab.aws.apiGateway.send(
        new gateway.UpdateIntegrationResponseCommand({
          ...{ ...lab.method, statusCode: '200' },
          ...patched('/responseTemplates/application~1json', '{"mine": $input.json("$")}', 'add'),
        }),
      );
      await redeployed(lab);
    },
    says: ['method response 200 template: expected an empty one, found {"mine": $input.json("$")}'],
    why: /^The answer 200 is there.*callers get what its template makes/,
    console: /Integration response > 200 > Edit: .*no mapping template; then Deploy API$/,
  },
  'the API was changed and not deployed again': {
    change: async (lab) => {
      await methodPatched('/apiKeyRequired', 'false')(lab);
      await redeployed(lab);
      await methodPatched('/apiKeyRequired', 'true')(lab);
    },
    says: ['redeploy serves: expected the API as it now is, found another state of the API'],
    why: /not live: the stage Prod serves the API as it was when it was last deployed/,
    console: /Deploy API > Prod$/,
  },
  'the plan is not on the stage': {
    change: ({ aws: { apiGateway }, usagePlanId, restApiId }) =>
      apiGateway.send(
        new gateway.UpdateUsagePlanCommand({
          usagePlanId,
          ...patched('/apiStages', `${restApiId}:Prod`, 'remove'),
        }),
      ),
    says: ['usage-plan stage: expected on Prod, found not on Prod'],
    why: /plan is not on the stage Prod.*403 Forbidden/,
    console: /Usage plans > .* > Add API stage/,
  },
  'the plan has a quota': {
    change: ({ aws: { apiGateway }, usagePlanId }) =>
      apiGateway.send(
        new gateway.UpdateUsagePlanCommand({
          usagePlanId,
          patchOperations: [
            { op: 'add', path: '/quota/limit', value: '500' },
            { op: 'add', path: '/quota/period', value: 'DAY' },
          ],
        }),
      ),
    says: ['usage-plan quota: expected none, found 500 a day'],
    why: /429 Limit Exceeded.*the tutorial’s plan has no quota/,
    console: /Usage plans > .* > Edit > Quota: off$/,
  },
  'the key is not on the plan': {
    change: ({ aws: { apiGateway }, usagePlanId, apiKey }) =>
      apiGateway.send(new gateway.DeleteUsagePlanKeyCommand({ usagePlanId, keyId: apiKey })),
    says: ['usage-plan key: expected attached, found not attached'],
    why: /key is in no plan of this stage.*403 Forbidden/,
    console: /API keys > .* > Add to usage plan/,
  },
  'the key is disabled': {
    change: ({ aws: { apiGateway }, apiKey }) =>
      apiGateway.send(new gateway.UpdateApiKeyCommand({ apiKey, ...patched('/enabled', 'false') })),
    says: ['key enabled: expected true, found false'],
    why: /switched off.*403 Forbidden/,
    console: /API keys > .* > Edit > Active/,
  },
  'the permission is missing': {
    change: withoutPermission,
    says: ['permission missing'],
    why: /lets no API call it.*500 Internal server error/,
    console: /choose the function anew and save/,
  },
  'the permission is for another API': {
    change: otherPermission({ id: () => 'of-an-api-that-is-gone', api: 'deleted000' }),
    says: [`permission source: expected ${permissionSource('API')}, found ${permissionSource('API')}`],
    why: /for another API.*500 Internal server error/,
    console: /choose the function anew and save/,
  },
  'the permission bears the name of the cure, and is for another API': {
    change: otherPermission({ id: curesName, api: 'deleted000' }),
    says: [`permission source: expected ${permissionSource('API')}, found ${permissionSource('API')}`],
    why: /for another API.*500 Internal server error/,
    console: /choose the function anew and save/,
  },
  'the permission bears the name of the cure, and lets another service call': {
    change: otherPermission({ id: curesName, api: 'API', principal: 's3.amazonaws.com' }),
    says: [
      'permission principal: expected apigateway.amazonaws.com, found s3.amazonaws.com',
      `permission source: expected ${permissionSource('API')}, found ${permissionSource('API')}`,
    ],
    why: /does not let API Gateway invoke/,
    console: /choose the function anew and save/,
  },
  'the integration is a proxy': {
    change: async (lab) => {
      await lab.aws.apiGateway.send(
        new gateway.PutIntegrationCommand({
          ...lab.method,
          type: 'AWS_PROXY',
          integrationHttpMethod: 'POST',
          uri: uri(lab.FunctionName),
        }),
      );
      await redeployed(lab);
    },
    says: ['method integration type: expected AWS, found AWS_PROXY'],
    why: /whole HTTP request, in which it finds no operation/,
    console: /Lambda proxy integration off/,
  },
  'the integration calls another function': {
    change: calling(() => uri('SomeOtherFunction')),
    says: [
      `method integration URI: expected ${uri('LambdaFunctionOverHttps{lab}')}, found ${uri('SomeOtherFunction')}`,
    ],
    why: /calls the function SomeOtherFunction, not LambdaFunctionOverHttps/,
    console: /Integration request > Edit > Lambda function: us-east-1, LambdaFunctionOverHttps/,
  },
  'the integration calls another region': {
    change: calling(({ FunctionName }) => uri(FunctionName, 'eu-west-1')),
    says: [
      `method integration URI: expected ${uri('LambdaFunctionOverHttps{lab}')}, found ${uri('LambdaFunctionOverHttps{lab}', 'eu-west-1')}`,
    ],
    why: /in eu-west-1; the lab’s is in us-east-1/,
    console: /Lambda function: us-east-1/,
  },
  'the runtime is retired': {
    clicked: { runtime: 'python3.8' },
    says: ['function runtime: expected python3.13, found python3.8'],
    why: /AWS has retired python3\.8/,
    console: /Runtime settings > Edit > Runtime: python3\.13/,
  },
  'the handler names another file': {
    clicked: { handler: 'index.handler' },
    says: ['function handler: expected lambda_function.lambda_handler, found index.handler'],
    why: /does not find index\.handler in the code, so every invocation fails/,
    console: /Handler: lambda_function\.lambda_handler/,
  },
  'the handler names another function of the file': {
    clicked: {
      runtime: 'nodejs24.x',
      handler: 'index.handle',
      code: { 'index.mjs': 'export const handler = async () => 1;\n' },
    },
    says: ['function handler: expected index.handler, found index.handle'],
    why: /the file’s name, a dot, and the function’s name/,
    console: /Handler: index\.handler/,
  },
  'the role may write no logs': {
    clicked: { policy: granting(...ACTIONS) },
    says: LOGS.map(
      (action) =>
        `role policy: expected Allow ${action} on arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/LambdaFunctionOverHttps{lab} and arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/LambdaFunctionOverHttps{lab}:*, found nothing`,
    ),
    why: /cannot write its log/,
    console: /Roles > .* > Permissions/,
  },
  ...Object.fromEntries(
    ACTIONS.map((missing, index): [string, Row] => [
      `the role lacks ${missing}, in ${index % 2 === 0 ? 'an inline' : 'a customer-managed'} policy`,
      {
        clicked: {
          policy: granting(...ACTIONS.filter((each) => each !== missing), ...LOGS),
          managedPolicy: index % 2 === 1,
        },
        says: [
          `role policy: expected Allow ${missing} on arn:aws:dynamodb:us-east-1:000000000000:table/lambda-apigateway{lab}, found nothing`,
        ],
        why: new RegExp(`does not grant ${missing}: `),
        console: /Roles > .* > Permissions/,
      },
    ]),
  ),
  'the function is throttled': {
    change: ({ aws: { lambda }, FunctionName }) =>
      lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 })),
    says: ['function throttle: expected off, found on'],
    why: /^Lambda lets no invocation through: the reserved concurrency is 0/,
    console: /Configuration > Concurrency > Edit/,
  },
  'the table has another key': {
    clicked: { tableKey: 'name' },
    says: ['table key: expected id (S), found name (S)'],
    why: /key cannot be changed.*its items go with it/,
    console: /Create table with the partition key id of type String/,
  },
};

describe('a lab that was clicked together, in which', () => {
  test.each(Object.keys(ROWS).map((name, index) => [name, index] as const))(
    '%s: is told so, and why, and is put right by the lines that it is told',
    async (name, index) => {
      const { clicked = {}, change = () => Promise.resolve(), says, why, console } = ROWS[name] ?? NO_ROW;
      const lab = await buildByHand(await openLab(aws, `row-${index}`), {
        apiKeyRequired: true,
        stage: 'Prod',
        ...clicked,
      });
      await change(lab);
      const before = lab.writes().length;

      const { ok, faults } = await said(lab);
      const touched = lab.writes().slice(before);
      await obey(lab, faults);
      const after = await said(lab);

      expect({ ok, faults: heads(faults), touched }).toEqual({
        ok: false,
        faults: says.map((each) => each.replaceAll('{lab}', `-row-${index}`)),
        touched: [],
      });
      expect(faults[0]?.advice).toEqual({
        why: expect.stringMatching(why),
        console: expect.stringMatching(console),
        commands: expect.arrayContaining([expect.stringMatching(/^aws .* --region us-east-1$/)]),
        stops: expect.any(Array),
      });
      expect([after.ok, heads(after.faults)]).toEqual([true, []]);
    },
  );
});

const NO_ROW: Row = { says: [], why: /^$/, console: /^$/ };
