import type { SigningName } from '../services/service.js';

/** One permission that an operation needs: an IAM action on a resource. */
export interface Permission {
  readonly action: string;
  /** A template (template.ts) of the resource's ARN, which policies are compared with. */
  readonly resource: string;
  /** A template of how the error message names the resource, where that is not its ARN. */
  readonly shown?: string;
  /** The permission is needed only when this member is in the input. */
  readonly when?: string;
  /** The permission is needed only when this member is not in the input. */
  readonly unless?: string;
  /** Condition keys of this action, as templates. */
  readonly context?: Readonly<Record<string, string>>;
}

/** The permissions of each operation of one service, and the document that says so. */
export interface ServiceActions {
  readonly source: string;
  readonly operations: Readonly<Record<string, readonly Permission[]>>;
}

const REFERENCE = 'https://docs.aws.amazon.com/service-authorization/latest/reference';

const on = (
  action: string,
  resource: string,
  more: Omit<Permission, 'action' | 'resource'> = {},
): Permission => ({
  action,
  resource,
  ...more,
});

const DYNAMODB = 'arn:aws:dynamodb:{region}:{account}';
const TABLE = `${DYNAMODB}:table/{TableName:table}`;
const onTable = (name: string): Permission[] => [on(`dynamodb:${name}`, TABLE)];
const onTagged = (name: string): Permission[] => [on(`dynamodb:${name}`, '{ResourceArn}')];
const onIndexOrTable = (name: string): Permission[] => [
  on(`dynamodb:${name}`, TABLE, { unless: 'IndexName' }),
  on(`dynamodb:${name}`, `${TABLE}/index/{IndexName}`, { when: 'IndexName' }),
];

const dynamodb: ServiceActions = {
  source: `${REFERENCE}/list_amazondynamodb.html`,
  operations: {
    BatchGetItem: [on('dynamodb:BatchGetItem', `${DYNAMODB}:table/{RequestItems.*:table}`)],
    BatchWriteItem: [on('dynamodb:BatchWriteItem', `${DYNAMODB}:table/{RequestItems.*:table}`)],
    CreateTable: [...onTable('CreateTable'), on('dynamodb:TagResource', TABLE, { when: 'Tags' })],
    DeleteItem: onTable('DeleteItem'),
    DeleteTable: onTable('DeleteTable'),
    DescribeContinuousBackups: onTable('DescribeContinuousBackups'),
    DescribeEndpoints: [on('dynamodb:DescribeEndpoints', '*')],
    DescribeLimits: [on('dynamodb:DescribeLimits', '*')],
    DescribeTable: onTable('DescribeTable'),
    DescribeTimeToLive: onTable('DescribeTimeToLive'),
    GetItem: onTable('GetItem'),
    // The action has no resource; errors name all tables (seen in messages of AWS).
    ListTables: [on('dynamodb:ListTables', `${DYNAMODB}:table/*`)],
    ListTagsOfResource: onTagged('ListTagsOfResource'),
    PutItem: onTable('PutItem'),
    Query: onIndexOrTable('Query'),
    Scan: onIndexOrTable('Scan'),
    TagResource: onTagged('TagResource'),
    // Transactions ask for the actions of their parts (DynamoDB developer guide, "IAM for transactions").
    TransactGetItems: [on('dynamodb:GetItem', `${DYNAMODB}:table/{TransactItems.*.Get.TableName:table}`)],
    TransactWriteItems: [
      on('dynamodb:PutItem', `${DYNAMODB}:table/{TransactItems.*.Put.TableName:table}`),
      on('dynamodb:UpdateItem', `${DYNAMODB}:table/{TransactItems.*.Update.TableName:table}`),
      on('dynamodb:DeleteItem', `${DYNAMODB}:table/{TransactItems.*.Delete.TableName:table}`),
      on('dynamodb:ConditionCheckItem', `${DYNAMODB}:table/{TransactItems.*.ConditionCheck.TableName:table}`),
    ],
    UntagResource: onTagged('UntagResource'),
    UpdateItem: onTable('UpdateItem'),
    UpdateTable: onTable('UpdateTable'),
    UpdateTimeToLive: onTable('UpdateTimeToLive'),
  },
};

