/** Step 1, told. */
import type { Lesson } from '../lesson.js';
import { createRole, putRolePolicy } from '../requests.js';

export const role: Lesson = {
  id: 'role',
  what: 'An IAM role that the Lambda function will work under. Its trust policy says who may take it on: the service Lambda. Its permissions say what whoever has taken it on may do: read and write DynamoDB items, and write logs.',
  why: 'Code in AWS has no user name and no password. It acts as a role, and can do no more than the role allows, whatever the code tries.',
  clicks: [
    'IAM > Roles > Create role',
    'Trusted entity: Lambda',
    'Permissions: a custom policy for DynamoDB and CloudWatch Logs, as the tutorial prints it',
    'Role name: lambda-apigateway-role',
  ],
  today: [
    'Trusted entity type: AWS service; use case: Lambda.',
    'A policy of your own cannot be written while the role is created: add it afterwards on the role’s page, Permissions > Add permissions > Create inline policy > JSON.',
  ],
  notes: [
    'The tutorial’s policy is for every table and every log group of the account (Resource "*"). This lab’s is for its own table and log group, because whoever calls the API chooses the table’s name; `lab-setup up --policy tutorial` attaches the tutorial’s.',
    'In a real account a new role takes some seconds to be known everywhere. Until then step 2 is refused with "The role defined for the function cannot be assumed by Lambda"; then send it again.',
  ],
  calls: ({ lab, place }) => [
    {
      service: 'sts',
      operation: 'GetCallerIdentity',
      input: {},
      capture: { variable: 'ACCOUNT_ID', query: 'Account' },
    },
    {
      service: 'iam',
      operation: 'CreateRole',
      input: createRole(lab, place),
      capture: { variable: 'ROLE_ARN', query: 'Role.Arn' },
    },
    { service: 'iam', operation: 'GetRole', input: { RoleName: lab.role.name }, until: 'role-exists' },
    {
      service: 'iam',
      operation: 'PutRolePolicy',
      input: putRolePolicy(lab, place, lab.options.policy ?? 'least'),
    },
  ],
  look: {
    console: 'IAM > Roles > the role: tabs Permissions and Trust relationships',
    call: ({ lab }) => ({ service: 'iam', operation: 'GetRole', input: { RoleName: lab.role.name } }),
  },
};
