/** What goes wrong with role, function and table. */
import { arnsOf } from '../lab.js';
import { rolePolicy, TRUST_POLICY } from '../policies.js';
import { quoted, type Entry, type Facts } from './entry.js';

/** What each of the tutorial's six actions is for. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'dynamodb:PutItem': 'the operation create fails',
  'dynamodb:GetItem': 'the operation read fails',
  'dynamodb:UpdateItem': 'the operation update fails',
  'dynamodb:DeleteItem': 'the operation delete fails',
  'dynamodb:Scan': 'the operation list fails',
  'dynamodb:Query': 'the tutorial grants it, although none of its operations queries',
};

const functionFlag = ({ lab }: Facts): string => `--function-name ${lab.function.name}`;
const roleFlag = ({ lab }: Facts): string => `--role-name ${lab.role.name}`;
const putPolicy = (facts: Facts): string =>
  `iam put-role-policy ${roleFlag(facts)} --policy-name ${facts.lab.role.policyName} --policy-document ${json(rolePolicy('least', facts.lab, facts.place))}`;

const json = (document: object): string => quoted(JSON.stringify(document));

export const FUNCTION_ENTRIES: readonly Entry[] = [
  {
    step: 'role',
    setting: /^trust$/,
    why: () =>
      'Lambda may not assume the role, so the function cannot run: its trusted entity must be the service Lambda.',
    console: ({ lab }) =>
      `IAM > Roles > ${lab.role.name} > Trust relationships > Edit trust policy: the principal is the service lambda.amazonaws.com`,
    commands: (facts) => [
      `iam update-assume-role-policy ${roleFlag(facts)} --policy-document ${json(TRUST_POLICY)}`,
    ],
  },
  {
    step: 'role',
    setting: /^policy$/,
    why: (_facts, { expected, actual }) => {
      if (expected === 'nothing more') {
        return 'It works, and is wider than needed: whoever calls the API chooses the table name, so the function should reach its own table alone.';
      }
      const action = /\b(dynamodb|logs):\w+/.exec(String(expected))?.[0] ?? '';
      if (actual !== undefined) return `A Deny wins over every Allow: take ${action} out of it.`;
      if (action.startsWith('logs:'))
        return 'The function cannot write its log, so nothing shows why it fails.';
      const failing = OPERATIONS[action];
      return failing === undefined
        ? 'Without the tutorial’s policy the function may neither use the table nor write its log.'
        : `The role does not grant ${action}: ${failing}.`;
    },
    console: ({ lab }) =>
      `IAM > Roles > ${lab.role.name} > Permissions > the policy > Edit > JSON: paste the policy of step 1`,
    commands: (facts, { expected, actual }) => {
      const isDenied = expected !== 'nothing more' && actual !== undefined;
      // Which of them denies it is for the reader to see.
      if (isDenied)
        return ['list-role-policies', 'list-attached-role-policies'].map(
          (each) => `iam ${each} ${roleFlag(facts)}`,
        );
      return [putPolicy(facts)];
    },
  },
  {
    step: 'role',
    setting: /^given role$/,
    why: () => 'There is no such role.',
    console: () => 'IAM > Roles: look for the role that is meant',
  },
  {
    step: 'role',
    setting: 'missing',
    why: () => 'The function needs a role to act under: without it there is nothing that it may do.',
    console: () => 'IAM > Roles > Create role > AWS service > Lambda; then the policy of step 1',
    commands: (facts) => [
      `iam create-role ${roleFlag(facts)} --assume-role-policy-document ${json(TRUST_POLICY)}`,
      putPolicy(facts),
    ],
  },
  {
    step: 'function',
    setting: /^role$/,
    why: () =>
      'The function acts under another role than that of step 1, and has the permissions of that one.',
    console: ({ lab }) =>
      `Lambda > Functions > ${lab.function.name} > Configuration > Permissions > Execution role > Edit: ${lab.role.name}`,
    commands: (facts) => [
      `lambda update-function-configuration ${functionFlag(facts)} --role ${arnsOf(facts.lab, facts.place).role}`,
    ],
  },
  {
    step: 'function',
    setting: /^runtime$/,
    why: (_facts, { actual }) =>
      `AWS has retired ${String(actual)}: it gets no more fixes, and in the end the function cannot even be changed.`,
    console: ({ lab }, { expected }) =>
      `Lambda > Functions > ${lab.function.name} > Code > Runtime settings > Edit > Runtime: ${String(expected)}`,
    commands: (facts, { expected }) => [
      `lambda update-function-configuration ${functionFlag(facts)} --runtime ${String(expected)}`,
    ],
  },
  {
    step: 'function',
    setting: /^handler$/,
    why: (_facts, { actual }) =>
      `Lambda does not find ${String(actual)} in the code, so every invocation fails: the handler is the file’s name, a dot, and the function’s name.`,
    console: ({ lab }, { expected }) =>
      `Lambda > Functions > ${lab.function.name} > Code > Runtime settings > Edit > Handler: ${String(expected)}`,
    commands: (facts, { expected }) =>
      /\s/.test(String(expected))
        ? []
        : [`lambda update-function-configuration ${functionFlag(facts)} --handler ${String(expected)}`],
  },
  {
    step: 'function',
    setting: /^state$/,
    why: () => 'Lambda could not finish its last change of the function.',
    console: ({ lab }) =>
      `Lambda > Functions > ${lab.function.name}: the message at the top says what failed`,
  },
  {
    step: 'function',
    setting: /^(memory|timeout)$/,
    why: () => 'With less of it the first, cold call may not come to its end.',
    console: ({ lab }) =>
      `Lambda > Functions > ${lab.function.name} > Configuration > General configuration > Edit`,
  },
  {
    step: 'function',
    setting: /^code$/,
    why: () => 'The function runs other code than what lab-setup put there.',
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
    why: () => 'There is nothing yet that the API could call.',
    console: ({ lab }) =>
      `Lambda > Functions > Create function > Author from scratch: ${lab.function.name}, with the role of step 1`,
  },
  {
    step: 'table',
    setting: /^key$/,
    why: ({ lab }) =>
      `The function’s items are found by ${lab.table.key}, a string. A table’s key cannot be changed: it must be deleted and made again, and its items go with it.`,
    console: ({ lab }) =>
      `DynamoDB > Tables > ${lab.table.name} > Delete; then Create table with the partition key ${lab.table.key} of type String`,
    commands: (facts) => [
      `dynamodb delete-table --table-name ${facts.lab.table.name}`,
      `dynamodb wait table-not-exists --table-name ${facts.lab.table.name}`,
      createTable(facts),
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
    why: () => 'The operations create, read, update, delete and list have no table to work on.',
    console: ({ lab }) =>
      `DynamoDB > Tables > Create table: ${lab.table.name}, partition key ${lab.table.key} of type String`,
    commands: (facts) => [createTable(facts)],
  },
];

const createTable = ({ lab }: Facts): string =>
  `dynamodb create-table --table-name ${lab.table.name} --attribute-definitions AttributeName=${lab.table.key},AttributeType=S --key-schema AttributeName=${lab.table.key},KeyType=HASH --billing-mode PAY_PER_REQUEST`;