// AWS compares calls on a group with `…:log-group:NAME:log-stream:` (with nothing behind it), as its error messages
// show; so a policy must end in `:*`. The tag operations alone use the group's ARN without that tail.
const GROUPS = 'arn:aws:logs:{region}:{account}:log-group';
const GROUP = `${GROUPS}:{logGroupName|logGroupIdentifier:logGroup=}`;
const onGroup = (name: string): Permission[] => [on(`logs:${name}`, `${GROUP}:log-stream:`)];
const onStream = (name: string): Permission[] => [on(`logs:${name}`, `${GROUP}:log-stream:{logStreamName=}`)];
const onTaggedGroup = (name: string): Permission[] => [
  on(`logs:${name}`, `${GROUPS}:{resourceArn|logGroupName:logGroup}`),
];

const logs: ServiceActions = {
  source: `${REFERENCE}/list_amazoncloudwatchlogs.html`,
  operations: {
    CreateLogGroup: [...onGroup('CreateLogGroup'), on('logs:TagResource', GROUP, { when: 'tags' })],
    CreateLogStream: onStream('CreateLogStream'),
    DeleteLogGroup: onGroup('DeleteLogGroup'),
    DeleteLogStream: onStream('DeleteLogStream'),
    DeleteRetentionPolicy: onGroup('DeleteRetentionPolicy'),
    // Asked of all groups, whatever the prefix.
    DescribeLogGroups: [on('logs:DescribeLogGroups', `${GROUPS}::log-stream:`)],
    DescribeLogStreams: onGroup('DescribeLogStreams'),
    FilterLogEvents: onGroup('FilterLogEvents'),
    GetLogEvents: onStream('GetLogEvents'),
    ListLogGroups: [on('logs:ListLogGroups', `${GROUPS}::log-stream:`)],
    ListTagsForResource: onTaggedGroup('ListTagsForResource'),
    ListTagsLogGroup: onTaggedGroup('ListTagsLogGroup'),
    PutLogEvents: onStream('PutLogEvents'),
    PutRetentionPolicy: onGroup('PutRetentionPolicy'),
    TagLogGroup: onTaggedGroup('TagLogGroup'),
    TagResource: onTaggedGroup('TagResource'),
    UntagLogGroup: onTaggedGroup('UntagLogGroup'),
    UntagResource: onTaggedGroup('UntagResource'),
  },
};

const FUNCTION = 'arn:aws:lambda:{region}:{account}:function:{FunctionName:function}';
const onFunction = (name: string): Permission[] => [on(`lambda:${name}`, FUNCTION)];
const onTaggedFunction = (name: string): Permission[] => [on(`lambda:${name}`, '{Resource}')];
const PASS_ROLE = on('iam:PassRole', '{Role}', {
  when: 'Role',
  context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
});

const lambda: ServiceActions = {
  source: `${REFERENCE}/list_awslambda.html`,
  operations: {
    AddPermission: onFunction('AddPermission'),
    CreateAlias: onFunction('CreateAlias'),
    CreateFunction: [
      ...onFunction('CreateFunction'),
      on('lambda:TagResource', FUNCTION, { when: 'Tags' }),
      PASS_ROLE,
    ],
    DeleteAlias: onFunction('DeleteAlias'),
    DeleteFunction: onFunction('DeleteFunction'),
    DeleteFunctionConcurrency: onFunction('DeleteFunctionConcurrency'),
    GetAccountSettings: [on('lambda:GetAccountSettings', '*')],
    GetAlias: onFunction('GetAlias'),
    GetFunction: onFunction('GetFunction'),
    GetFunctionCodeSigningConfig: onFunction('GetFunctionCodeSigningConfig'),
    GetFunctionConcurrency: onFunction('GetFunctionConcurrency'),
    GetFunctionConfiguration: onFunction('GetFunctionConfiguration'),
    GetFunctionEventInvokeConfig: onFunction('GetFunctionEventInvokeConfig'),
    GetFunctionRecursionConfig: onFunction('GetFunctionRecursionConfig'),
    GetFunctionUrlConfig: onFunction('GetFunctionUrlConfig'),
    GetPolicy: onFunction('GetPolicy'),
    Invoke: onFunction('InvokeFunction'),
    InvokeAsync: onFunction('InvokeAsync'),
    ListAliases: onFunction('ListAliases'),
    ListCodeSigningConfigs: [on('lambda:ListCodeSigningConfigs', '*')],
    ListEventSourceMappings: [on('lambda:ListEventSourceMappings', '*')],
    ListFunctionEventInvokeConfigs: onFunction('ListFunctionEventInvokeConfigs'),
    ListFunctionUrlConfigs: onFunction('ListFunctionUrlConfigs'),
    ListFunctions: [on('lambda:ListFunctions', '*')],
    ListLayers: [on('lambda:ListLayers', '*')],
    ListTags: onTaggedFunction('ListTags'),
    ListVersionsByFunction: onFunction('ListVersionsByFunction'),
    PublishVersion: onFunction('PublishVersion'),
    PutFunctionConcurrency: onFunction('PutFunctionConcurrency'),
    RemovePermission: onFunction('RemovePermission'),
    TagResource: onTaggedFunction('TagResource'),
    UntagResource: onTaggedFunction('UntagResource'),
    UpdateAlias: onFunction('UpdateAlias'),
    UpdateFunctionCode: onFunction('UpdateFunctionCode'),
    UpdateFunctionConfiguration: [...onFunction('UpdateFunctionConfiguration'), PASS_ROLE],
  },
};

