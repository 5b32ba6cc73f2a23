import * as v from 'valibot';
import { lowerId } from '../../ids.js';
import { oneOf } from '../constraints.js';
import type { Operation } from '../service.js';
import { apiNotFound, badRequest, limitExceeded } from './errors.js';
import { gatewayOperation } from './operation.js';
import { paginate } from './page.js';
import { patchOperations } from './patch.js';
import {
  checkIpAddressType,
  compressionSize,
  defaultIpAddressType,
  endpointTypeOf,
  patchRestApi,
} from './rest-api-settings.js';
import { query, restApiPath, tags, text } from './schemas.js';
import { ageKey, keyOf, seconds, type Gateway, type RestApi } from './state.js';
import { dropApiStages } from './usage-plans.js';

const MAX_REST_APIS = 600;

const ENDPOINT_TYPES: readonly string[] = ['PRIVATE', 'EDGE', 'REGIONAL'];

const endpointTypes = v.pipe(
  v.array(v.string()),
  v.check(
    (types) => types.every((type) => ENDPOINT_TYPES.includes(type)),
    'Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]',
  ),
);

const createInput = v.object({
  name: text(1024),
  description: v.optional(text()),
  version: v.optional(text(64)),
  binaryMediaTypes: v.optional(v.array(text(256))),
  minimumCompressionSize: v.optional(v.union([v.number(), v.string()])),
  apiKeySource: v.optional(oneOf(['AUTHORIZER', 'HEADER']), 'HEADER'),
  endpointConfiguration: v.optional(
    v.object({
      types: v.optional(endpointTypes),
      ipAddressType: v.optional(oneOf(['ipv4', 'dualstack'])),
      vpcEndpointIds: v.optional(v.array(text(256))),
    }),
    {},
  ),
  disableExecuteApiEndpoint: v.optional(v.boolean(), false),
  policy: v.optional(text(8192)),
  tags: v.optional(tags, {}),
  cloneFrom: v.optional(text(256)),
});

export function restApiOperations(gateway: Gateway): Operation[] {
  const { restApis } = gateway;
  return [
    gatewayOperation({
      name: 'CreateRestApi',
      route: 'POST /restapis',
      status: 201,
      input: createInput,
      run: (input) => {
        if (restApis.values().length >= MAX_REST_APIS) {
          throw limitExceeded(
            'Maximum number of Rest APIs for this account has been reached. Please contact AWS if you need additional Rest APIs',
          );
        }
        const api = newRestApi(gateway, input);
        restApis.put(api.id, api);
        gateway.resources.put(keyOf(api.id, api.rootResourceId), {
          apiId: api.id,
          id: api.rootResourceId,
          path: '/',
          methods: {},
        });
        return describeRestApi(api, 'given');
      },
    }),
    gatewayOperation({
      name: 'GetRestApi',
      route: 'GET /restapis/:restApiId',
      input: v.object(restApiPath),
      run: ({ restApiId }) => describeRestApi(findRestApi(gateway, restApiId), 'always'),
    }),
    gatewayOperation({
      name: 'GetRestApis',
      route: 'GET /restapis',
      input: v.object({ limit: query, position: query }),
      run: ({ limit, position }) => {
        const page = paginate(restApis.values(), { sortKey: ageKey, limit, position });
        return { ...page, item: page.item.map((api) => describeRestApi(api, 'given')) };
      },
    }),
    gatewayOperation({
      name: 'UpdateRestApi',
      route: 'PATCH /restapis/:restApiId',
      input: v.object({ ...restApiPath, patchOperations }),
      run: ({ restApiId, patchOperations: patches }) => {
        const api = patches.reduce(patchRestApi, findRestApi(gateway, restApiId));
        restApis.put(api.id, api);
        return describeRestApi(api, 'always');
      },
    }),
    gatewayOperation({
      name: 'DeleteRestApi',
      route: 'DELETE /restapis/:restApiId',
      status: 202,
      input: v.object(restApiPath),
      run: ({ restApiId }) => {
        deleteRestApi(gateway, findRestApi(gateway, restApiId));
      },
    }),
  ];
}

