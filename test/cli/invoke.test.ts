/** What `invoke` makes of an answer: whether it is a failure, and what the lab's configuration shows of its cause. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as gateway from '@aws-sdk/client-api-gateway';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteFunctionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { InvokeOptions } from '../../src/cli/commands/invoke.js';
import { LabError } from '../../src/lab-error.js';
import { invoked, type Asked } from '../_helpers/invoked.js';
import type { Ended } from '../_helpers/run-command.js';
import { patched, type Change } from '../_helpers/drift.js';
import { type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { standing, standLab, type Standing } from '../_helpers/standing-lab.js';

let aws: TestAws;
let lab: Standing;
beforeAll(async () => {
  aws = await startTestAws();
  lab = await standLab(aws, 'default');
});
afterAll(() => aws.stop());

const ask = (on: TestLab, ...asked: Asked): Promise<Ended> => invoked({ aws, lab: on }, ...asked);

const deployed = ({ aws: { apiGateway }, restApiId }: Standing): Promise<unknown> =>
  apiGateway.send(new gateway.CreateDeploymentCommand({ restApiId, stageName: 'Prod' }));

const renamed =
  (pathPart: string): Change =>
  ({ aws: { apiGateway }, method }) =>
    apiGateway.send(new gateway.UpdateResourceCommand({ ...method, ...patched('/pathPart', pathPart) }));

const planPatched =
  (path: string, value: string, op?: gateway.Op): Change =>
  ({ aws: { apiGateway }, usagePlanId }) =>
    apiGateway.send(new gateway.UpdateUsagePlanCommand({ usagePlanId, ...patched(path, value, op) }));

const integration =
  (changed: { type: gateway.IntegrationType; name: string }): Change =>
  async (each) => {
    const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${changed.name}/invocations`;
    await each.aws.apiGateway.send(
      new gateway.PutIntegrationCommand({
        ...each.method,
        type: changed.type,
        integrationHttpMethod: 'POST',
        uri,
      }),
    );
    await deployed(each);
  };

type Row = readonly [
  what: string,
  change: Change,
  operation: InvokeOptions['operation'],
  status: number,
  causes: readonly string[],
  says: RegExp,
];

const ROWS: readonly Row[] = [
  [
    'the key is disabled',
    ({ aws: { apiGateway }, apiKey }) =>
      apiGateway.send(new gateway.UpdateApiKeyCommand({ apiKey, ...patched('/enabled', 'false') })),
    'ping',
    403,
    ['key enabled'],
    /API Gateway refused it\. The key is switched off/,
  ],
  [
    'the key is not on the plan',
    ({ aws: { apiGateway }, usagePlanId, apiKey }) =>
      apiGateway.send(new gateway.DeleteUsagePlanKeyCommand({ usagePlanId, keyId: apiKey })),
    'ping',
    403,
    ['usage-plan key'],
    /The key is in no plan of this stage/,
  ],
  [
    'the plan is not on the stage',
    (each) => planPatched('/apiStages', `${each.restApiId}:Prod`, 'remove')(each),
    'ping',
    403,
    ['usage-plan stage'],
    /The plan is not on the stage Prod/,
  ],
  [
    'the stage is missing',
    ({ aws: { apiGateway }, restApiId }) =>
      apiGateway.send(new gateway.DeleteStageCommand({ restApiId, stageName: 'Prod' })),
    'ping',
    403,
    ['deployment missing', 'usage-plan stage'],
    /Nothing of the API answers before it is deployed/,
  ],
  [
    'the path is in another case',
    async (each) => {
      await renamed('DynamoDBManager')(each);
      await deployed(each);
    },
    'ping',
    403,
    ['resource path'],
    /no such method at that path\. Paths are told apart by case/,
  ],
  [
    'what was put right was not deployed',
    async (each) => {
      await renamed('DynamoDBManager')(each);
      await deployed(each);
      await renamed('dynamodbmanager')(each);
    },
    'ping',
    403,
    ['redeploy serves'],
    /What was changed since is not live/,
  ],
  [
    'the permission is missing',
    ({ aws: { lambda }, FunctionName }) =>
      lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'lab-setup-apigateway' })),
    'ping',
    500,
    ['permission missing'],
    /The function lets no API call it/,
  ],
  [
    'the function is missing',
    ({ aws: { lambda }, FunctionName }) => lambda.send(new DeleteFunctionCommand({ FunctionName })),
    'ping',
    500,
    ['function missing'],
    /There is nothing yet that the API could call/,
  ],
  [
    'the function is throttled',
    ({ aws: { lambda }, FunctionName }) =>
      lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 })),
    'ping',
    500,
    ['function throttle'],
    /could not call the function.* Lambda lets no invocation through/,
  ],
  [
    'the role does not grant what is asked for',
    ({ aws: { iam }, RoleName }) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: 'lambda-apigateway-policy',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow',
              Action: [
                'dynamodb:GetItem',
                'dynamodb:UpdateItem',
                'dynamodb:DeleteItem',
                'dynamodb:Scan',
                'dynamodb:Query',
              ],
              Resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/lambda-apigateway',
            },
          }),
        }),
      ),
    'create',
    500,
    ['role policy'],
    /The role does not grant dynamodb:PutItem: the operation create fails/,
  ],
  [
    'the handler is not in the code, which comes before what the role lacks',
    async ({ aws: { iam, lambda }, FunctionName, RoleName }) => {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'lambda-apigateway-policy' }));
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Handler: 'index.handle' }));
    },
    'create',
    500,
    ['function handler'],
    /Lambda could not start the function\. Lambda does not find index\.handle in the code/,
  ],
  [
    'the role grants nothing',
    ({ aws: { iam }, RoleName }) =>
      iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'lambda-apigateway-policy' })),
    'delete',
    500,
    ['role policy'],
    /Without the tutorial’s policy the function may neither use the table/,
  ],
  [
    'the table is missing',
    ({ aws: { dynamodb }, lab: { table } }) =>
      dynamodb.send(new DeleteTableCommand({ TableName: table.name })),
    'read',
    400,
    ['table missing'],
    /DynamoDB has no such table, or one with another key\. The operations .* have no table/,
  ],
  [
    'a template makes another event of the body',
    async (each) => {
      const template = { op: 'add', path: '/requestTemplates/application~1json', value: '{}' } as const;
      await each.aws.apiGateway.send(
        new gateway.UpdateIntegrationCommand({ ...each.method, patchOperations: [template] }),
      );
      await deployed(each);
    },
    'ping',
    400,
    ['method integration request templates'],
    /found no such operation in what it was handed\. The function gets what the template makes/,
  ],
  [
    'the integration calls another function',
    integration({ type: 'AWS', name: 'SomeOtherFunction' }),
    'ping',
    500,
    expect.arrayContaining(['method integration URI']) as unknown as string[],
    /calls the function SomeOtherFunction, not LambdaFunctionOverHttps/,
  ],
  [
    'the integration is a proxy',
    integration({ type: 'AWS_PROXY', name: 'LambdaFunctionOverHttps' }),
    'ping',
    502,
    expect.arrayContaining(['method integration type']) as unknown as string[],
    /A proxy integration hands the function the whole HTTP request/,
  ],
  [
    'the plan’s rate was lowered',
    async (each) => {
      await planPatched('/throttle/rateLimit', '0')(each);
      await planPatched('/throttle/burstLimit', '0')(each);
    },
    'ping',
    429,
    ['usage-plan rate', 'usage-plan burst', 'usage-plan'],
    /too many requests\. Above its rate and burst the plan answers 429/,
  ],
];

describe('an answer that is a failure', () => {
  afterEach(async () => {
    lab = standing(lab, await lab.up());
  });

  test.each(ROWS.map(([name], index) => [name, index] as const))(
    'comes with its cause: %s',
    async (_name, index) => {
      const [, change, operation, status, causes, says] = ROWS[index] ?? NO_ROW;
      await change(lab);
      const before = lab.writes().length;

      const said = await ask(lab, operation);

      const { response, causes: named } = said.members as {
        response: { status: number };
        causes: { step: string; setting: string | null; why: string; commands: string[] }[];
      };
      expect([said.exitCode, response.status]).toEqual([1, status]);
      expect(
        named.map((each) =>
          `${each.step} ${each.setting ?? (each.commands.length > 0 ? 'missing' : '')}`.trim(),
        ),
      ).toEqual(causes);
      expect(said.error?.message).toMatch(says);
      expect(said.stderr).toMatch(/^Cause: step /m);
      expect(lab.writes().slice(before)).toEqual([]);
    },
  );

  test('is a rate of one, told in the singular', async () => {
    await planPatched('/throttle/rateLimit', '1')(lab);
    await planPatched('/throttle/burstLimit', '0')(lab);

    const { stderr } = await ask(lab, 'ping');

    expect(stderr).toContain('The plan Lambda-dynamoDB-usageplan allows 1 request a second, and 0 at once.');
  });

  test('is a used-up quota, which is blamed on neither rate nor burst', async () => {
    await planPatched('/quota/limit', '1', 'add')(lab);
    await planPatched('/quota/period', 'DAY', 'add')(lab);
    await ask(lab, 'ping');

    const { exitCode, error, stderr } = await ask(lab, 'ping');

    expect([exitCode, error?.message, error?.hint]).toEqual([
      1,
      expect.stringContaining('HTTP 429: the quota of the usage plan is used up.'),
      '`lab-setup up`',
    ]);
    expect(stderr).toContain('quota: expected none, found 1 a day');
    expect(`${stderr} ${error?.message ?? ''} ${error?.hint ?? ''}`).not.toMatch(/slowly|burst|a second/);
  });

  test('of another table than the lab’s own is told to come of the role’s policy', async () => {
    const { error } = await ask(lab, 'list', { table: 'other' });

    expect(error?.message).toContain(
      'is for the table lambda-apigateway alone, and the request names the table “other”',
    );
  });

  test('of a table that is not there asks for no wider policy', async () => {
    const { error, members } = await ask(lab, 'list', { table: 'nosuch' });

    expect(error?.message).toContain('the request names the table “nosuch”, which is not there');
    expect(error?.hint).toBe('Leave --table away, or name the lab’s own: --table lambda-apigateway');
    expect(JSON.stringify(members)).not.toContain('--policy');
  });

  test.each([
    ['create', { Item: {} }, 'the Item in the request lacks the key id.'],
    ['read', { Key: { name: 'x' } }, 'the Key in the request lacks id.'],
    ['read', { Key: { id: 1 } }, 'the id in the Key of the request is no string'],
    ['delete', { Key: { id: 1 } }, 'the id in the Key of the request is no string'],
    ['read', { Key: { id: '1', number: 5 } }, 'the Key in the request holds more than id: number.'],
  ] as const)(
    'of %s without the table’s key, or with more, is the caller’s own',
    async (operation, payload, says) => {
      const { error, members } = await ask(lab, operation, { payload });

      expect(error?.message).toContain(says);
      expect([error?.hint, members?.['causes']]).toEqual([
        'See the message above, and change the request.',
        [],
      ]);
    },
  );

  test('of which nothing shows in the lab says so', async () => {
    const { error, members } = await ask(lab, 'echo', { payload: { errorMessage: 'mine' } });

    expect([error?.message, error?.hint, members?.['causes']]).toEqual([
      expect.stringContaining('Nothing wrong was found in the lab’s configuration.'),
      'See what the function says of it: `lab-setup logs`',
      [],
    ]);
  });

  test.each([['text'], [null]])(
    'that is the caller’s own fault asks nothing of the lab: %j',
    async (payload) => {
      const before = lab.calls.length;

      const { exitCode, error } = await ask(lab, 'create', { payload });

      expect([exitCode, error?.message]).toEqual([1, expect.stringContaining('HTTP 400')]);
      expect(lab.calls.slice(before)).not.toContain('iam:GetRole');
    },
  );
});

describe('list', () => {
  test.each([
    ['says that the list goes on where it does', { Limit: 1 }, /^1 item, and the list goes on/m],
    ['says nothing of the kind where it ends', { Limit: 1000 }, /^(?!.*goes on)/s],
  ])('%s', async (_, payload, expected) => {
    for (const id of ['a', 'b']) await ask(lab, 'create', { id });

    expect((await ask(lab, 'list', { payload })).stderr).toMatch(expected);
  });
});

const NO_ROW: Row = ['', () => Promise.resolve(), 'ping', 0, [], /^$/];

describe('list --all', () => {
  const payload = { Limit: 2 };

  test('follows the pages to the end, an item a line', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await ask(lab, 'create', { id });

    const { stdout, exitCode, members } = await ask(lab, 'list', { all: true, payload });

    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect([exitCode, members, ids.sort()]).toEqual([0, { count: 5, pages: 3 }, ['a', 'b', 'c', 'd', 'e']]);
  });

  test.each([
    ['of 400 where no payload is given', {}, '"payload":{"Limit":400}'],
    ['as a payload has them', { payload: { Select: 'COUNT' } }, '"payload":{"Select":"COUNT"}'],
  ])('asks for pages %s', async (_, options, says) => {
    const { stderr } = await ask(lab, 'list', { all: true, ...options });

    expect(stderr).toContain(says);
  });

  test('shows each page before it asks for the next', async () => {
    const order: string[] = [];
    const onOutput = (text: string): void => {
      if (text.startsWith('HTTP 200')) order.push('page');
      if (text.startsWith('{"id"')) order.push('item');
    };

    await invoked({ aws, lab }, 'list', { all: true, payload }, { onOutput });

    expect(order).toEqual(['page', 'item', 'item', 'page', 'item', 'item', 'page', 'item']);
  });

  test('waits where the usage plan lets through fewer requests than there are pages', async () => {
    await planPatched('/throttle/burstLimit', '1')(lab);
    await planPatched('/throttle/rateLimit', '2')(lab);

    const said = await ask(lab, 'list', { all: true, payload });
    lab = standing(lab, await lab.up());

    expect(said.stderr).toContain('HTTP 429');
    // A page that is asked for again is not said again.
    expect(said.stderr.match(/^{"operation":"list"/gm)).toHaveLength(3);
    expect([said.exitCode, said.members]).toEqual([0, { count: 5, pages: 3 }]);
  });

  test('ends with what it had, and why, when a page fails', async () => {
    await lab.aws.apiGateway.send(
      new gateway.UpdateApiKeyCommand({ apiKey: lab.apiKey, ...patched('/enabled', 'false') }),
    );

    const said = await invoked({ aws, lab }, 'list', { all: true, payload }, { voice: 'json' });
    lab = standing(lab, await lab.up());

    expect([said.exitCode, said.members]).toMatchObject([
      1,
      { count: 0, pages: 0, response: { status: 403 } },
    ]);
    expect(said.error).toBeInstanceOf(LabError);
  });
});
