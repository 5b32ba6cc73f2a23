import * as v from 'valibot';
import type { Operation } from '../service.js';
import { conflict, invalidMapping, notFound, responseNotFound } from './errors.js';
import { findMethod, putMethod, type MethodPath } from './methods.js';
import { checkModels } from './models.js';
import { gatewayOperation } from './operation.js';
import {
  invalidPath,
  patchOperations,
  requireOp,
  segmentsOf,
  truth,
  withEntry,
  withoutEntry,
  type PatchOperation,
} from './patch.js';
import { booleanMap, methodPath, statusCode, textMap } from './schemas.js';
import { entryOf, type Gateway, type Method, type MethodResponse, type Resource } from './state.js';

const responsePath = { ...methodPath, statusCode };

export function methodResponseOperations(gateway: Gateway): Operation[] {
  const route = '/restapis/:restApiId/resources/:resourceId/methods/:httpMethod/responses/:statusCode';
  return [
    gatewayOperation({
      name: 'PutMethodResponse',
      route: `PUT ${route}`,
      status: 201,
      input: v.object({
        responseParameters: v.optional(booleanMap),
        responseModels: v.optional(textMap),
        ...responsePath,
      }),
      run: ({ statusCode: code, responseParameters, responseModels, ...path }) => {
        const { resource, method } = findMethod(gateway, path);
        if (entryOf(method.methodResponses, code))
          throw conflict('Response already exists for this resource');
        checkModels(gateway, resource.apiId, responseModels);
        checkHeaders(Object.keys(responseParameters ?? {}));
        const response = { statusCode: code, responseParameters, responseModels };
        putResponse(gateway, resource, method, response);
        return response;
      },
    }),
    gatewayOperation({
      name: 'GetMethodResponse',
      route: `GET ${route}`,
      input: v.object(responsePath),
      run: (path) => findResponse(gateway, path).response,
    }),
    gatewayOperation({
      name: 'UpdateMethodResponse',
      route: `PATCH ${route}`,
      // Recorded, though an update (aws-facts 6.1).
      status: 201,
      input: v.object({ patchOperations, ...responsePath }),
      run: ({ patchOperations: patches, ...path }) => {
        const { resource, method, response } = findResponse(gateway, path);
        const patched = patches.reduce(
          (before, patch) => patchResponse(gateway, resource.apiId, before, patch),
          response,
        );
        putResponse(gateway, resource, method, patched);
        return patched;
      },
    }),
    gatewayOperation({
      name: 'DeleteMethodResponse',
      route: `DELETE ${route}`,
      status: 204,
      input: v.object(responsePath),
      run: (path) => {
        const { resource, method } = findResponse(gateway, path);
        const methodResponses = withoutEntry(method.methodResponses, path.statusCode);
        putMethod(gateway, resource, { ...method, methodResponses });
      },
    }),
  ];
}

function findResponse(
  gateway: Gateway,
  path: MethodPath & { statusCode: string },
): { resource: Resource; method: Method; response: MethodResponse } {
  const { resource, method } = findMethod(gateway, path);
  const response = entryOf(method.methodResponses, path.statusCode);
  if (!response) throw responseNotFound();
  return { resource, method, response };
}

function putResponse(gateway: Gateway, resource: Resource, method: Method, response: MethodResponse): void {
  const methodResponses = { ...method.methodResponses, [response.statusCode]: response };
  putMethod(gateway, resource, { ...method, methodResponses });
}

function checkHeaders(keys: readonly string[]): void {
  const wrong = keys.find((key) => !/^method\.response\.header\..+$/.test(key));
  if (wrong !== undefined) throw invalidMapping(wrong);
}

/** One patch of UpdateMethodResponse (recorded: test_update_method_response and its neighbours). */
function patchResponse(
  gateway: Gateway,
  restApiId: string,
  response: MethodResponse,
  patch: PatchOperation,
): MethodResponse {
  const [setting, key, ...more] = segmentsOf(patch);
  if (key === undefined || more.length > 0) throw invalidPath(patch);
  if (setting === 'responseParameters') {
    requireOp(patch, 'add', 'replace', 'remove');
    const { responseParameters } = response;
    if (patch.op !== 'add' && entryOf(responseParameters, key) === undefined) {
      throw notFound('Invalid parameter name specified');
    }
    if (patch.op === 'remove') {
      return { ...response, responseParameters: withoutEntry(responseParameters, key) };
    }
    checkHeaders([key]);
    return { ...response, responseParameters: withEntry(responseParameters, key, truth(patch)) };
  }
  if (setting === 'responseModels') {
    requireOp(patch, 'add', 'replace', 'remove');
    const { responseModels } = response;
    if (patch.op !== 'add' && entryOf(responseModels, key) === undefined) {
      throw notFound('Content-Type specified was not found');
    }
    if (patch.op === 'remove') return { ...response, responseModels: withoutEntry(responseModels, key) };
    checkModels(gateway, restApiId, { [key]: patch.value ?? '' });
    return { ...response, responseModels: withEntry(responseModels, key, patch.value ?? '') };
  }
  throw invalidPath(patch);
}
