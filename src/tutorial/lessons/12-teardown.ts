/** Step 12, told. Its work is `lab-setup down` (engine/down.ts). */
import { TEARDOWN, type Lesson } from '../lesson.js';
import { leaveStages } from '../requests.js';

export const teardown: Lesson = {
  id: TEARDOWN.id,
  what: 'Everything is removed, what others stand on last: the plan, the key, the API with all that is in it, the function, the table, the role’s policy and the role, and the log group.',
  why: 'What is not there costs nothing, and opens nothing to anybody.',
  clicks: [
    'DynamoDB > the table > Delete table',
    'Lambda > the function > Actions > Delete',
    'API Gateway > APIs > DynamoDBOperations > Actions > Delete',
  ],
  today: ['API Gateway > APIs: select the API, Delete.'],
  notes: [
    'The tutorial forgets the role, the API key, the usage plan and the log group; the lines below remove them too.',
    'The table’s items go with it, and nothing brings them back.',
    'AWS deletes no plan that is on a stage, and no role that bears a policy. It deletes one REST API in thirty seconds at most.',
  ],
  calls: ({ lab, ids }) => {
    const FunctionName = lab.function.name;
    const RoleName = lab.role.name;
    return [
      {
        service: 'apigateway',
        operation: 'UpdateUsagePlan',
        input: leaveStages(ids.PLAN_ID, [{ apiId: ids.API_ID, stage: lab.stage.name }]),
      },
      { service: 'apigateway', operation: 'DeleteUsagePlan', input: { usagePlanId: ids.PLAN_ID } },
      { service: 'apigateway', operation: 'DeleteApiKey', input: { apiKey: ids.KEY_ID } },
      { service: 'apigateway', operation: 'DeleteRestApi', input: { restApiId: ids.API_ID } },
      { service: 'lambda', operation: 'DeleteFunction', input: { FunctionName } },
      { service: 'dynamodb', operation: 'DeleteTable', input: { TableName: lab.table.name } },
      {
        service: 'iam',
        operation: 'DeleteRolePolicy',
        input: { RoleName, PolicyName: lab.role.policyName },
      },
      { service: 'iam', operation: 'DeleteRole', input: { RoleName } },
      {
        service: 'logs',
        operation: 'DeleteLogGroup',
        input: { logGroupName: lab.function.logGroup },
      },
    ];
  },
  look: {
    console: 'the consoles of the steps above',
    note: '`lab-setup status` looks at all of them.',
    call: ({ lab }) => ({
      service: 'dynamodb',
      operation: 'DescribeTable',
      input: { TableName: lab.table.name },
    }),
  },
};
