import type { SigningName } from './services/service.js';

/** How long changes take until they are done, or are seen elsewhere; in milliseconds. */
export interface Delays {
  /** Until a change of a role or a policy counts for those who use the role: Lambda, STS, every call of a session. */
  readonly iam: number;
  /** Pending. */
  readonly createFunction: number;
  /** InProgress. */
  readonly updateFunction: number;
  /** Until a change of a function's resource policy counts for API Gateway. */
  readonly permission: number;
  /** CREATING. */
  readonly createTable: number;
  /** UPDATING. */
  readonly updateTable: number;
  /** DELETING. */
  readonly deleteTable: number;
  /** Until callers of a deployed API meet a change of its stages and deployments. */
  readonly stage: number;
  /** Until callers of a deployed API meet a change of keys and usage plans. */
  readonly apiKey: number;
}

/** A local AWS is ready at once unless it is asked to be like AWS. */
export const AT_ONCE: Delays = {
  iam: 0,
  createFunction: 0,
  updateFunction: 0,
  permission: 0,
  createTable: 0,
  updateTable: 0,
  deleteTable: 0,
  stage: 0,
  apiKey: 0,
};

/**
 * Typical times of AWS, in the middle of what was seen (aws-facts 2.3, 3.3, 5.1, 7.6). Always the same ones: a run that
 * failed can be repeated.
 */
export const LIKE_AWS: Delays = {
  // 5 to 15 s until Lambda can assume a new role.
  iam: 8_000,
  // 1 to 5 s for a zip function without a VPC.
  createFunction: 3_000,
  updateFunction: 2_000,
  // "A few seconds."
  permission: 3_000,
  // 5 to 20 s, and 5 to 30 s.
  createTable: 8_000,
  updateTable: 8_000,
  deleteTable: 8_000,
  // 1 to 30 s.
  stage: 5_000,
  // Up to about 120 s.
  apiKey: 30_000,
};

/** So many requests in so many milliseconds, for operations that share them. */
export interface RequestQuota {
  readonly service: SigningName;
  /** AWS's names; `others` are all that no quota before this one names, `all` are all. */
  readonly operations: readonly string[] | 'others' | 'all';
  readonly requests: number;
  readonly per: number;
  /** As many may come at once; `requests` where it is not given. */
  readonly burst?: number;
}

const SECOND = 1_000;

const each = (
  service: SigningName,
  operations: readonly string[],
  rate: { requests: number; per: number },
): RequestQuota[] => operations.map((operation) => ({ service, operations: [operation], ...rate }));

/** The request quotas of an account's control planes, as far as AWS publishes them. */
export const REQUEST_QUOTAS: readonly RequestQuota[] = [
  // aws-facts 6.1, from "Amazon API Gateway quotas"; none can be raised. CreateRestApi as for a regional API.
  ...each('apigateway', ['DeleteRestApi'], { requests: 1, per: 30 * SECOND }),
  ...each('apigateway', ['UpdateUsagePlan'], { requests: 1, per: 20 * SECOND }),
  ...each('apigateway', ['CreateDeployment'], { requests: 1, per: 5 * SECOND }),
  ...each('apigateway', ['CreateRestApi'], { requests: 1, per: 3 * SECOND }),
  ...each('apigateway', ['CreateApiKey', 'DeleteApiKey', 'CreateResource', 'DeleteResource'], {
    requests: 5,
    per: SECOND,
  }),
  ...each('apigateway', ['GetResources'], { requests: 5, per: 2 * SECOND }),
  { service: 'apigateway', operations: 'all', requests: 10, per: SECOND, burst: 40 },
  // aws-facts 3.5, from "Lambda quotas", which has ten invocations a second for each of a thousand executions at once.
  ...each('lambda', ['GetFunction'], { requests: 100, per: SECOND }),
  ...each('lambda', ['GetPolicy'], { requests: 15, per: SECOND }),
  ...each('lambda', ['Invoke'], { requests: 10_000, per: SECOND }),
  { service: 'lambda', operations: 'others', requests: 15, per: SECOND },
  // aws-facts 5.1, from "Quotas in Amazon DynamoDB".
  { service: 'dynamodb', operations: ['TagResource', 'UntagResource'], requests: 5, per: SECOND },
  ...each('dynamodb', ['ListTagsOfResource'], { requests: 10, per: SECOND }),
  // aws-facts 9, from "CloudWatch Logs quotas".
  ...each('logs', ['DescribeLogStreams', 'GetLogEvents'], { requests: 25, per: SECOND }),
  ...each('logs', ['CreateLogGroup', 'DeleteLogGroup', 'DescribeLogGroups'], { requests: 10, per: SECOND }),
  ...each('logs', ['FilterLogEvents'], { requests: 5, per: SECOND }),
];
