/** Role, function, table and permission, changed behind the lab’s back. */
import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import { archiveHandler } from '../../src/tutorial/archive.js';
import { describeDrift, REPLACED_PERMISSION, type Change, type Row } from '../_helpers/drift.js';

const configured =
  (change: Omit<lambda.UpdateFunctionConfigurationCommandInput, 'FunctionName'>): Change =>
  ({ aws: { lambda: client }, FunctionName }) =>
    client.send(new lambda.UpdateFunctionConfigurationCommand({ FunctionName, ...change }));

const policyPut =
  (edit: (policy: { Statement: { Action: string[]; Resource: unknown }[] }) => void): Change =>
  async ({ aws: clients, lab: names, RoleName }) => {
    const PolicyName = names.role.policyName;
    const found = await clients.iam.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName }));
    const policy = JSON.parse(decodeURIComponent(found.PolicyDocument ?? '')) as Parameters<typeof edit>[0];
    edit(policy);
    const PolicyDocument = JSON.stringify(policy);
    await clients.iam.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  };

const trusting =
  (...Service: string[]): Change =>
  ({ aws: clients, RoleName }) =>
    clients.iam.send(
      new iam.UpdateAssumeRolePolicyCommand({
        RoleName,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
        }),
      }),
    );

const permitted =
  (change: Partial<lambda.AddPermissionCommandInput>): Change =>
  async ({ aws: clients, lab: { permission }, FunctionName, restApiId }) => {
    const StatementId = permission.statementId;
    await clients.lambda.send(new lambda.RemovePermissionCommand({ FunctionName, StatementId }));
    await clients.lambda.send(
      new lambda.AddPermissionCommand({
        FunctionName,
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${restApiId}/*/POST/dynamodbmanager`,
        ...change,
      }),
    );
  };

const bundleTagged =
  (tags: Record<string, string>): Change =>
  ({ aws: clients, FunctionName }) =>
    clients.lambda.send(
      new lambda.TagResourceCommand({
        Resource: `arn:aws:lambda:us-east-1:000000000000:function:${FunctionName}`,
        Tags: tags,
      }),
    );

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/lambda-apigateway';

const SOURCE = 'arn:aws:execute-api:us-east-1:000000000000:API/*/POST/dynamodbmanager';

const LAMBDA_CONFIGURED = ['lambda:UpdateFunctionConfiguration'];

const ROWS: readonly Row[] = [
  [
    'the role trusts another service',
    trusting('ec2.amazonaws.com'),
    [
      'role trust: expected Allow sts:AssumeRole by lambda.amazonaws.com, found nothing',
      'role trust: expected nothing more, found Allow sts:AssumeRole by ec2.amazonaws.com',
    ],
    ['iam:UpdateAssumeRolePolicy'],
  ],
  [
    'the role trusts another service besides',
    trusting('lambda.amazonaws.com', 'ec2.amazonaws.com'),
    ['role trust: expected nothing more, found Allow sts:AssumeRole by ec2.amazonaws.com'],
    ['iam:UpdateAssumeRolePolicy'],
  ],
  [
    'an action was taken out of the policy',
    policyPut(({ Statement }) => void Statement[0]?.Action.shift()),
    [`role policy: expected Allow dynamodb:DeleteItem on ${TABLE}, found nothing`],
    ['iam:PutRolePolicy'],
  ],
  [
    'an action was added to the policy',
    policyPut(({ Statement }) => void Statement[0]?.Action.push('dynamodb:DeleteTable')),
    [`role policy: expected nothing more, found Allow dynamodb:DeleteTable on ${TABLE}`],
    ['iam:PutRolePolicy'],
  ],
  [
    'the policy was deleted',
    ({ aws: clients, lab: { role }, RoleName }) =>
      clients.iam.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: role.policyName })),
    ['role policy: expected inline policy lambda-apigateway-policy, found nothing'],
    ['iam:PutRolePolicy'],
  ],
  [
    'the function’s memory was changed',
    configured({ MemorySize: 256 }),
    ['function memory: expected 128, found 256'],
    LAMBDA_CONFIGURED,
  ],
  [
    'the function’s timeout was changed',
    configured({ Timeout: 3 }),
    ['function timeout: expected 10, found 3'],
    LAMBDA_CONFIGURED,
  ],
  [
    'the function was throttled',
    ({ aws: { lambda: client }, FunctionName }) =>
      client.send(
        new lambda.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
      ),
    ['function throttle: expected off, found on'],
    ['lambda:DeleteFunctionConcurrency'],
  ],
  [
    'the function’s handler was changed',
    configured({ Handler: 'other.handler' }),
    ['function handler: expected index.handler, found other.handler'],
    LAMBDA_CONFIGURED,
  ],
  [
    'the function’s runtime was changed',
    configured({ Runtime: 'nodejs22.x' }),
    ['function runtime: expected nodejs24.x, found nodejs22.x'],
    LAMBDA_CONFIGURED,
  ],
  [
    'the function’s code was replaced',
    async ({ aws: clients, FunctionName }) => {
      const { zip } = await archiveHandler(Buffer.from('exports.handler = async () => 1;'));
      await clients.lambda.send(new lambda.UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip }));
    },
    ['function code: expected the shipped handler, found other code'],
    ['lambda:TagResource', 'lambda:UpdateFunctionCode'],
  ],
  [
    'the function’s code is an older version’s',
    async (each) => {
      const { zip, codeSha256 } = await archiveHandler(Buffer.from('exports.handler = async () => 2;'));
      await each.aws.lambda.send(
        new lambda.UpdateFunctionCodeCommand({ FunctionName: each.FunctionName, ZipFile: zip }),
      );
      await bundleTagged({ 'lab-setup:bundle': `0ld:${codeSha256}` })(each);
    },
    ['function code: expected the shipped handler, found the handler of another version of lab-setup'],
    ['lambda:TagResource', 'lambda:UpdateFunctionCode'],
  ],
  [
    'the function’s role tag was changed',
    bundleTagged({ 'lab-setup:role': 'theirs' }),
    ['function role tag: expected own, found theirs'],
    ['lambda:TagResource'],
  ],
  [
    'the function’s policy tag was removed',
    ({ aws: clients, FunctionName }) =>
      clients.lambda.send(
        new lambda.UntagResourceCommand({
          Resource: `arn:aws:lambda:us-east-1:000000000000:function:${FunctionName}`,
          TagKeys: ['lab-setup:policy'],
        }),
      ),
    ['function policy tag: expected least, found nothing'],
    ['lambda:TagResource'],
  ],
  [
    'the log group was deleted',
    ({ aws: { logs }, lab: names }) =>
      logs.send(new DeleteLogGroupCommand({ logGroupName: names.function.logGroup })),
    ['function log group: expected present, found nothing'],
    ['logs:CreateLogGroup'],
  ],
  [
    'the table is billed by provisioned throughput',
    ({ aws: { dynamodb }, TableName }) =>
      dynamodb.send(
        new UpdateTableCommand({
          TableName,
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
        }),
      ),
    ['table billing: expected PAY_PER_REQUEST, found PROVISIONED'],
    ['dynamodb:UpdateTable'],
  ],
  [
    'the table was deleted',
    ({ aws: { dynamodb }, TableName }) => dynamodb.send(new DeleteTableCommand({ TableName })),
    ['table missing'],
    ['dynamodb:CreateTable'],
  ],
  [
    'the permission was removed',
    ({ aws: clients, lab: { permission }, FunctionName }) =>
      clients.lambda.send(
        new lambda.RemovePermissionCommand({ FunctionName, StatementId: permission.statementId }),
      ),
    ['permission missing'],
    ['lambda:AddPermission'],
  ],
  [
    'the permission was widened to every API',
    permitted({ SourceArn: undefined }),
    [`permission source: expected ${SOURCE}, found nothing`],
    REPLACED_PERMISSION,
  ],
  [
    'the permission was widened to every method',
    (each) =>
      permitted({ SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${each.restApiId}/*` })(each),
    [`permission source: expected ${SOURCE}, found arn:aws:execute-api:us-east-1:000000000000:API/*`],
    REPLACED_PERMISSION,
  ],
  [
    'the permission is for another service',
    permitted({ Principal: 'events.amazonaws.com' }),
    ['permission principal: expected apigateway.amazonaws.com, found events.amazonaws.com'],
    REPLACED_PERMISSION,
  ],
  [
    'the permission allows another action',
    permitted({ Action: 'lambda:GetFunction' }),
    ['permission action: expected lambda:InvokeFunction, found lambda:GetFunction'],
    REPLACED_PERMISSION,
  ],
  [
    'the function was deleted',
    ({ aws: clients, FunctionName }) =>
      clients.lambda.send(new lambda.DeleteFunctionCommand({ FunctionName })),
    ['function missing', 'permission missing'],
    // The log group is still there: AWS refuses to make another.
    ['lambda:AddPermission', 'lambda:CreateFunction', 'logs:CreateLogGroup'],
  ],
];

describeDrift('a lab whose role, function, table or permission was changed', ROWS);
