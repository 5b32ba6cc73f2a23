/** What goes wrong with role, function and table. */
import type { Call } from '../call.js';
import type { Difference } from '../difference.js';
import { isDenial, isExcess, matchesWildcards, NOTHING_MORE } from '../grants.js';
import { arnsOf, type Lab } from '../lab.js';
import { ZIP_FILE } from '../lesson.js';
import { TRUST_POLICY } from '../policies.js';
import { createTable, putRolePolicy } from '../requests.js';
import { isListedAsRetired } from '../runtimes.js';
import { letInvoke } from './api.js';
import { call, type Entry, type Facts } from './entry.js';
import { TABLE_ACTIONS } from './way.js';

const ALL_ACTIONS = Object.values(TABLE_ACTIONS);

/** The action that a difference of a policy is about, as `dynamodb:PutItem`; undefined where it is about all. */
const actionIn = ({ expected, actual }: Difference): string | undefined =>
  /\b(?:dynamodb|logs):[\w*]+/.exec(String(expected === NOTHING_MORE ? actual : expected))?.[0];

/** What fails without one of the tutorial's six actions. */
function failingWithout(action: string): string {
  const [operation] = Object.entries(TABLE_ACTIONS).find(([, needed]) => needed === action) ?? [];
  return operation === undefined
    ? 'the tutorial grants it, although none of its operations queries'
    : `the operation ${operation} fails`;
}

/** Of a setting that is a number. */
const isMore = ({ expected, actual }: Difference): boolean => Number(actual) > Number(expected);

const updateFunction = ({ lab }: Facts, change: Call['input']): Call =>
  call('lambda', 'UpdateFunctionConfiguration', { FunctionName: lab.function.name, ...change });

const givePolicy = ({ lab, place }: Facts): Call =>
  call('iam', 'PutRolePolicy', putRolePolicy(lab, place, 'least'));

/** The role that the function is to have: the lab's own, or one that was given. */
function roleIn({ lab, things: { role } }: Facts): string {
  return role?.given ? role.arn.slice(role.arn.lastIndexOf('/') + 1) : lab.role.name;
}

const TRUST = JSON.stringify(TRUST_POLICY);

