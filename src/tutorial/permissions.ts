import type { Place } from '../aws/target.js';
import type { Call } from './call.js';
import { arnsOf, type Lab } from './lab.js';
import type { PolicyDocument } from './policies.js';

/** What a permission is for. IAM's, Lambda's, DynamoDB's and Logs' have names; API Gateway's ids are not known beforehand. */
type Scope =
  | 'role'
  | 'passed role'
  | 'function'
  | 'table'
  | 'log group'
  | 'tags of the log group'
  | 'all log groups'
  | 'APIs'
  | 'in APIs'
  | 'keys'
  | 'in keys'
  | 'plans'
  | 'in plans'
  | 'tags';

/** The ARNs of a scope, as policies name them. Where AWS knows no names for an action, it is `*`. */
function arnsIn(scope: Scope, lab: Lab, place: Place): string {
  const arns = arnsOf(lab, place);
  const gateway = `arn:${place.partition}:apigateway:${place.region}::`;
  switch (scope) {
    case 'role':
    case 'passed role':
      return arns.role;
    case 'function':
      return arns.function;
    case 'table':
      return arns.table;
    // AWS compares most calls on a group with its ARN and `:log-stream:` behind it (service authorization reference).
    case 'log group':
      return `${arns.logGroup}:*`;
    case 'tags of the log group':
      return arns.logGroup;
    case 'all log groups':
      return `arn:${place.partition}:logs:${place.region}:${place.account}:log-group:*`;
    case 'APIs':
      return `${gateway}/restapis`;
    case 'in APIs':
      return `${gateway}/restapis/*`;
    case 'keys':
      return `${gateway}/apikeys`;
    case 'in keys':
      return `${gateway}/apikeys/*`;
    case 'plans':
      return `${gateway}/usageplans`;
    case 'in plans':
      return `${gateway}/usageplans/*`;
    case 'tags':
      return `${gateway}/tags/*`;
  }
}

type Need = readonly [action: string, scope: Scope];

const GET_API: Need = ['apigateway:GET', 'in APIs'];
const PUT_API: Need = ['apigateway:PUT', 'in APIs'];
const POST_API: Need = ['apigateway:POST', 'in APIs'];
/** API Gateway asks for it when something is made with tags (seen in messages of AWS: apigateway:PUT on …/tags/…). */
const TAG: Need = ['apigateway:PUT', 'tags'];

/**
 * What each call that lab-setup makes of a lab must be allowed: those of up, test-echo, invoke, items, status, logs and down
 * on a lab of its own, and of the lessons. Source: the service authorization reference of each service.
 */
