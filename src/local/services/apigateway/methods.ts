import * as v from 'valibot';
import type { Operation } from '../service.js';
import { badRequest, conflict, invalidMapping, methodNotFound } from './errors.js';
import { checkModels } from './models.js';
import { gatewayOperation } from './operation.js';
import {
  invalidPath,
  optionalText,
  patchOperations,
  requireOp,
  segmentsOf,
  truth,
  withEntry,
  withoutEntry,
  type PatchOperation,
} from './patch.js';
import { checkValidator } from './request-validators.js';
import { findResource } from './resources.js';
import { booleanMap, methodPath, text, textMap } from './schemas.js';
import { entryOf, keyOf, type Gateway, type Method, type Resource } from './state.js';

export const VERBS: readonly string[] = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'ANY'];

const putInput = v.object({
  ...methodPath,
  authorizationType: text(64),
  apiKeyRequired: v.optional(v.boolean(), false),
  operationName: v.optional(text(256)),
  requestParameters: v.optional(booleanMap),
  requestModels: v.optional(textMap),
  requestValidatorId: v.optional(text(256)),
});

export function methodOperations(gateway: Gateway): Operation[] {
  const route = '/restapis/:restApiId/resources/:resourceId/methods/:httpMethod';
  return [
    gatewayOperation({
      name: 'PutMethod',
      route: `PUT ${route}`,
      status: 201,
      input: putInput,
      run: ({ restApiId, resourceId, httpMethod, ...input }) => {
        const resource = findResource(gateway, restApiId, resourceId);
        if (!VERBS.includes(httpMethod)) {
          throw badRequest(`Invalid HttpMethod specified. Valid options are ${VERBS.join(',')}`);
        }
        if (entryOf(resource.methods, httpMethod)) throw conflict('Method already exists for this resource');
        const method = newMethod(gateway, restApiId, { ...input, httpMethod });
        putMethod(gateway, resource, method);
        return method;
      },
    }),
    gatewayOperation({
      name: 'GetMethod',
      route: `GET ${route}`,
      input: v.object(methodPath),
      run: (path) => findMethod(gateway, path).method,
    }),
    gatewayOperation({
      name: 'UpdateMethod',
      route: `PATCH ${route}`,
      input: v.object({ ...methodPath, patchOperations }),
      run: ({ patchOperations: patches, ...path }) => {
        const { resource, method } = findMethod(gateway, path);
        const patched = patches.reduce(
          (before, patch) => patchMethod(gateway, resource.apiId, before, patch),
          method,
        );
        putMethod(gateway, resource, patched);
        return patched;
      },
    }),
    gatewayOperation({
      name: 'DeleteMethod',
      route: `DELETE ${route}`,
      status: 204,
      input: v.object(methodPath),
      run: (path) => {
        const { resource } = findMethod(gateway, path);
        const methods = withoutEntry(resource.methods, path.httpMethod) ?? {};
        gateway.resources.put(keyOf(resource.apiId, resource.id), { ...resource, methods });
      },
    }),
  ];
}

export interface MethodPath {
  readonly restApiId: string;
  readonly resourceId: string;
  readonly httpMethod: string;
}

/** @throws AwsError NotFoundException, for the resource before the method. */
export function findMethod(gateway: Gateway, path: MethodPath): { resource: Resource; method: Method } {
  const resource = findResource(gateway, path.restApiId, path.resourceId);
  const method = entryOf(resource.methods, path.httpMethod);
  if (!method) throw methodNotFound();
  return { resource, method };
}

export function putMethod({ resources }: Gateway, resource: Resource, method: Method): void {
  const methods = { ...resource.methods, [method.httpMethod]: method };
  resources.put(keyOf(resource.apiId, resource.id), { ...resource, methods });
}

function newMethod(
  gateway: Gateway,
  restApiId: string,
  input: Omit<v.InferOutput<typeof putInput>, 'restApiId' | 'resourceId'>,
): Method {
  const { authorizationType, ...given } = input;
  const requestValidatorId = checkValidator(gateway, restApiId, input.requestValidatorId);
  checkModels(gateway, restApiId, input.requestModels);
  checkParameters(Object.keys(input.requestParameters ?? {}));
  return { ...given, authorizationType: authorizationOf(authorizationType), requestValidatorId };
}

/** The local AWS has no authorizers, so the types that need one are refused as with an unknown one. */
function authorizationOf(type: string): string {
  const upper = type.toUpperCase();
  if (upper === 'NONE' || upper === 'AWS_IAM') return upper;
  if (upper === 'CUSTOM' || upper === 'COGNITO_USER_POOLS') {
    throw badRequest(
      'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
    );
  }
  throw badRequest(
    'Invalid AuthorizationType specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS',
  );
}

function checkParameters(keys: readonly string[]): void {
  const names = keys.map((key) => {
    const name = /^method\.request\.(?:querystring|header|path)\.(.+)$/.exec(key)?.[1];
    if (name === undefined) throw invalidMapping(key);
    return name;
  });
  if (new Set(names).size < names.length) {
    throw badRequest('Parameter names must be unique across querystring, header and path');
  }
}

/** One patch of UpdateMethod (recorded: test_update_method, test_update_method_validation). */
function patchMethod(gateway: Gateway, restApiId: string, method: Method, patch: PatchOperation): Method {
  const [setting, key, ...more] = segmentsOf(patch);
  if (setting === 'requestParameters' || setting === 'requestModels') {
    if (key === undefined || more.length > 0) throw invalidPath(patch);
    requireOp(patch, 'add', 'replace', 'remove');
    if (setting === 'requestParameters') return patchParameters(method, patch, key);
    if (patch.op !== 'remove') checkModels(gateway, restApiId, { [key]: patch.value ?? '' });
    return { ...method, requestModels: patchModels(method, patch, key) };
  }
  if (key !== undefined) throw invalidPath(patch);
  switch (setting) {
    case 'apiKeyRequired':
      requireOp(patch, 'replace');
      return { ...method, apiKeyRequired: truth(patch) };
    case 'authorizationType':
      requireOp(patch, 'replace');
      return { ...method, authorizationType: authorizationOf(patch.value ?? '') };
    case 'authorizerId':
      // Without a word ignored while the method's type needs no authorizer (recorded).
      requireOp(patch, 'replace');
      return method;
    case 'operationName':
      requireOp(patch, 'replace');
      return { ...method, operationName: optionalText(patch) };
    case 'requestValidatorId':
      requireOp(patch, 'replace');
      return {
        ...method,
        requestValidatorId: checkValidator(gateway, restApiId, optionalText(patch)),
      };
    default:
      throw invalidPath(patch);
  }
}

const patchModels = (
  { requestModels }: Method,
  patch: PatchOperation,
  key: string,
): Method['requestModels'] =>
  patch.op === 'remove' ? withoutEntry(requestModels, key) : withEntry(requestModels, key, patch.value ?? '');

function patchParameters(method: Method, patch: PatchOperation, key: string): Method {
  if (patch.op === 'remove') {
    return { ...method, requestParameters: withoutEntry(method.requestParameters, key) };
  }
  const requestParameters = withEntry(method.requestParameters, key, truth(patch));
  checkParameters(Object.keys(requestParameters));
  return { ...method, requestParameters };
}
