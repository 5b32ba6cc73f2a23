import * as v from 'valibot';
import { lowerId } from '../../ids.js';
import type { Operation } from '../service.js';
import { badRequest, conflict, limitExceeded, notFound } from './errors.js';
import { gatewayOperation } from './operation.js';
import { paginate } from './page.js';
import { optionalText, patchOperations, unsupportedPatch, type PatchOperation } from './patch.js';
import { resourcesOf } from './resources.js';
import { findRestApi } from './rest-apis.js';
import { query, restApiPath, text } from './schemas.js';
import { keyOf, without, type Gateway, type Model, type Resource } from './state.js';

const MAX_MODELS = 500;
const MAX_SCHEMA = 400 * 1024;

const defaultModel = (name: string, schema: object): Omit<Model, 'apiId' | 'id'> => ({
  name,
  description: `This is a default ${name.toLowerCase()} schema model`,
  contentType: 'application/json',
  schema: JSON.stringify(
    {
      $schema: 'http://json-schema.org/draft-04/schema#',
      title: `${name} Schema`,
      type: 'object',
      ...schema,
    },
    null,
    2,
  ),
});

/** The models that every API has from its start. */
const DEFAULTS = [
  defaultModel('Empty', {}),
  defaultModel('Error', { properties: { message: { type: 'string' } } }),
];

const modelPath = { ...restApiPath, modelName: v.string() };

export function modelOperations(gateway: Gateway): Operation[] {
  const { models } = gateway;
  const route = '/restapis/:restApiId/models';
  return [
    gatewayOperation({
      name: 'CreateModel',
      route: `POST ${route}`,
      status: 201,
      input: v.object({
        name: text(256),
        description: v.optional(text()),
        schema: v.optional(text(MAX_SCHEMA)),
        contentType: text(256),
        ...restApiPath,
      }),
      run: ({ restApiId, name, schema, ...given }) => {
        findRestApi(gateway, restApiId);
        checkName(name);
        const all = modelsOf(gateway, restApiId);
        if (all.some((model) => model.name === name)) {
          throw conflict('Model name already exists for this REST API');
        }
        if (all.length >= MAX_MODELS)
          throw limitExceeded('Maximum number of Models for this API has been reached');
        const model = { ...given, apiId: restApiId, id: lowerId(6), name, schema: checkedSchema(schema) };
        models.put(keyOf(restApiId, name), model);
        return describeModel(model);
      },
    }),
    gatewayOperation({
      name: 'GetModels',
      route: `GET ${route}`,
      input: v.object({ ...restApiPath, limit: query, position: query }),
      run: ({ restApiId, limit, position }) => {
        findRestApi(gateway, restApiId);
        const page = paginate(modelsOf(gateway, restApiId), { sortKey: ({ name }) => name, limit, position });
        return { ...page, item: page.item.map(describeModel) };
      },
    }),
    gatewayOperation({
      name: 'GetModel',
      route: `GET ${route}/:modelName`,
      input: v.object(modelPath),
      run: ({ restApiId, modelName }) => describeModel(findModel(gateway, restApiId, modelName)),
    }),
    gatewayOperation({
      name: 'UpdateModel',
      route: `PATCH ${route}/:modelName`,
      input: v.object({ ...modelPath, patchOperations }),
      run: ({ restApiId, modelName, patchOperations: patches }) => {
        const model = patches.reduce(patchModel, findModel(gateway, restApiId, modelName));
        models.put(keyOf(restApiId, modelName), model);
        return describeModel(model);
      },
    }),
    gatewayOperation({
      name: 'DeleteModel',
      route: `DELETE ${route}/:modelName`,
      status: 202,
      input: v.object(modelPath),
      run: ({ restApiId, modelName }) => {
        findModel(gateway, restApiId, modelName);
        checkUnused(resourcesOf(gateway, restApiId), modelName);
        if (DEFAULTS.some(({ name }) => name === modelName)) {
          throw badRequest(`The local AWS keeps the models that an API has from its start (${modelName}).`);
        }
        models.delete(keyOf(restApiId, modelName));
      },
    }),
  ];
}

/** An API's models by name. The ids of the default ones are made of the API's: they need no record until they are changed. */
export function modelsOf({ models, restApis }: Gateway, apiId: string): Model[] {
  if (!restApis.get(apiId)) return [];
  const own = models.values().filter((model) => model.apiId === apiId);
  const defaults = DEFAULTS.filter(({ name }) => own.every((model) => model.name !== name));
  return [
    ...defaults.map((model) => ({ ...model, apiId, id: `${apiId.slice(0, 5)}${model.name.slice(-1)}` })),
    ...own,
  ];
}

/** @throws AwsError when a model is named that the API does not have. */
export function checkModels(
  gateway: Gateway,
  apiId: string,
  named: Readonly<Record<string, string>> | undefined,
): void {
  const known = modelsOf(gateway, apiId);
  const unknown = Object.values(named ?? {}).find((name) => known.every((model) => model.name !== name));
  if (unknown !== undefined) throw badRequest(`Invalid model identifier specified: ${unknown}`);
}

/** @throws AwsError NotFoundException, also when the API itself is missing (recorded: test_model_validation). */
function findModel(gateway: Gateway, apiId: string, name: string): Model {
  const model = modelsOf(gateway, apiId).find((each) => each.name === name);
  if (!model) throw notFound(`Invalid model name specified: ${name}`);
  return model;
}

/** What AWS says of a name that is no word is not established. */
function checkName(name: string): void {
  if (name === '') throw badRequest('Model name must be non-empty');
  if (!/^[a-zA-Z0-9]+$/.test(name)) throw badRequest(`Model name must be alphanumeric: ${name}`);
}

function checkedSchema(schema: string | undefined | null): string {
  if (!schema) throw badRequest('Model schema must have at least 1 property or array items defined');
  try {
    const parsed: unknown = JSON.parse(schema);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return schema;
  } catch {
    // Refused below, like a schema that is no object.
  }
  throw badRequest(
    'Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]',
  );
}

/** Recorded for requests (test_put_method_model); responses are worded after them. */
function checkUnused(resources: readonly Resource[], name: string): void {
  for (const { path, methods } of resources.toSorted((a, b) => (a.path < b.path ? 1 : -1))) {
    for (const [verb, { requestModels, methodResponses }] of Object.entries(methods)) {
      const inUse = (where: string) =>
        conflict(`Cannot delete model '${name}', is referenced in method ${where}: ${path}/${verb}`);
      if (Object.values(requestModels ?? {}).includes(name)) throw inUse('request');
      const responses = Object.values(methodResponses ?? {});
      if (responses.some(({ responseModels }) => Object.values(responseModels ?? {}).includes(name))) {
        throw inUse('response');
      }
    }
  }
}

function patchModel(model: Model, patch: PatchOperation): Model {
  if (patch.op === 'replace' && patch.path === '/description') {
    return { ...model, description: optionalText(patch) };
  }
  if (patch.op === 'replace' && patch.path === '/schema') {
    return { ...model, schema: checkedSchema(patch.value) };
  }
  throw unsupportedPatch(patch, { replace: ['/description', '/schema'] });
}

const describeModel = (model: Model): object => without(model, 'apiId');
