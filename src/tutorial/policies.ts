import type { Place } from '../aws/target.js';
import { arnsOf, type Lab, type PolicyChoice } from './lab.js';

/** A policy document; statements as AWS writes them. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/** Who may assume the role: Lambda, as the tutorial's "Trusted entity" says. */
export const TRUST_POLICY: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** The tutorial's Sid, kept so that the two policies are plain to compare. */
const TUTORIAL_SID = 'Stmt1428341300017';

const DYNAMODB_ACTIONS = [
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'dynamodb:UpdateItem',
];

const LOGS_ACTIONS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** The role's inline policy for this choice. */
export function rolePolicy(choice: PolicyChoice, lab: Lab, place: Place): PolicyDocument {
  return choice === 'tutorial' ? tutorialPolicy() : leastPolicy(lab, place);
}

/** The tutorial's document, word for word: every table and every log group of the account. */
function tutorialPolicy(): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: TUTORIAL_SID, Action: DYNAMODB_ACTIONS, Effect: 'Allow', Resource: '*' },
      { Sid: '', Resource: '*', Action: LOGS_ACTIONS, Effect: 'Allow' },
    ],
  };
}

/** The same actions on the lab's own table and log group alone, because the caller of the API chooses `tableName`. */
function leastPolicy(lab: Lab, place: Place): PolicyDocument {
  const arns = arnsOf(lab, place);
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: TUTORIAL_SID, Action: DYNAMODB_ACTIONS, Effect: 'Allow', Resource: arns.table },
      // AWS asks for the one form or the other, depending on the action.
      { Sid: '', Resource: [arns.logGroup, `${arns.logGroup}:*`], Action: LOGS_ACTIONS, Effect: 'Allow' },
    ],
  };
}

/** IAM returns documents percent-encoded (aws-facts 2.1). Undefined when it is not JSON. */
export function decodePolicy(document: string | undefined): unknown {
  try {
    return JSON.parse(decodeURIComponent(document ?? ''));
  } catch {
    return undefined;
  }
}

/** Members whose order and whose scalar-or-list form mean nothing (aws-facts 2.1). */
const SETS = new Set(['Action', 'NotAction', 'Resource', 'NotResource', 'Service', 'AWS', 'Federated']);

/** The document in the one form that equal policies share: scalars as lists, sets sorted, an empty Sid left out. */
export function canonicalPolicy(value: unknown, member = ''): unknown {
  if (member === 'Statement' && !Array.isArray(value)) return canonicalPolicy([value], member);
  if (SETS.has(member)) return (Array.isArray(value) ? value.map(String) : [String(value)]).sort();
  if (Array.isArray(value)) return value.map((item) => canonicalPolicy(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, item]) => !(name === 'Sid' && item === ''))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, canonicalPolicy(item, name)]),
  );
}