/** @throws AwsError NotFoundException */
export function findRestApi({ restApis, world }: Gateway, restApiId: string): RestApi {
  const api = restApis.get(restApiId);
  if (!api) throw apiNotFound(world.account, restApiId);
  return api;
}

function newRestApi(gateway: Gateway, input: v.InferOutput<typeof createInput>): RestApi {
  const { endpointConfiguration, minimumCompressionSize, cloneFrom, binaryMediaTypes, ...given } = input;
  if (given.description === '') throw badRequest('Description cannot be an empty string');
  if (given.name === '') throw badRequest('Name cannot be an empty string');
  if (cloneFrom !== undefined) throw badRequest('The local AWS does not clone APIs (cloneFrom).');
  const { types = ['EDGE'], vpcEndpointIds } = endpointConfiguration;
  if (types.length > 1) throw badRequest('Cannot create an api with multiple Endpoint Types.');
  const endpointType = endpointTypeOf(types[0]);
  const ipAddressType = endpointConfiguration.ipAddressType ?? defaultIpAddressType(endpointType);
  checkIpAddressType(endpointType, ipAddressType);
  const compression =
    minimumCompressionSize === undefined ? undefined : compressionSize(String(minimumCompressionSize));
  return {
    ...given,
    id: lowerId(10),
    rootResourceId: lowerId(10),
    createdAt: gateway.stamp(),
    endpointType,
    ipAddressType,
    ...(vpcEndpointIds && { vpcEndpointIds }),
    ...(binaryMediaTypes?.length && { binaryMediaTypes }),
    ...(compression !== undefined && { minimumCompressionSize: compression }),
  };
}

/** Create and list leave `tags` out when there are none, get and update answer `{}` (aws-facts 6.2). */
function describeRestApi(api: RestApi, showTags: 'always' | 'given'): object {
  const { createdAt, endpointType, ipAddressType, vpcEndpointIds, tags: given, policy, ...rest } = api;
  return {
    ...rest,
    createdDate: seconds(createdAt),
    endpointConfiguration: {
      types: [endpointType],
      ipAddressType,
      ...(vpcEndpointIds && { vpcEndpointIds }),
    },
    // AWS answers the policy as text inside text: its quotes come back escaped.
    ...(policy !== undefined && { policy: policy.replaceAll('"', '\\"') }),
    ...((showTags === 'always' || Object.keys(given).length > 0) && { tags: given }),
  };
}

/** Everything that belongs to an API goes with it, its places in usage plans included. */
function deleteRestApi(gateway: Gateway, { id }: RestApi): void {
  for (const resource of gateway.resources.values()) {
    if (resource.apiId === id) gateway.resources.delete(keyOf(id, resource.id));
  }
  for (const deployment of gateway.deployments.values()) {
    if (deployment.apiId === id) gateway.deployments.delete(keyOf(id, deployment.id));
  }
  for (const stage of gateway.stages.values()) {
    if (stage.apiId === id) gateway.stages.delete(keyOf(id, stage.stageName));
  }
  for (const { name } of gateway.models.values().filter(({ apiId }) => apiId === id)) {
    gateway.models.delete(keyOf(id, name));
  }
  for (const validator of gateway.requestValidators.values().filter(({ apiId }) => apiId === id)) {
    gateway.requestValidators.delete(keyOf(id, validator.id));
  }
  for (const response of gateway.gatewayResponses.values().filter(({ apiId }) => apiId === id)) {
    gateway.gatewayResponses.delete(keyOf(id, response.responseType));
  }
  dropApiStages(gateway, (apiStage) => apiStage.apiId === id);
  gateway.restApis.delete(id);
}