const APIGATEWAY = 'arn:aws:apigateway:{region}::';
const API = '/restapis/{restApiId}';
const RESOURCE = `${API}/resources/{resourceId}`;
const METHOD = `${RESOURCE}/methods/{httpMethod}`;
const INTEGRATION = `${METHOD}/integration`;
const STAGE = `${API}/stages/{stageName}`;
const MODEL = `${API}/models/{modelName}`;
const VALIDATOR = `${API}/requestvalidators/{requestValidatorId}`;
const GATEWAY_RESPONSE = `${API}/gatewayresponses/{responseType}`;
const PLAN = '/usageplans/{usagePlanId}';
const TAGS = '/tags/{resourceArn:encoded}';
/** The HTTP verb is the action and the path the resource. */
const call = (verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string): Permission[] => [
  on(`apigateway:${verb}`, `${APIGATEWAY}${path}`),
];

/**
 * Tags at creation ask for PUT on the tags of what has no id yet (seen in a message of AWS, of CreateRestApi:
 * `…/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F*`).
 */
const taggedAtCreation = (path: string): Permission =>
  on('apigateway:PUT', `${APIGATEWAY}/tags/arn%3Aaws%3Aapigateway%3A{region}%3A%3A%2F${path}`, {
    when: 'tags',
  });

