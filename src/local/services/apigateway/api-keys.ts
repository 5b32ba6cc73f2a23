import * as v from 'valibot';
import { lowerId, mixedId } from '../../ids.js';
import type { Operation } from '../service.js';
import { apiKeyNotFound, badRequest, conflict, limitExceeded } from './errors.js';
import { gatewayOperation } from './operation.js';
import { paginate } from './page.js';
import { optionalText, patchOperations, truth, unsupportedPatch, type PatchOperation } from './patch.js';
import { query, tags, text } from './schemas.js';
import { ageKey, keyOf, seconds, type ApiKey, type Gateway } from './state.js';
import { dropUsage } from './quota.js';

const MAX_API_KEYS = 10_000;
const GENERATED_VALUE_LENGTH = 40;

const apiKeyPath = { apiKey: v.string() };

export function apiKeyOperations(gateway: Gateway): Operation[] {
  const { apiKeys } = gateway;
  return [
    gatewayOperation({
      name: 'CreateApiKey',
      route: 'POST /apikeys',
      status: 201,
      input: v.object({
        name: v.optional(v.string()),
        description: v.optional(v.string()),
        enabled: v.optional(v.boolean(), false),
        value: v.optional(v.string()),
        customerId: v.optional(text(1024)),
        stageKeys: v.optional(v.array(v.object({ restApiId: text(64), stageName: text(128) })), []),
        tags: v.optional(tags, {}),
      }),
      run: ({ value, stageKeys, ...given }) => {
        checkNames(given);
        const createdAt = gateway.stamp();
        const key = {
          ...given,
          id: lowerId(10),
          value: freshValue(gateway, value),
          createdAt,
          lastUpdatedAt: createdAt,
          stageKeys: stageKeys.map(({ restApiId, stageName }) => `${restApiId}/${stageName}`),
        };
        apiKeys.put(key.id, key);
        return describeApiKey(key, { value: true, tags: 'given' });
      },
    }),
    gatewayOperation({
      name: 'GetApiKey',
      route: 'GET /apikeys/:apiKey',
      input: v.object({ ...apiKeyPath, includeValue: query }),
      run: ({ apiKey, includeValue }) =>
        describeApiKey(findApiKey(gateway, apiKey), { value: includeValue === 'true', tags: 'always' }),
    }),
    gatewayOperation({
      name: 'GetApiKeys',
      route: 'GET /apikeys',
      input: v.object({
        name: query,
        customerId: query,
        includeValues: query,
        limit: query,
        position: query,
      }),
      run: ({ name = '', customerId, includeValues, limit, position }) => {
        const wanted = apiKeys
          .values()
          .filter((key) => (key.name ?? '').startsWith(name))
          .filter((key) => customerId === undefined || key.customerId === customerId);
        // The newest first, in all recordings (test_get_api_keys).
        const page = paginate(wanted, { sortKey: ageKey, descending: true, limit, position });
        const value = includeValues === 'true';
        return { ...page, item: page.item.map((key) => describeApiKey(key, { value, tags: 'given' })) };
      },
    }),
    gatewayOperation({
      name: 'UpdateApiKey',
      route: 'PATCH /apikeys/:apiKey',
      input: v.object({ ...apiKeyPath, patchOperations }),
      run: ({ apiKey, patchOperations: patches }) => {
        const patched = patches.reduce(patchApiKey, findApiKey(gateway, apiKey));
        checkNames(patched);
        const key = { ...patched, lastUpdatedAt: gateway.stamp() };
        apiKeys.put(key.id, key);
        return describeApiKey(key, { value: false, tags: 'always' });
      },
    }),
    gatewayOperation({
      name: 'DeleteApiKey',
      route: 'DELETE /apikeys/:apiKey',
      status: 202,
      input: v.object(apiKeyPath),
      run: ({ apiKey }) => {
        const { id } = findApiKey(gateway, apiKey);
        for (const { usagePlanId, keyId } of gateway.usagePlanKeys.values()) {
          if (keyId === id) gateway.usagePlanKeys.delete(keyOf(usagePlanId, keyId));
        }
        dropUsage(gateway, ({ keyId }) => keyId === id);
        apiKeys.delete(id);
      },
    }),
  ];
}

/** @throws AwsError NotFoundException */
export function findApiKey({ apiKeys }: Gateway, id: string): ApiKey {
  const key = apiKeys.get(id);
  if (!key) throw apiKeyNotFound();
  return key;
}

/** Recorded: test_create_api_key_with_invalid_name, test_update_api_key_invalid_description_length. */
function checkNames({ name = '', description = '' }: Pick<ApiKey, 'name' | 'description'>): void {
  if (name.length > 1024) throw badRequest('Invalid API Key name, can be at most 1024 characters.');
  if (description.length > 125_000) throw badRequest('Invalid API Key description specified.');
}

function freshValue({ apiKeys }: Gateway, given: string | undefined): string {
  const all = apiKeys.values();
  if (all.length >= MAX_API_KEYS)
    throw limitExceeded('Maximum number of API Keys for this account has been reached');
  if (given === undefined || given === '') return mixedId(GENERATED_VALUE_LENGTH);
  if (given.length < 20) throw badRequest('API Key value should be at least 20 characters');
  if (given.length > 128) throw badRequest('API Key value exceeds maximum size of 128 characters');
  if (all.some(({ value }) => value === given)) throw conflict('API Key already exists');
  return given;
}

function patchApiKey(key: ApiKey, patch: PatchOperation): ApiKey {
  const supported = { replace: ['/description', '/enabled', '/name', '/customerId'] };
  if (patch.op !== 'replace') throw unsupportedPatch(patch, supported);
  switch (patch.path) {
    case '/name':
      return { ...key, name: patch.value ?? '' };
    case '/description':
      return { ...key, description: optionalText(patch) };
    case '/customerId':
      return { ...key, customerId: optionalText(patch) };
    case '/enabled':
      return { ...key, enabled: truth(patch) };
    default:
      throw unsupportedPatch(patch, supported);
  }
}

function describeApiKey(key: ApiKey, show: { value: boolean; tags: 'always' | 'given' }): object {
  const { value, createdAt, lastUpdatedAt, tags: given, ...rest } = key;
  return {
    ...rest,
    ...(show.value && { value }),
    createdDate: seconds(createdAt),
    lastUpdatedDate: seconds(lastUpdatedAt),
    ...((show.tags === 'always' || Object.keys(given).length > 0) && { tags: given }),
  };
}