export const FUNCTION_ENTRIES: readonly Entry[] = [
  {
    step: 'role',
    setting: /^trust$/,
    stops: (difference) => (isExcess(difference) ? [] : ['call', 'start']),
    why: (_facts, difference) =>
      isExcess(difference)
        ? 'It works, and is wider than needed: somebody else than Lambda may act under the role as well.'
        : 'Lambda may not assume the role, so the function cannot run: its trusted entity must be the service Lambda.',
    console: (facts) =>
      `IAM > Roles > ${roleIn(facts)} > Trust relationships > Edit trust policy: the principal is the service lambda.amazonaws.com`,
    calls: (facts) => [
      call('iam', 'UpdateAssumeRolePolicy', { RoleName: facts.lab.role.name, PolicyDocument: TRUST }),
    ],
  },
  {
    step: 'role',
    setting: /^policy$/,
    stops: (difference) => {
      const action = actionIn(difference) ?? '*';
      return isExcess(difference) ? [] : ALL_ACTIONS.filter((each) => matchesWildcards(action, each));
    },
    why: (_facts, difference) => {
      const action = actionIn(difference);
      if (isDenial(difference)) return `A Deny wins over every Allow: take ${action ?? 'it'} out of it.`;
      if (isExcess(difference)) {
        return 'It works, and is wider than needed: whoever calls the API chooses the table name, so the function should reach its own table alone.';
      }
      if (action === undefined)
        return 'Without the tutorial’s policy the function may neither use the table nor write its log.';
      if (action.startsWith('logs:'))
        return 'The function cannot write its log, so nothing shows why it fails.';
      return `The role does not grant ${action}: ${failingWithout(action)}.`;
    },
    console: ({ lab }, difference) => {
      const isNone = difference.actual === undefined && actionIn(difference) === undefined;
      const where = isNone ? 'Add permissions > Create inline policy' : 'the policy > Edit';
      return `IAM > Roles > ${lab.role.name} > Permissions > ${where} > JSON: paste the policy of step 1`;
    },
    calls: (facts, difference) => {
      // No one line takes away what is granted too much, and it works as it is.
      if (isExcess(difference)) return [];
      // Which of them denies it is for the reader to see: another one beside it would not help.
      if (difference.actual !== undefined)
        return ['ListRolePolicies', 'ListAttachedRolePolicies'].map((each) =>
          call('iam', each, { RoleName: facts.lab.role.name }),
        );
      return [givePolicy(facts)];
    },
  },
  {
    step: 'role',
    setting: /^owner$/,
    why: () => 'IAM knows one role of a name, whatever the region, and another lab works with this one.',
    console: ({ lab }) =>
      `IAM > Roles > ${lab.role.name}: leave it as it is; take that lab down first, or give this one another name (--lab)`,
  },
  {
    step: 'role',
    setting: /^given role$/,
    stops: () => ['call', 'start'],
    why: () => 'There is no such role.',
    console: () => 'IAM > Roles: look for the role that is meant',
  },
  {
    step: 'role',
    setting: 'missing',
    stops: () => ['call', 'start', ...ALL_ACTIONS],
    why: () => 'The function needs a role to act under: without it there is nothing that it may do.',
    console: () => 'IAM > Roles > Create role > AWS service > Lambda; then the policy of step 1',
    calls: (facts) => [
      call('iam', 'CreateRole', { RoleName: facts.lab.role.name, AssumeRolePolicyDocument: TRUST }),
      givePolicy(facts),
    ],
  },
  {
    step: 'function',
    setting: /^role$/,
    stops: () => ALL_ACTIONS,
    why: () =>
      'The function acts under another role than that of step 1, and has the permissions of that one.',
    console: ({ lab }) =>
      `Lambda > Functions > ${lab.function.name} > Configuration > Permissions > Execution role > Edit: ${lab.role.name}`,
    calls: (facts) => [updateFunction(facts, { Role: roleArn(facts) })],
  },
  {
    step: 'function',
    setting: /^runtime$/,
    stops: () => ['code'],
    why: (_facts, { expected, actual }) =>
      isListedAsRetired(String(actual))
        ? `AWS has retired ${String(actual)}: it gets no more fixes, and in the end the function cannot even be changed.`
        : `The lab’s code is written for ${String(expected)}, and runs on ${String(actual)}.`,
    console: ({ lab }, { expected }) =>
      `Lambda > Functions > ${lab.function.name} > Code > Runtime settings > Edit > Runtime: ${String(expected)}`,
    calls: (facts, { expected }) => [updateFunction(facts, { Runtime: expected })],
  },
  {
    step: 'function',
    setting: /^handler$/,
    stops: () => ['start'],
    why: (_facts, { actual }) =>
      `Lambda does not find ${String(actual)} in the code, so every invocation fails: the handler is the file’s name, a dot, and the function’s name.`,
    console: ({ lab }, { expected }) => handlerConsole(lab, isHandlerName(expected) ? expected : undefined),
    calls: (facts, { expected }) =>
      isHandlerName(expected) ? [updateFunction(facts, { Handler: expected })] : [],
  },
  {
    step: 'function',
    setting: /^state$/,
    stops: () => ['call', 'start'],
    why: () => 'Lambda could not finish its last change of the function.',
    console: ({ lab }) =>
      `Lambda > Functions > ${lab.function.name}: the message at the top says what failed`,
  },
  {
    step: 'function',
    setting: /^throttle$/,
    stops: () => ['call'],
    why: () =>
      'Lambda lets no invocation through: the reserved concurrency is 0, as the console’s button Throttle sets it.',
    console: ({ lab }) =>
      `Lambda > Functions > ${lab.function.name} > Configuration > Concurrency > Edit: Use unreserved account concurrency`,
    calls: ({ lab }) => [call('lambda', 'DeleteFunctionConcurrency', { FunctionName: lab.function.name })],
  },
  {
    step: 'function',
    setting: /^(memory|timeout)$/,
    stops: (about) => (isMore(about) ? [] : ['capacity']),
    why: (_facts, about) =>
      isMore(about)
        ? 'It works, and is more than needed: a call may cost more.'
        : `With less ${about.setting === 'timeout' ? 'time' : 'memory'} than the lab’s the first, cold call may not come to its end.`,
    console: ({ lab }) =>
      `Lambda > Functions > ${lab.function.name} > Configuration > General configuration > Edit`,
  },
  {
    step: 'function',
    setting: /^code$/,
    stops: () => ['code'],
    why: () => 'The function runs other code than this lab-setup ships.',
    console: ({ lab }) => `Lambda > Functions > ${lab.function.name} > Code`,
  },
  {
    step: 'function',
    setting: /^log group$/,
    why: () => 'Without it Lambda makes one at the next call, which would be left behind.',
    console: ({ lab }) => `CloudWatch > Log groups > Create log group: ${lab.function.logGroup}`,
  },
  {
    step: 'function',
    setting: / tag$/,
    why: () => 'By this tag later commands know what was chosen for the lab.',
    console: ({ lab }) => `Lambda > Functions > ${lab.function.name} > Configuration > Tags`,
  },
  {
    step: 'function',
    setting: 'missing',
    stops: () => ['call'],
    why: () => 'There is nothing yet that the API could call.',
    console: ({ lab }) =>
      `Lambda > Functions > Create function > Author from scratch: ${lab.function.name}, with the role of step 1`,
    before: ['steps function --zip'],
    calls: (facts) => [...makeFunction(facts), ...(facts.things.api ? letInvoke(facts) : [])],
  },
  {
    step: 'table',
    setting: /^key$/,
    stops: () => ['table'],
    why: ({ lab }) =>
      `The function’s items are found by ${lab.table.key}, a string. A table’s key cannot be changed: it must be deleted and made again, and its items go with it.`,
    console: ({ lab }) =>
      `DynamoDB > Tables > ${lab.table.name} > Delete; then Create table with the partition key ${lab.table.key} of type String`,
    calls: (facts) => [
      call('dynamodb', 'DeleteTable', { TableName: facts.lab.table.name }),
      {
        ...call('dynamodb', 'DescribeTable', { TableName: facts.lab.table.name }),
        until: 'table-not-exists',
      },
      makeTable(facts),
    ],
  },
  {
    step: 'table',
    setting: /^billing$/,
    why: () => 'Provisioned throughput is billed by the hour, used or not.',
    console: ({ lab }) =>
      `DynamoDB > Tables > ${lab.table.name} > Additional settings > Read/write capacity: On-demand`,
  },
  {
    step: 'table',
    setting: 'missing',
    stops: () => ['table'],
    why: () => 'The operations create, read, update, delete and list have no table to work on.',
    console: ({ lab }) =>
      `DynamoDB > Tables > Create table: ${lab.table.name}, partition key ${lab.table.key} of type String`,
    calls: (facts) => [makeTable(facts)],
  },
];

