/** Each permission that the lab needs is taken away, one at a time: the error names it, and giving it back heals. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { explain } from '../../src/aws/origin.js';
import { openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { openSession, type Grant, type Session } from '../_helpers/session.js';

const ROLE = 'arn:aws:iam::000000000000:role/lambda-apigateway-role*';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:LambdaFunctionOverHttps*';
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/lambda-apigateway*';
const GROUP = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/LambdaFunctionOverHttps*';
const GATEWAY = 'arn:aws:apigateway:us-east-1::';

const each = (resource: string, ...actions: string[]): Grant[] =>
  actions.map((action) => ({ action, resource }));

/** All that `up` and `status` ask for, in the order of the steps. */
const UP: readonly Grant[] = [
  ...each(ROLE, 'iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'),
  ...each(ROLE, 'iam:CreateRole', 'iam:TagRole', 'iam:PutRolePolicy', 'iam:PassRole'),
  ...each(FUNCTION, 'lambda:GetFunction', 'lambda:GetFunctionConfiguration', 'lambda:GetPolicy'),
  ...each(FUNCTION, 'lambda:ListTags'),
  ...each(FUNCTION, 'lambda:CreateFunction', 'lambda:TagResource', 'lambda:AddPermission'),
  ...each('*', 'logs:DescribeLogGroups'),
  ...each(GROUP, 'logs:ListTagsForResource', 'logs:CreateLogGroup', 'logs:TagResource'),
  ...each(TABLE, 'dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource'),
  ...each(TABLE, 'dynamodb:CreateTable', 'dynamodb:TagResource'),
  ...each(`${GATEWAY}/restapis`, 'apigateway:GET', 'apigateway:POST'),
  ...each(`${GATEWAY}/restapis/*/resources`, 'apigateway:GET'),
  ...each(`${GATEWAY}/restapis/*/resources/*`, 'apigateway:POST', 'apigateway:PUT'),
  ...each(`${GATEWAY}/restapis/*/deployments`, 'apigateway:GET', 'apigateway:POST'),
  ...each(`${GATEWAY}/restapis/*/stages`, 'apigateway:GET'),
  ...each(`${GATEWAY}/restapis/*/stages/Prod`, 'apigateway:PATCH'),
  ...each(`${GATEWAY}/tags/*`, 'apigateway:PUT'),
  ...each(`${GATEWAY}/apikeys`, 'apigateway:GET', 'apigateway:POST'),
  ...each(`${GATEWAY}/usageplans`, 'apigateway:GET', 'apigateway:POST'),
  ...each(`${GATEWAY}/usageplans/*/keys`, 'apigateway:GET', 'apigateway:POST'),
];

/** What `down` asks for besides. */
const DOWN: readonly Grant[] = [
  ...each(ROLE, 'iam:DeleteRolePolicy', 'iam:DeleteRole'),
  ...each(FUNCTION, 'lambda:DeleteFunction'),
  ...each(TABLE, 'dynamodb:DeleteTable'),
  ...each(GROUP, 'logs:DeleteLogGroup'),
  ...each(`${GATEWAY}/restapis/??????????`, 'apigateway:DELETE'),
  ...each(`${GATEWAY}/restapis/*/stages/Prod`, 'apigateway:DELETE'),
  ...each(`${GATEWAY}/apikeys/*`, 'apigateway:DELETE'),
  ...each(`${GATEWAY}/usageplans/??????`, 'apigateway:GET', 'apigateway:PATCH', 'apigateway:DELETE'),
];

const ALL = [...UP, ...DOWN];
const without = (missing: Grant): Grant[] => ALL.filter((grant) => grant !== missing);
const rows = (grants: readonly Grant[]) =>
  grants.map((grant, index) => [grant.action, grant.resource, grant, index] as const);

let aws: TestAws;
let session: Session;
beforeAll(async () => {
  aws = await startTestAws();
  session = await openSession(aws, 'learner');
});
afterAll(() => aws.stop());

/** The lab as the learner has it, and as the account's owner sees it. */
async function openBoth(name: string): Promise<{ lab: TestLab; seen: TestLab }> {
  return { lab: await openLab(session.aws, name), seen: await openLab(aws, name) };
}

/** The error in the reader's words, and whether it says what to ask for. */
function tells(report: { readonly kind: string; readonly error?: unknown }, { action }: Grant) {
  const error = explain(report.error);
  return {
    kind: report.kind,
    code: error?.code,
    names: error?.message.includes(action),
    asksFor: error?.hint?.includes(`the permission ${action} on `),
  };
}

const REFUSED = { kind: 'failed', code: 'denied', names: true, asksFor: true };

/** Steps that a report calls done and that are not in order. */
const untrue = (done: Record<string, string>, states: Record<string, string>): string[] =>
  Object.keys(done).filter(
    (id) => ['created', 'repaired', 'unchanged'].includes(done[id] ?? '') && states[id] !== 'in-order',
  );

test('these permissions are all that up, status and down need', async () => {
  await session.allow(ALL);
  const { lab } = await openBoth('modest');

  const kinds = [(await lab.up()).kind, (await lab.up()).kind];
  const { ok } = await lab.status();
  const down = await lab.down();

  expect({ kinds, ok, down: down.kind === 'down' && down.clean }).toEqual({
    kinds: ['up', 'up'],
    ok: true,
    down: true,
  });
});

describe('up without one permission', () => {
  test.each(rows(UP))(
    'names it, stands by what it says, and goes on once it is given: %s on %s',
    async (_action, _resource, missing, index) => {
      await session.allow(without(missing));
      const { lab, seen } = await openBoth(`less-${index}-x`);

      const first = await lab.up();
      // What only a lab that stands is asked for is missed by the second run.
      const refused = first.kind === 'up' ? await lab.up() : first;
      const states = outcomes(await seen.status());
      await session.allow(ALL);
      const healed = await lab.up();
      const { ok } = await seen.status();
      const down = await lab.down();
      aws.release();

      expect(tells(refused, missing)).toEqual(REFUSED);
      expect(untrue(outcomes(refused), states)).toEqual([]);
      expect({ healed: healed.kind, ok, down: down.kind === 'down' && down.clean }).toEqual({
        healed: 'up',
        ok: true,
        down: true,
      });
    },
  );
});

describe('down without one permission', () => {
  test.each(rows(DOWN))(
    'names it, leaves what it says, and ends once it is given: %s on %s',
    async (_action, _resource, missing, index) => {
      const { lab, seen } = await openBoth(`stuck-${index}-x`);
      await session.allow(ALL);
      await lab.up();
      await session.allow(without(missing));

      const refused = await lab.down();
      const states = outcomes(await seen.status());
      await session.allow(ALL);
      const ended = await lab.down();
      aws.release();

      expect(tells(refused, missing)).toEqual(REFUSED);
      const { steps } = refused;
      expect(steps.filter(({ id, outcome }) => outcome === 'removed' && states[id] !== 'missing')).toEqual(
        [],
      );
      expect(ended.kind === 'down' && ended.clean).toBe(true);
    },
  );
});
