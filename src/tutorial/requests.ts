/**
 * What the lab asks AWS to make, step by step: the input of each call as a pure function of the lab, the place and the ids
 * that earlier calls gave. The steps send these objects; the lessons show the same ones with shell variables as ids.
 */
import type {
  CreateApiKeyCommandInput,
  CreateDeploymentCommandInput,
  CreateResourceCommandInput,
  CreateRestApiCommandInput,
  CreateUsagePlanCommandInput,
  CreateUsagePlanKeyCommandInput,
  PutIntegrationCommandInput,
  PutIntegrationResponseCommandInput,
  PutMethodCommandInput,
  PutMethodResponseCommandInput,
  TagResourceCommandInput,
  UpdateStageCommandInput,
  UpdateUsagePlanCommandInput,
} from '@aws-sdk/client-api-gateway';
import type { CreateLogGroupCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { CreateRoleCommandInput, PutRolePolicyCommandInput } from '@aws-sdk/client-iam';
import type { AddPermissionCommandInput, CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { tagList } from '../aws/ownership.js';
import type { Place } from '../aws/target.js';
import type { Archive } from './archived.js';
import { CHOICE_TAGS } from './choices.js';
import type { Lab, PolicyChoice } from './lab.js';
import { deploymentDescription } from './fingerprint.js';
import { integrationUri, type ResponseRule } from './method-settings.js';
import { rolePolicy, TRUST_POLICY } from './policies.js';

/** Roles are global: one of the same lab in another region must not be taken for this one's. */
export const REGION_TAG = 'lab-setup:region';

export const roleTags = (lab: Lab, { region }: Place): Record<string, string> => ({
  ...lab.tags,
  [REGION_TAG]: region,
});

export const createRole = (lab: Lab, place: Place) =>
  ({
    RoleName: lab.role.name,
    AssumeRolePolicyDocument: JSON.stringify(TRUST_POLICY),
    Description: 'Execution role of the lab-setup tutorial function',
    Tags: tagList(roleTags(lab, place)),
  }) satisfies CreateRoleCommandInput;

export const putRolePolicy = (lab: Lab, place: Place, policy: PolicyChoice) =>
  ({
    RoleName: lab.role.name,
    PolicyName: lab.role.policyName,
    PolicyDocument: JSON.stringify(rolePolicy(policy, lab, place)),
  }) satisfies PutRolePolicyCommandInput;

export const createLogGroup = (lab: Lab) =>
  ({ logGroupName: lab.function.logGroup, tags: { ...lab.tags } }) satisfies CreateLogGroupCommandInput;

/** Says which bundle was uploaded as which zip; steps/02-function.ts reads it. */
export const bundleTag = ({ bundleSha256, codeSha256 }: Omit<Archive, 'zip'>): string =>
  `${bundleSha256}:${codeSha256}`;

/** The value of the tag `lab-setup:role` where the lab's own role is used. */
export const OWN_ROLE = 'own';

/** `role.tag` is OWN_ROLE, or the ARN of a role that was given. The code is a file to the aws CLI, and bytes to the SDK. */
export const createFunction = <Zip>(
  lab: Lab,
  {
    role,
    archive,
  }: {
    readonly role: { readonly arn: string; readonly tag: string; readonly policy: PolicyChoice };
    readonly archive: Omit<Archive, 'zip'> & { readonly zip: Zip };
  },
) =>
  ({
    FunctionName: lab.function.name,
    Runtime: lab.function.runtime,
    Handler: lab.function.handler,
    MemorySize: lab.function.memory,
    Timeout: lab.function.timeout,
    Role: role.arn,
    Code: { ZipFile: archive.zip },
    Description: 'The seven operations of the lab-setup tutorial',
    Tags: {
      ...lab.tags,
      [CHOICE_TAGS.policy]: role.policy,
      [CHOICE_TAGS.role]: role.tag,
      [CHOICE_TAGS.bundle]: bundleTag(archive),
    },
  }) satisfies Omit<CreateFunctionCommandInput, 'Code'> & { Code: { ZipFile: Zip } };

export const createTable = (lab: Lab) =>
  ({
    TableName: lab.table.name,
    AttributeDefinitions: [{ AttributeName: lab.table.key, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: lab.table.key, KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    Tags: tagList(lab.tags),
  }) satisfies CreateTableCommandInput;

export const createRestApi = (lab: Lab) =>
  ({
    name: lab.api.name,
    description: 'The API of the lab-setup tutorial',
    endpointConfiguration: { types: ['REGIONAL'] },
    tags: { ...lab.tags },
  }) satisfies CreateRestApiCommandInput;

export const createResource = (
  lab: Lab,
  ids: { readonly restApiId: string; readonly parentId: string | undefined },
) => ({ ...ids, pathPart: lab.resource.pathPart }) satisfies CreateResourceCommandInput;

/** Which method is meant, in every call about it. */
export interface MethodAddress {
  readonly restApiId: string;
  readonly resourceId: string;
  readonly httpMethod: string;
}

export const putMethod = (address: MethodAddress) =>
  ({ ...address, authorizationType: 'NONE', apiKeyRequired: true }) satisfies PutMethodCommandInput;

export const putMethodResponse = (address: MethodAddress, { statusCode }: ResponseRule) =>
  ({ ...address, statusCode }) satisfies PutMethodResponseCommandInput;

export const putIntegration = (lab: Lab, place: Place, address: MethodAddress) =>
  ({
    ...address,
    type: 'AWS',
    // Lambda is always invoked with POST, whatever the method (aws-facts 6.5).
    integrationHttpMethod: 'POST',
    uri: integrationUri(lab, place),
    passthroughBehavior: 'WHEN_NO_MATCH',
  }) satisfies PutIntegrationCommandInput;

export const putIntegrationResponse = (
  address: MethodAddress,
  { statusCode, selectionPattern, template }: ResponseRule,
) =>
  ({
    ...address,
    statusCode,
    ...(selectionPattern === undefined ? {} : { selectionPattern }),
    ...(template === undefined ? {} : { responseTemplates: { 'application/json': template } }),
  }) satisfies PutIntegrationResponseCommandInput;

/** This API's POST /dynamodbmanager on any stage: `*` includes the console's test button. */
function sourceArnOf(lab: Lab, { partition, region, account }: Place, restApiId: string): string {
  return `arn:${partition}:execute-api:${region}:${account}:${restApiId}/*/${lab.method.verb}${lab.resource.path}`;
}

export const addPermission = (lab: Lab, place: Place, ids: { readonly restApiId: string }) =>
  ({
    FunctionName: lab.function.name,
    StatementId: lab.permission.statementId,
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: sourceArnOf(lab, place, ids.restApiId),
  }) satisfies AddPermissionCommandInput;

/** The id of such a statement that is added by hand: the lab's own is for what the lab made. */
export const statementIdByHand = (restApiId: string): string => `apigateway-${restApiId}`;

/** A snapshot of the API as it is; its description says of what. */
export const createDeployment = (restApiId: string, fingerprint: string) =>
  ({ restApiId, description: deploymentDescription(fingerprint) }) satisfies CreateDeploymentCommandInput;

const STAGE = 'The stage of the lab-setup tutorial';

/**
 * How the lab's stage is described until it is tagged: CreateDeployment cannot tag the stage that it makes, so this tells
 * whose it is after a run that was cut off in between.
 */
export const stageMark = (lab: Lab): string => `${STAGE}, just made for the lab ${lab.name}`;

/** A snapshot, and the stage that serves it, in one call. */
export const createDeploymentAndStage = (lab: Lab, restApiId: string, fingerprint: string) =>
  ({
    ...createDeployment(restApiId, fingerprint),
    stageName: lab.stage.name,
    stageDescription: stageMark(lab),
  }) satisfies CreateDeploymentCommandInput;

export const tagStage = (lab: Lab, { partition, region }: Place, restApiId: string) =>
  ({
    // These ARNs name no account.
    resourceArn: `arn:${partition}:apigateway:${region}::/restapis/${restApiId}/stages/${lab.stage.name}`,
    tags: { ...lab.tags },
  }) satisfies TagResourceCommandInput;

/** From then on the tag alone says whose it is. */
export const describeStage = (lab: Lab, restApiId: string) =>
  ({
    restApiId,
    stageName: lab.stage.name,
    patchOperations: [{ op: 'replace', path: '/description', value: STAGE }],
  }) satisfies UpdateStageCommandInput;

export const createApiKey = (lab: Lab) =>
  ({
    name: lab.key.name,
    description: 'The key of the lab-setup tutorial',
    // A key is disabled unless one says otherwise (aws-facts 6.8).
    enabled: true,
    tags: { ...lab.tags },
  }) satisfies CreateApiKeyCommandInput;

/** A stage as usage plans name it. */
export interface ApiStage {
  readonly apiId: string;
  readonly stage: string;
}

export const createUsagePlan = (lab: Lab, stage: ApiStage) =>
  ({
    name: lab.usagePlan.name,
    description: 'The usage plan of the lab-setup tutorial',
    throttle: { rateLimit: lab.usagePlan.rateLimit, burstLimit: lab.usagePlan.burstLimit },
    apiStages: [stage],
    tags: { ...lab.tags },
  }) satisfies CreateUsagePlanCommandInput;

export const createUsagePlanKey = (ids: { readonly usagePlanId: string; readonly keyId: string }) =>
  ({ ...ids, keyType: 'API_KEY' }) satisfies CreateUsagePlanKeyCommandInput;

/** Lets the stage serve another deployment. */
export const serveDeployment = (ids: {
  readonly restApiId: string;
  readonly stageName: string;
  readonly deploymentId: string;
}) =>
  ({
    restApiId: ids.restApiId,
    stageName: ids.stageName,
    patchOperations: [{ op: 'replace', path: '/deploymentId', value: ids.deploymentId }],
  }) satisfies UpdateStageCommandInput;

/** Takes the plan off these stages, all in one call: AWS allows one UpdateUsagePlan in 20 s (aws-facts 6.1). */
export const leaveStages = (
  usagePlanId: string,
  stages: readonly { readonly [Name in keyof ApiStage]?: string | undefined }[],
) =>
  ({
    usagePlanId,
    patchOperations: stages.map(({ apiId = '', stage = '' }) => ({
      op: 'remove' as const,
      path: '/apiStages',
      value: `${apiId}:${stage}`,
    })),
  }) satisfies UpdateUsagePlanCommandInput;