const apigateway: ServiceActions = {
  source: `${REFERENCE}/list_amazonapigatewaymanagement.html`,
  operations: {
    CreateApiKey: [...call('POST', '/apikeys'), taggedAtCreation('apikeys%2F*')],
    CreateDeployment: call('POST', `${API}/deployments`),
    CreateModel: call('POST', `${API}/models`),
    CreateRequestValidator: call('POST', `${API}/requestvalidators`),
    CreateResource: call('POST', `${API}/resources/{parentId}`),
    CreateRestApi: [...call('POST', '/restapis'), taggedAtCreation('restapis%2F*')],
    CreateStage: [
      ...call('POST', `${API}/stages`),
      taggedAtCreation('restapis%2F{restApiId}%2Fstages%2F{stageName}'),
    ],
    CreateUsagePlan: [...call('POST', '/usageplans'), taggedAtCreation('usageplans%2F*')],
    CreateUsagePlanKey: call('POST', `${PLAN}/keys`),
    DeleteApiKey: call('DELETE', '/apikeys/{apiKey}'),
    DeleteDeployment: call('DELETE', `${API}/deployments/{deploymentId}`),
    DeleteGatewayResponse: call('DELETE', GATEWAY_RESPONSE),
    DeleteIntegration: call('DELETE', INTEGRATION),
    DeleteIntegrationResponse: call('DELETE', `${INTEGRATION}/responses/{statusCode}`),
    DeleteMethod: call('DELETE', METHOD),
    DeleteMethodResponse: call('DELETE', `${METHOD}/responses/{statusCode}`),
    DeleteModel: call('DELETE', MODEL),
    DeleteRequestValidator: call('DELETE', VALIDATOR),
    DeleteResource: call('DELETE', RESOURCE),
    DeleteRestApi: call('DELETE', API),
    DeleteStage: call('DELETE', STAGE),
    DeleteUsagePlan: call('DELETE', PLAN),
    DeleteUsagePlanKey: call('DELETE', `${PLAN}/keys/{keyId}`),
    FlushStageCache: call('DELETE', `${STAGE}/cache/data`),
    GetAccount: call('GET', '/account'),
    GetApiKey: call('GET', '/apikeys/{apiKey}'),
    GetApiKeys: call('GET', '/apikeys'),
    GetAuthorizer: call('GET', `${API}/authorizers/{authorizerId}`),
    GetAuthorizers: call('GET', `${API}/authorizers`),
    GetClientCertificates: call('GET', '/clientcertificates'),
    GetDeployment: call('GET', `${API}/deployments/{deploymentId}`),
    GetDeployments: call('GET', `${API}/deployments`),
    GetDocumentationPart: call('GET', `${API}/documentation/parts/{partId}`),
    GetDocumentationParts: call('GET', `${API}/documentation/parts`),
    GetDocumentationVersions: call('GET', `${API}/documentation/versions`),
    GetDomainNames: call('GET', '/domainnames'),
    GetExport: call('GET', `${STAGE}/exports/{exportType}`),
    GetGatewayResponse: call('GET', GATEWAY_RESPONSE),
    GetGatewayResponses: call('GET', `${API}/gatewayresponses`),
    GetIntegration: call('GET', INTEGRATION),
    GetIntegrationResponse: call('GET', `${INTEGRATION}/responses/{statusCode}`),
    GetMethod: call('GET', METHOD),
    GetMethodResponse: call('GET', `${METHOD}/responses/{statusCode}`),
    GetModel: call('GET', MODEL),
    GetModels: call('GET', `${API}/models`),
    GetRequestValidator: call('GET', VALIDATOR),
    GetRequestValidators: call('GET', `${API}/requestvalidators`),
    GetResource: call('GET', RESOURCE),
    GetResources: call('GET', `${API}/resources`),
    GetRestApi: call('GET', API),
    GetRestApis: call('GET', '/restapis'),
    GetStage: call('GET', STAGE),
    GetStages: call('GET', `${API}/stages`),
    GetTags: call('GET', TAGS),
    GetUsage: call('GET', `${PLAN}/usage`),
    GetUsagePlan: call('GET', PLAN),
    GetUsagePlanKey: call('GET', `${PLAN}/keys/{keyId}`),
    GetUsagePlanKeys: call('GET', `${PLAN}/keys`),
    GetUsagePlans: call('GET', '/usageplans'),
    GetVpcLink: call('GET', '/vpclinks/{vpcLinkId}'),
    GetVpcLinks: call('GET', '/vpclinks'),
    PutGatewayResponse: call('PUT', GATEWAY_RESPONSE),
    // Its body has an httpMethod of its own, the backend's; the path's is known as `verb`.
    PutIntegration: call('PUT', `${RESOURCE}/methods/{verb}/integration`),
    PutIntegrationResponse: call('PUT', `${INTEGRATION}/responses/{statusCode}`),
    PutMethod: call('PUT', METHOD),
    PutMethodResponse: call('PUT', `${METHOD}/responses/{statusCode}`),
    TagResource: call('PUT', TAGS),
    TestInvokeMethod: call('POST', METHOD),
    UntagResource: call('DELETE', TAGS),
    UpdateAccount: call('PATCH', '/account'),
    UpdateApiKey: call('PATCH', '/apikeys/{apiKey}'),
    UpdateDeployment: call('PATCH', `${API}/deployments/{deploymentId}`),
    UpdateGatewayResponse: call('PATCH', GATEWAY_RESPONSE),
    UpdateIntegration: call('PATCH', INTEGRATION),
    UpdateIntegrationResponse: call('PATCH', `${INTEGRATION}/responses/{statusCode}`),
    UpdateMethod: call('PATCH', METHOD),
    UpdateMethodResponse: call('PATCH', `${METHOD}/responses/{statusCode}`),
    UpdateModel: call('PATCH', MODEL),
    UpdateRequestValidator: call('PATCH', VALIDATOR),
    UpdateResource: call('PATCH', RESOURCE),
    UpdateRestApi: call('PATCH', API),
    UpdateStage: call('PATCH', STAGE),
    UpdateUsage: call('PATCH', `${PLAN}/keys/{keyId}/usage`),
    UpdateUsagePlan: call('PATCH', PLAN),
  },
};

