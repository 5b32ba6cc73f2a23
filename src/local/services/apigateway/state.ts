import * as v from 'valibot';
import { lateTable } from '../../late-table.js';
import { recordOf } from '../../record-of.js';
import type { Table } from '../../store.js';
import type { World } from '../ports.js';

const textMap = recordOf(v.string(), v.string());
const templates = recordOf(v.string(), v.nullable(v.string()));
const optionalText = v.optional(v.string());

const restApi = v.object({
  id: v.string(),
  name: v.string(),
  description: optionalText,
  version: optionalText,
  /** Milliseconds since the epoch, as all times here; the wire has seconds. */
  createdAt: v.number(),
  rootResourceId: v.string(),
  apiKeySource: v.picklist(['HEADER', 'AUTHORIZER']),
  endpointType: v.picklist(['EDGE', 'REGIONAL', 'PRIVATE']),
  ipAddressType: v.picklist(['ipv4', 'dualstack']),
  vpcEndpointIds: v.optional(v.array(v.string())),
  binaryMediaTypes: v.optional(v.array(v.string())),
  minimumCompressionSize: v.optional(v.number()),
  disableExecuteApiEndpoint: v.boolean(),
  policy: optionalText,
  tags: textMap,
});

const methodResponse = v.object({
  statusCode: v.string(),
  responseModels: v.optional(textMap),
  responseParameters: v.optional(recordOf(v.string(), v.boolean())),
});

const integrationResponse = v.object({
  statusCode: v.string(),
  selectionPattern: optionalText,
  responseParameters: v.optional(textMap),
  responseTemplates: v.optional(templates),
  contentHandling: optionalText,
});

const integration = v.object({
  type: v.picklist(['HTTP', 'AWS', 'MOCK', 'HTTP_PROXY', 'AWS_PROXY']),
  httpMethod: optionalText,
  uri: optionalText,
  connectionType: optionalText,
  connectionId: optionalText,
  credentials: optionalText,
  requestParameters: v.optional(textMap),
  requestTemplates: v.optional(templates),
  passthroughBehavior: v.string(),
  contentHandling: optionalText,
  timeoutInMillis: v.number(),
  cacheNamespace: v.string(),
  cacheKeyParameters: v.array(v.string()),
  tlsConfig: v.optional(v.object({ insecureSkipVerification: v.optional(v.boolean()) })),
  integrationResponses: v.optional(recordOf(v.string(), integrationResponse)),
});

const method = v.object({
  httpMethod: v.string(),
  authorizationType: v.string(),
  apiKeyRequired: v.boolean(),
  operationName: optionalText,
  requestParameters: v.optional(recordOf(v.string(), v.boolean())),
  requestModels: v.optional(textMap),
  requestValidatorId: optionalText,
  methodResponses: v.optional(recordOf(v.string(), methodResponse)),
  methodIntegration: v.optional(integration),
});

const resource = v.object({
  apiId: v.string(),
  id: v.string(),
  parentId: optionalText,
  pathPart: optionalText,
  path: v.string(),
  methods: recordOf(v.string(), method),
});

const model = v.object({
  apiId: v.string(),
  id: v.string(),
  name: v.string(),
  description: optionalText,
  contentType: v.string(),
  /** JSON text, as it was given. */
  schema: v.string(),
});

const requestValidator = v.object({
  apiId: v.string(),
  id: v.string(),
  name: optionalText,
  validateRequestBody: v.boolean(),
  validateRequestParameters: v.boolean(),
  createdAt: v.number(),
});

/** A gateway response that an API has made its own. */
const customResponse = v.object({
  apiId: v.string(),
  /** AWS's name, such as `THROTTLED` or `DEFAULT_4XX`. */
  responseType: v.string(),
  statusCode: optionalText,
  responseParameters: textMap,
  responseTemplates: textMap,
});