const NEEDS: Readonly<Record<string, readonly Need[]>> = {
  // Whoever has credentials may ask whose they are.
  'sts:GetCallerIdentity': [],
  'iam:GetRole': [['iam:GetRole', 'role']],
  'iam:GetRolePolicy': [['iam:GetRolePolicy', 'role']],
  'iam:ListRolePolicies': [['iam:ListRolePolicies', 'role']],
  'iam:ListAttachedRolePolicies': [['iam:ListAttachedRolePolicies', 'role']],
  'iam:CreateRole': [
    ['iam:CreateRole', 'role'],
    ['iam:TagRole', 'role'],
  ],
  'iam:PutRolePolicy': [['iam:PutRolePolicy', 'role']],
  'iam:DeleteRolePolicy': [['iam:DeleteRolePolicy', 'role']],
  'iam:DeleteRole': [['iam:DeleteRole', 'role']],
  // GetFunction shows the tags only to those who may list them.
  'lambda:GetFunction': [
    ['lambda:GetFunction', 'function'],
    ['lambda:ListTags', 'function'],
  ],
  'lambda:GetFunctionConfiguration': [['lambda:GetFunctionConfiguration', 'function']],
  'lambda:CreateFunction': [
    ['lambda:CreateFunction', 'function'],
    ['lambda:TagResource', 'function'],
    ['iam:PassRole', 'passed role'],
  ],
  'lambda:GetPolicy': [['lambda:GetPolicy', 'function']],
  'lambda:AddPermission': [['lambda:AddPermission', 'function']],
  'lambda:Invoke': [['lambda:InvokeFunction', 'function']],
  'lambda:DeleteFunction': [['lambda:DeleteFunction', 'function']],
  'logs:DescribeLogGroups': [['logs:DescribeLogGroups', 'all log groups']],
  'logs:ListTagsForResource': [['logs:ListTagsForResource', 'tags of the log group']],
  'logs:CreateLogGroup': [
    ['logs:CreateLogGroup', 'log group'],
    ['logs:TagResource', 'tags of the log group'],
  ],
  'logs:FilterLogEvents': [['logs:FilterLogEvents', 'log group']],
  'logs:DeleteLogGroup': [['logs:DeleteLogGroup', 'log group']],
  'dynamodb:DescribeTable': [['dynamodb:DescribeTable', 'table']],
  'dynamodb:ListTagsOfResource': [['dynamodb:ListTagsOfResource', 'table']],
  'dynamodb:CreateTable': [
    ['dynamodb:CreateTable', 'table'],
    ['dynamodb:TagResource', 'table'],
  ],
  'dynamodb:Scan': [['dynamodb:Scan', 'table']],
  'dynamodb:DeleteTable': [['dynamodb:DeleteTable', 'table']],
  'apigateway:GetRestApis': [['apigateway:GET', 'APIs']],
  'apigateway:CreateRestApi': [['apigateway:POST', 'APIs'], TAG],
  'apigateway:GetRestApi': [GET_API],
  'apigateway:GetResources': [GET_API],
  'apigateway:GetMethod': [GET_API],
  'apigateway:GetStages': [GET_API],
  'apigateway:GetStage': [GET_API],
  'apigateway:GetDeployments': [GET_API],
  'apigateway:GetExport': [GET_API],
  'apigateway:CreateResource': [POST_API],
  'apigateway:PutMethod': [PUT_API],
  'apigateway:PutMethodResponse': [PUT_API],
  'apigateway:PutIntegration': [PUT_API],
  'apigateway:PutIntegrationResponse': [PUT_API],
  'apigateway:CreateDeployment': [POST_API],
  'apigateway:TagResource': [TAG],
  'apigateway:UpdateStage': [['apigateway:PATCH', 'in APIs']],
  'apigateway:DeleteStage': [['apigateway:DELETE', 'in APIs']],
  'apigateway:DeleteRestApi': [['apigateway:DELETE', 'in APIs']],
  'apigateway:GetApiKeys': [['apigateway:GET', 'keys']],
  'apigateway:CreateApiKey': [['apigateway:POST', 'keys'], TAG],
  'apigateway:GetApiKey': [['apigateway:GET', 'in keys']],
  'apigateway:DeleteApiKey': [['apigateway:DELETE', 'in keys']],
  'apigateway:GetUsagePlans': [['apigateway:GET', 'plans']],
  'apigateway:CreateUsagePlan': [['apigateway:POST', 'plans'], TAG],
  'apigateway:GetUsagePlan': [['apigateway:GET', 'in plans']],
  'apigateway:GetUsagePlanKeys': [['apigateway:GET', 'in plans']],
  'apigateway:CreateUsagePlanKey': [['apigateway:POST', 'in plans']],
  'apigateway:UpdateUsagePlan': [['apigateway:PATCH', 'in plans']],
  'apigateway:DeleteUsagePlan': [['apigateway:DELETE', 'in plans']],
};

/** What `up` needs beside the table above where it puts a lab right. */
export const TO_REPAIR: readonly string[] = [
  'iam:UpdateAssumeRolePolicy',
  'lambda:UpdateFunctionCode',
  'lambda:UpdateFunctionConfiguration',
  'lambda:DeleteFunctionConcurrency',
  'lambda:RemovePermission',
  'dynamodb:UpdateTable',
  'apigateway:PATCH',
];

/** What `up --adopt` needs beside both of a managed policy, and the `down` after it. */
export const TO_ADOPT: readonly string[] = [
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'iam:TagPolicy',
  'iam:DetachRolePolicy',
  'iam:ListPolicyVersions',
  'iam:DeletePolicyVersion',
  'iam:DeletePolicy',
];

/** The IAM actions that a call needs, such as `iam:CreateRole` and `iam:TagRole`. */
export function actionsOf({ service, operation }: Pick<Call, 'service' | 'operation'>): string[] {
  return (NEEDS[`${service}:${operation}`] ?? []).map(([action]) => action);
}

/** The name of a scope's statement: `Role`, `PassedRole`. */
const sidOf = (scope: Scope): string =>
  scope
    .split(' ')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Lambda may be given the role, and no other service. */
const PASSED_TO_LAMBDA = { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } };

/**
 * The least policy with which a person can run this lab: up, test-echo, invoke, items, status, logs and down. It is the
 * table above, turned round.
 */
export function leastPersonPolicy(lab: Lab, place: Place): PolicyDocument {
  const actions = new Map<Scope, Set<string>>();
  for (const [action, scope] of Object.values(NEEDS).flat()) {
    actions.set(scope, (actions.get(scope) ?? new Set()).add(action));
  }
  return {
    Version: '2012-10-17',
    Statement: [...actions].map(([scope, names]) => ({
      Sid: sidOf(scope),
      Effect: 'Allow',
      Action: [...names].sort(),
      Resource: arnsIn(scope, lab, place),
      ...(scope === 'passed role' ? { Condition: PASSED_TO_LAMBDA } : {}),
    })),
  };
}