// IAM's messages name a role that exists as `role NAME`, one that is to be made by its ARN (both seen in messages of AWS).
const IAM = 'arn:aws:iam::{account}';
const ROLE = '{RoleName:role}';
const onRole = (name: string, context: Record<string, string> = {}): Permission[] => [
  on(`iam:${name}`, ROLE, { shown: 'role {RoleName}', context }),
];
const onPolicy = (name: string): Permission[] => [
  on(`iam:${name}`, '{PolicyArn}', { shown: 'policy {PolicyArn}' }),
];
const BOUNDARY_KEY = { 'iam:PermissionsBoundary': '{PermissionsBoundary}' };
const POLICY_KEY = { 'iam:PolicyARN': '{PolicyArn}' };

const iam: ServiceActions = {
  source: `${REFERENCE}/list_awsidentityandaccessmanagementiam.html`,
  operations: {
    AttachRolePolicy: onRole('AttachRolePolicy', POLICY_KEY),
    CreatePolicy: [
      on('iam:CreatePolicy', `${IAM}:policy{Path=/}{PolicyName}`, { shown: 'policy {PolicyName}' }),
      on('iam:TagPolicy', `${IAM}:policy{Path=/}{PolicyName}`, { when: 'Tags' }),
    ],
    CreatePolicyVersion: onPolicy('CreatePolicyVersion'),
    CreateRole: [
      on('iam:CreateRole', `${IAM}:role{Path=/}{RoleName}`),
      on('iam:TagRole', `${IAM}:role{Path=/}{RoleName}`, { when: 'Tags' }),
    ],
    DeletePolicy: onPolicy('DeletePolicy'),
    DeletePolicyVersion: onPolicy('DeletePolicyVersion'),
    DeleteRole: onRole('DeleteRole'),
    DeleteRolePermissionsBoundary: onRole('DeleteRolePermissionsBoundary'),
    DeleteRolePolicy: onRole('DeleteRolePolicy'),
    DetachRolePolicy: onRole('DetachRolePolicy', POLICY_KEY),
    GetPolicy: onPolicy('GetPolicy'),
    GetPolicyVersion: onPolicy('GetPolicyVersion'),
    GetRole: onRole('GetRole'),
    GetRolePolicy: onRole('GetRolePolicy'),
    GetUser: [on('iam:GetUser', `${IAM}:user/{UserName}`, { shown: 'user {UserName}' })],
    ListAccountAliases: [on('iam:ListAccountAliases', '*')],
    ListAttachedRolePolicies: onRole('ListAttachedRolePolicies'),
    ListEntitiesForPolicy: onPolicy('ListEntitiesForPolicy'),
    ListInstanceProfilesForRole: onRole('ListInstanceProfilesForRole'),
    ListPolicies: [on('iam:ListPolicies', '*', { shown: 'policy path {PathPrefix=/}' })],
    ListPolicyTags: onPolicy('ListPolicyTags'),
    ListPolicyVersions: onPolicy('ListPolicyVersions'),
    ListRolePolicies: onRole('ListRolePolicies'),
    ListRoles: [on('iam:ListRoles', `${IAM}:role{PathPrefix=/}`)],
    ListRoleTags: onRole('ListRoleTags'),
    PutRolePermissionsBoundary: onRole('PutRolePermissionsBoundary', BOUNDARY_KEY),
    PutRolePolicy: onRole('PutRolePolicy'),
    SetDefaultPolicyVersion: onPolicy('SetDefaultPolicyVersion'),
    TagPolicy: onPolicy('TagPolicy'),
    TagRole: onRole('TagRole'),
    UntagPolicy: onPolicy('UntagPolicy'),
    UntagRole: onRole('UntagRole'),
    UpdateAssumeRolePolicy: onRole('UpdateAssumeRolePolicy'),
    UpdateRole: onRole('UpdateRole'),
    UpdateRoleDescription: onRole('UpdateRoleDescription'),
  },
};

const sts: ServiceActions = {
  source: `${REFERENCE}/list_awssecuritytokenservice.html`,
  operations: {
    AssumeRole: [on('sts:AssumeRole', '{RoleArn}')],
    GetAccessKeyInfo: [on('sts:GetAccessKeyInfo', '*')],
    // No operation of its own: AssumeRole asks for it when the session is given tags.
    TagSession: [on('sts:TagSession', '{RoleArn}')],
    // Everybody may ask who they are; not even an explicit Deny forbids it (STS API reference).
    GetCallerIdentity: [],
  },
};

/** What every operation of the local AWS asks of its caller: the one place where this is said. */
export const serviceActions: Readonly<Record<SigningName, ServiceActions>> = {
  apigateway,
  dynamodb,
  iam,
  lambda,
  logs,
  sts,
};