/** Anything but a name says what the code lacks. */
const isHandlerName = (expected: unknown): expected is string =>
  typeof expected === 'string' && !/\s/.test(expected);

/** Where the handler is set; without a name, what it is made of. */
export const handlerConsole = (lab: Lab, name = 'the file’s name, a dot, and the function’s name'): string =>
  `Lambda > Functions > ${lab.function.name} > Code > Runtime settings > Edit > Handler: ${name}`;

/** That of the role that is there, which may stand under a path. */
const roleArn = ({ lab, place, things }: Facts): string => things.role?.arn ?? arnsOf(lab, place).role;

/** The lab's own code, from the zip that `steps function --zip` writes, without the lab's tags. */
function makeFunction(facts: Facts): Call[] {
  const { name: FunctionName, runtime, handler, memory, timeout } = facts.lab.function;
  return [
    call('lambda', 'CreateFunction', {
      FunctionName,
      Runtime: runtime,
      Handler: handler,
      MemorySize: memory,
      Timeout: timeout,
      Role: roleArn(facts),
      Code: { ZipFile: ZIP_FILE },
    }),
    { ...call('lambda', 'GetFunction', { FunctionName }), until: 'function-active-v2' },
  ];
}

/** Without the lab's tag: whoever types it makes it by hand. */
function makeTable({ lab }: Facts): Call {
  const members = Object.entries(createTable(lab)).filter(([member]) => member !== 'Tags');
  return call('dynamodb', 'CreateTable', Object.fromEntries(members));
}