/** A deployment is the API as it was when it was made: what a stage serves. */
const deployment = v.object({
  apiId: v.string(),
  id: v.string(),
  createdAt: v.number(),
  description: optionalText,
  restApi,
  resources: v.array(resource),
  models: v.optional(v.array(model), []),
  requestValidators: v.optional(v.array(requestValidator), []),
  gatewayResponses: v.optional(v.array(customResponse), []),
});

const methodSetting = v.object({
  metricsEnabled: v.boolean(),
  loggingLevel: optionalText,
  dataTraceEnabled: v.boolean(),
  throttlingBurstLimit: v.number(),
  throttlingRateLimit: v.number(),
  cachingEnabled: v.boolean(),
  cacheTtlInSeconds: v.number(),
  cacheDataEncrypted: v.boolean(),
  requireAuthorizationForCacheControl: v.boolean(),
  unauthorizedCacheControlHeaderStrategy: v.string(),
});

/** A second deployment that a part of a stage's requests goes to. */
const canary = v.object({
  deploymentId: v.string(),
  percentTraffic: v.number(),
  stageVariableOverrides: v.optional(textMap),
  useStageCache: v.boolean(),
});

const stage = v.object({
  apiId: v.string(),
  stageName: v.string(),
  deploymentId: v.string(),
  description: optionalText,
  createdAt: v.number(),
  lastUpdatedAt: v.number(),
  cacheClusterEnabled: v.boolean(),
  cacheClusterSize: optionalText,
  clientCertificateId: optionalText,
  documentationVersion: optionalText,
  tracingEnabled: v.boolean(),
  variables: v.optional(textMap),
  methodSettings: recordOf(v.string(), methodSetting),
  canarySettings: v.optional(canary),
  accessLogSettings: v.optional(v.object({ destinationArn: optionalText, format: optionalText })),
  tags: textMap,
});

const apiKey = v.object({
  id: v.string(),
  name: optionalText,
  description: optionalText,
  customerId: optionalText,
  value: v.string(),
  enabled: v.boolean(),
  createdAt: v.number(),
  lastUpdatedAt: v.number(),
  stageKeys: v.array(v.string()),
  tags: textMap,
});

/** AWS fills in neither limit when only the other is given. */
const throttle = v.object({ burstLimit: v.optional(v.number()), rateLimit: v.optional(v.number()) });

const apiStage = v.object({
  apiId: v.string(),
  stage: v.string(),
  /** By `/path/METHOD`. */
  throttle: v.optional(recordOf(v.string(), throttle)),
});

const usagePlan = v.object({
  id: v.string(),
  name: v.string(),
  description: optionalText,
  productCode: optionalText,
  createdAt: v.number(),
  apiStages: v.array(apiStage),
  throttle: v.optional(throttle),
  quota: v.optional(
    v.object({ limit: v.number(), offset: v.number(), period: v.picklist(['DAY', 'WEEK', 'MONTH']) }),
  ),
  tags: textMap,
});

const usagePlanKey = v.object({ usagePlanId: v.string(), keyId: v.string(), createdAt: v.number() });

/** How often a key was used under a plan on one day (UTC). */
const usage = v.object({ usagePlanId: v.string(), keyId: v.string(), day: v.string(), used: v.number() });

export type RestApi = v.InferOutput<typeof restApi>;
export type MethodResponse = v.InferOutput<typeof methodResponse>;
export type IntegrationResponse = v.InferOutput<typeof integrationResponse>;
export type Integration = v.InferOutput<typeof integration>;
export type Method = v.InferOutput<typeof method>;
export type Resource = v.InferOutput<typeof resource>;
export type Model = v.InferOutput<typeof model>;
export type RequestValidator = v.InferOutput<typeof requestValidator>;
export type CustomResponse = v.InferOutput<typeof customResponse>;
export type Deployment = v.InferOutput<typeof deployment>;
export type MethodSetting = v.InferOutput<typeof methodSetting>;
export type Canary = v.InferOutput<typeof canary>;
export type Stage = v.InferOutput<typeof stage>;
export type ApiKey = v.InferOutput<typeof apiKey>;
export type Throttle = v.InferOutput<typeof throttle>;
export type ApiStage = v.InferOutput<typeof apiStage>;
export type UsagePlan = v.InferOutput<typeof usagePlan>;
export type UsagePlanKey = v.InferOutput<typeof usagePlanKey>;
export type Usage = v.InferOutput<typeof usage>;

