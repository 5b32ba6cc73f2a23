import * as v from 'valibot';
import { recordOf } from '../record-of.js';
import type { PolicyDocument, PolicyStatement } from '../services/ports.js';
import { conditionsHold } from './conditions.js';
import { substitute, type RequestContext } from './context.js';
import { fits, fitsAnyCase } from './wildcard.js';

/** What a policy is asked about. */
export interface PolicyQuestion {
  /** Such as `dynamodb:PutItem`. */
  readonly action: string;
  /** An ARN, or `*` for actions that have no resource. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** How policies answer: an explicit Deny wins over every Allow, and what nothing allows is denied. */
export type Decision = 'allowed' | 'not-allowed' | 'denied';

/** What the identity-based policies of a caller say to `question`. */
export function decide(documents: readonly PolicyDocument[], question: PolicyQuestion): Decision {
  return decisionOf(
    documents.flatMap(({ Statement }) => Statement).filter((each) => concerns(each, question)),
  );
}

/**
 * Whether a resource policy (of a function) or a trust policy (of a role) lets an AWS service act.
 * `request.service` is the service principal, such as `apigateway.amazonaws.com`.
 */
export function allowsService(
  document: PolicyDocument,
  request: PolicyQuestion & { readonly service: string },
): boolean {
  const about = document.Statement.filter(
    (statement) => names(statement.Principal, 'Service', request.service) && concerns(statement, request),
  );
  return decisionOf(about) === 'allowed';
}

/**
 * Whether a trust policy lets an IAM principal of its own account act. `through: 'account'` means that it trusts the
 * account, which leaves the last word to the principal's own policies; `'principal'` means that it names the principal.
 */
export function trustOf(
  document: PolicyDocument,
  question: PolicyQuestion & { readonly account: string; readonly arns: readonly string[] },
): { readonly decision: Decision; readonly through: 'principal' | 'account' } {
  const about = document.Statement.filter((statement) => concerns(statement, question));
  const byName = about.filter(({ Principal }) => question.arns.some((arn) => namesArn(Principal, arn)));
  const account = [question.account, `arn:aws:iam::${question.account}:root`];
  const byAccount = about.filter(({ Principal }) => account.some((name) => namesArn(Principal, name)));
  const decision = decisionOf([...byName, ...byAccount]);
  return { decision, through: decisionOf(byName) === 'allowed' ? 'principal' : 'account' };
}

function decisionOf(statements: readonly PolicyStatement[]): Decision {
  if (statements.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return statements.some(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'not-allowed';
}

/** Whether action, resource and conditions of a statement fit; a trust policy has no resource and means its role. */
function concerns(statement: PolicyStatement, question: PolicyQuestion): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const isAction = (pattern: string): boolean => fitsAnyCase(pattern, question.action);
  const isResource = (pattern: string): boolean =>
    fits(substitute(pattern, question.context), question.resource);
  return (
    (Action ? Action.some(isAction) : NotAction !== undefined && !NotAction.some(isAction)) &&
    (Resource ? Resource.some(isResource) : !(NotResource ?? []).some(isResource)) &&
    conditionsHold(statement.Condition, question.context)
  );
}

function names(principal: PolicyStatement['Principal'], kind: string, wanted: string): boolean {
  if (principal === undefined) return false;
  if (principal === '*') return true;
  return (principal[kind] ?? []).includes(wanted) || (principal['AWS'] ?? []).includes('*');
}

function namesArn(principal: PolicyStatement['Principal'], arn: string): boolean {
  if (principal === undefined) return false;
  return principal === '*' || (principal['AWS'] ?? []).some((each) => each === arn || each === '*');
}

/** A condition's value may be a string, a number or a boolean; all are compared as text. */
const scalarSchema = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));
const listSchema = v.union([
  v.pipe(
    v.string(),
    v.transform((one) => [one]),
  ),
  v.array(v.string()),
]);
const valuesSchema = v.union([
  v.pipe(
    scalarSchema,
    v.transform((one) => [one]),
  ),
  v.array(scalarSchema),
]);
const principalSchema = v.union([v.literal('*'), recordOf(v.string(), listSchema)]);

const statementSchema = v.object({
  Effect: v.picklist(['Allow', 'Deny']),
  Action: v.exactOptional(listSchema),
  NotAction: v.exactOptional(listSchema),
  Resource: v.exactOptional(listSchema),
  NotResource: v.exactOptional(listSchema),
  Principal: v.exactOptional(principalSchema),
  Condition: v.exactOptional(recordOf(v.string(), recordOf(v.string(), valuesSchema))),
});

/** A policy document as JSON already parsed; its scalars become lists. */
export const policySchema = v.object({
  Statement: v.union([
    v.pipe(
      statementSchema,
      v.transform((one) => [one]),
    ),
    v.array(statementSchema),
  ]),
});

/**
 * Reads a policy document, given as JSON already parsed: scalars become lists.
 * @throws v.ValiError when it is not a policy.
 */
export function parsePolicy(json: unknown): PolicyDocument {
  return v.parse(policySchema, json);
}
