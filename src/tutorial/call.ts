import type { Lab } from './lab.js';

/** The services that the lab calls, as the aws CLI and IAM's actions spell them. */
export type Service = 'sts' | 'iam' | 'lambda' | 'dynamodb' | 'apigateway' | 'logs';

/** One AWS call of a lesson or of an advice, as data: what is sent, and what of the answer is kept. */
export interface Call {
  readonly service: Service;
  /** Such as `CreateRole`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The shell variable that keeps a part of the answer; `query` is a path in it, or a filter on a list (JMESPath). */
  readonly capture?: { readonly variable: Variable; readonly query: string };
  /** Asked again until this waiter of the aws CLI is content. */
  readonly until?: Waiter;
}

/** The waiters of the aws CLI that lessons and advice use, with what each waits for. */
export const WAITERS = {
  'role-exists': 'the role is there',
  'function-active-v2': 'State is Active',
  'table-exists': 'TableStatus is ACTIVE',
  'table-not-exists': 'the table is gone',
} as const;
export type Waiter = keyof typeof WAITERS;

/** The shell variables of the lessons. AWS_REGION comes from `lab-setup env`. */
const VARIABLES = [
  'AWS_REGION',
  'ACCOUNT_ID',
  'ROLE_ARN',
  'API_ID',
  'ROOT_ID',
  'RESOURCE_ID',
  'DEPLOYMENT_ID',
  'KEY_ID',
  'PLAN_ID',
] as const;
export type Variable = (typeof VARIABLES)[number];

/** What stands for each variable in a request: itself as `$API_ID`, or the id where it is known by now. */
export type Ids = Readonly<Record<Variable, string>>;

export const UNKNOWN_IDS: Ids = {
  AWS_REGION: '$AWS_REGION',
  ACCOUNT_ID: '$ACCOUNT_ID',
  ROLE_ARN: '$ROLE_ARN',
  API_ID: '$API_ID',
  ROOT_ID: '$ROOT_ID',
  RESOURCE_ID: '$RESOURCE_ID',
  DEPLOYMENT_ID: '$DEPLOYMENT_ID',
  KEY_ID: '$KEY_ID',
  PLAN_ID: '$PLAN_ID',
};

/** The call that finds a variable's value in a new shell; undefined for those that last no longer than a lesson. */
function findingCall(variable: Variable, lab: Lab): Call | undefined {
  const find = (service: Service, operation: string, input: Call['input'], query: string): Call => ({
    service,
    operation,
    input,
    capture: { variable, query },
  });
  const named = (name: string): string => `items[?name=='${name}'].id`;
  const atPath = (path: string): string => `items[?path=='${path}'].id`;
  const restApiId = UNKNOWN_IDS.API_ID;
  switch (variable) {
    case 'ACCOUNT_ID':
      return find('sts', 'GetCallerIdentity', {}, 'Account');
    case 'ROLE_ARN':
      return find('iam', 'GetRole', { RoleName: lab.role.name }, 'Role.Arn');
    case 'API_ID':
      return find('apigateway', 'GetRestApis', {}, named(lab.api.name));
    case 'ROOT_ID':
      return find('apigateway', 'GetResources', { restApiId }, atPath('/'));
    case 'RESOURCE_ID':
      return find('apigateway', 'GetResources', { restApiId }, atPath(lab.resource.path));
    case 'KEY_ID':
      return find('apigateway', 'GetApiKeys', {}, named(lab.key.name));
    case 'PLAN_ID':
      return find('apigateway', 'GetUsagePlans', {}, named(lab.usagePlan.name));
    case 'AWS_REGION':
    case 'DEPLOYMENT_ID':
      return undefined;
  }
}

const VARIABLE = new RegExp(`\\$(${VARIABLES.join('|')})\\b`, 'g');

/** The variables that stand in a call's input. */
function variablesIn({ input }: Pick<Call, 'input'>): Variable[] {
  const text = JSON.stringify(input);
  return VARIABLES.filter((each) => new RegExp(`\\$${each}\\b`).test(text));
}

/** Text cut at its variables: what is at odd places is one, such as `$API_ID`. */
export const cutAtVariables = (text: string): string[] =>
  text.split(VARIABLE).map((part, index) => (index % 2 === 1 ? `$${part}` : part));

/** What must be found first in a new shell, so that these calls can be made: their variables, and those of the look-ups. */
export function neededFirst(calls: readonly Call[], lab: Lab): Call[] {
  const known = new Set<Variable>(['AWS_REGION']);
  const first: Call[] = [];
  const need = (call: Call): void => {
    for (const variable of variablesIn(call)) {
      if (known.has(variable)) continue;
      known.add(variable);
      const finding = findingCall(variable, lab);
      if (!finding) continue;
      need(finding);
      first.push(finding);
    }
  };
  for (const call of calls) {
    need(call);
    if (call.capture) known.add(call.capture.variable);
  }
  return first;
}