/** All that API Gateway keeps, and where it is. Records are never changed in place: a change puts a new one. */
export interface Gateway {
  readonly world: World;
  /** By API id. */
  readonly restApis: Table<RestApi>;
  /** By `API id/resource id`. */
  readonly resources: Table<Resource>;
  /** By `API id/model name`; the default models have no records until they are changed. */
  readonly models: Table<Model>;
  /** By `API id/validator id`. */
  readonly requestValidators: Table<RequestValidator>;
  /** By `API id/response type`. */
  readonly gatewayResponses: Table<CustomResponse>;
  /** By `API id/deployment id`. */
  readonly deployments: Table<Deployment>;
  /** By `API id/stage name`. */
  readonly stages: Table<Stage>;
  /** By key id. */
  readonly apiKeys: Table<ApiKey>;
  /** By plan id. */
  readonly usagePlans: Table<UsagePlan>;
  /** By `plan id/key id`. */
  readonly usagePlanKeys: Table<UsagePlanKey>;
  /** By `plan id/key id/day`. */
  readonly usage: Table<Usage>;
  /** The time of a change in milliseconds; never the same twice, so that it also tells the order of creation. */
  stamp(): number;
}

/** `afar` is what the callers of deployed APIs meet: changes reach them some time later. */
export function openState(world: World): { here: Gateway; afar: Gateway } {
  const { store, clock, delays } = world;
  const byStage = { clock, delay: delays.stage };
  const byKey = { clock, delay: delays.apiKey };
  const restApis = lateTable(store.table('apigateway-rest-apis', restApi), byStage);
  const deployments = lateTable(store.table('apigateway-deployments', deployment), byStage);
  const stages = lateTable(store.table('apigateway-stages', stage), byStage);
  const apiKeys = lateTable(store.table('apigateway-api-keys', apiKey), byKey);
  const usagePlans = lateTable(store.table('apigateway-usage-plans', usagePlan), byKey);
  const usagePlanKeys = lateTable(store.table('apigateway-usage-plan-keys', usagePlanKey), byKey);
  let last = 0;
  const here: Gateway = {
    world,
    restApis: restApis.here,
    resources: store.table('apigateway-resources', resource),
    models: store.table('apigateway-models', model),
    requestValidators: store.table('apigateway-request-validators', requestValidator),
    gatewayResponses: store.table('apigateway-gateway-responses', customResponse),
    deployments: deployments.here,
    stages: stages.here,
    apiKeys: apiKeys.here,
    usagePlans: usagePlans.here,
    usagePlanKeys: usagePlanKeys.here,
    usage: store.table('apigateway-usage', usage),
    stamp: () => {
      last = Math.max(last + 1, clock.now());
      return last;
    },
  };
  const afar: Gateway = {
    ...here,
    restApis: restApis.afar,
    deployments: deployments.afar,
    stages: stages.afar,
    apiKeys: apiKeys.afar,
    usagePlans: usagePlans.afar,
    usagePlanKeys: usagePlanKeys.afar,
  };
  return { here, afar };
}

/** A table's key for something inside something else. */
export const keyOf = (...ids: string[]): string => ids.join('/');

/** Orders things by age; the id decides between two of one moment. */
export const ageKey = ({ createdAt, id }: { createdAt: number; id: string }): string =>
  `${String(createdAt).padStart(16, '0')}/${id}`;

/** What of a record goes to the wire as it is. */
export const without = (record: object, ...keys: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));

/** Times on the wire are epoch seconds (aws-facts 6.1). */
export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** A member of a record whose keys come from outside; never one that every JavaScript object inherits. */
export const entryOf = <T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  map && Object.hasOwn(map, key) ? map[key] : undefined;
