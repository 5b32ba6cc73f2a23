import { LAB_TAG } from '../aws/ownership.js';
import type { Place } from '../aws/target.js';

/** Which of the two policies the role bears: the least that the function needs, or the tutorial's own (Resource `*`). */
export type PolicyChoice = 'least' | 'tutorial';

/** What the reader may choose about a lab; undefined leaves it as it was last time, or else at the default. */
export interface LabOptions {
  /** An existing role to use instead of making one. */
  readonly roleArn?: string | undefined;
  readonly policy?: PolicyChoice | undefined;
}

export const DEFAULT_LAB = 'default';

/** Thirty learners share one account; the names stay well within AWS's limits (a function's is 64). */
export const LAB_NAME = /^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/;

/** Every name and setting of a lab, as the tutorial gives them. Nobody else composes names. */
export interface Lab {
  readonly name: string;
  readonly options: LabOptions;
  /** What makes a thing ours. */
  readonly tags: Readonly<Record<string, string>>;
  readonly role: { readonly name: string; readonly policyName: string };
  readonly function: {
    readonly name: string;
    readonly runtime: 'nodejs24.x';
    readonly handler: string;
    /** MB */
    readonly memory: number;
    /** Seconds */
    readonly timeout: number;
    readonly logGroup: string;
  };
  readonly table: { readonly name: string; readonly key: string };
  readonly api: { readonly name: string };
  readonly resource: { readonly pathPart: string; readonly path: string };
  readonly method: { readonly verb: string };
  readonly permission: { readonly statementId: string };
  readonly stage: { readonly name: string };
  readonly key: { readonly name: string };
  readonly usagePlan: {
    readonly name: string;
    /** Requests per second. */
    readonly rateLimit: number;
    readonly burstLimit: number;
  };
}

/** The lab `name`; the plain lab is `default` and bears the tutorial's names, another one adds its own to them. */
export function describeLab(name: string, options: LabOptions = {}): Lab {
  const suffix = name === DEFAULT_LAB ? '' : `-${name}`;
  const functionName = `LambdaFunctionOverHttps${suffix}`;
  return {
    name,
    options,
    tags: { [LAB_TAG]: name },
    role: { name: `lambda-apigateway-role${suffix}`, policyName: 'lambda-apigateway-policy' },
    function: {
      name: functionName,
      // The tutorial's Python 3.7 can no longer be created; this is the current Node.js runtime (aws-facts 3.2).
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      memory: 128,
      // The console's default of 3 s is short for a first, cold call to DynamoDB at 128 MB.
      timeout: 10,
      logGroup: `/aws/lambda/${functionName}`,
    },
    table: { name: `lambda-apigateway${suffix}`, key: 'id' },
    api: { name: `DynamoDBOperations${suffix}` },
    resource: { pathPart: 'dynamodbmanager', path: '/dynamodbmanager' },
    method: { verb: 'POST' },
    permission: { statementId: 'lab-setup-apigateway' },
    stage: { name: 'Prod' },
    key: { name: `Lambda-key${suffix}` },
    usagePlan: { name: `Lambda-dynamoDB-usageplan${suffix}`, rateLimit: 100, burstLimit: 20 },
  };
}

/** Whether two paths are the same but for their case, which API Gateway tells apart. */
export const isPathLike = (path: string | undefined, other: string): boolean =>
  path?.toLowerCase() === other.toLowerCase();

/** Without regard to case: the tutorial itself spells the stage in two ways. */
export const isStageOf = (lab: Lab, stageName: string | undefined): boolean =>
  stageName?.toLowerCase() === lab.stage.name.toLowerCase();

/** The ARNs that follow from names and place alone, so that nothing need be read to know them. */
export function arnsOf(
  lab: Lab,
  place: Place,
): {
  readonly role: string;
  readonly function: string;
  readonly table: string;
  readonly logGroup: string;
} {
  const { partition, account, region } = place;
  return {
    role: `arn:${partition}:iam::${account}:role/${lab.role.name}`,
    function: `arn:${partition}:lambda:${region}:${account}:function:${lab.function.name}`,
    table: `arn:${partition}:dynamodb:${region}:${account}:table/${lab.table.name}`,
    logGroup: `arn:${partition}:logs:${region}:${account}:log-group:${lab.function.logGroup}`,
  };
}

/**
 * A role's ARN without its path, by which two ARNs are compared: names are unique without it, and a role that the Lambda
 * console made stands under `/service-role/`.
 */
export const withoutPath = (roleArn: string): string => roleArn.replace(/:role\/.*\//, ':role/');
