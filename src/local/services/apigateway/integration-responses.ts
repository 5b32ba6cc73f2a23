import * as v from 'valibot';
import { oneOf } from '../constraints.js';
import type { Operation } from '../service.js';
import {
  integrationNotFound,
  invalidMapping,
  notFound,
  responseNotFound,
  undeclaredMapping,
} from './errors.js';
import { checkTemplates } from './integration-settings.js';
import { findIntegration } from './integrations.js';
import { putMethod, type MethodPath } from './methods.js';
import { gatewayOperation } from './operation.js';
import {
  invalidPath,
  optionalText,
  patchOperations,
  requireOp,
  segmentsOf,
  withEntry,
  withoutEntry,
  type PatchOperation,
} from './patch.js';
import { findResource } from './resources.js';
import { methodPath, statusCode, templateMap, text, textMap } from './schemas.js';
import {
  entryOf,
  type Gateway,
  type Integration,
  type IntegrationResponse,
  type Method,
  type Resource,
} from './state.js';

const responsePath = { ...methodPath, statusCode };

interface Found {
  readonly resource: Resource;
  readonly method: Method;
  readonly integration: Integration;
  readonly response: IntegrationResponse;
}

export function integrationResponseOperations(gateway: Gateway): Operation[] {
  const route =
    '/restapis/:restApiId/resources/:resourceId/methods/:httpMethod/integration/responses/:statusCode';
  return [
    gatewayOperation({
      name: 'PutIntegrationResponse',
      route: `PUT ${route}`,
      status: 201,
      input: v.object({
        selectionPattern: v.optional(text(4096)),
        responseParameters: v.optional(textMap),
        responseTemplates: v.optional(templateMap),
        contentHandling: v.optional(oneOf(['CONVERT_TO_BINARY', 'CONVERT_TO_TEXT'])),
        ...responsePath,
      }),
      run: ({ restApiId, resourceId, httpMethod, ...response }) => {
        const found = findIntegration(gateway, { restApiId, resourceId, httpMethod });
        checkTemplates(response.responseTemplates);
        checkResponseParameters(found.method, response);
        putResponse(gateway, found, response);
        return response;
      },
    }),
    gatewayOperation({
      name: 'GetIntegrationResponse',
      route: `GET ${route}`,
      input: v.object(responsePath),
      run: (path) => findResponse(gateway, path).response,
    }),
    gatewayOperation({
      name: 'UpdateIntegrationResponse',
      route: `PATCH ${route}`,
      input: v.object({ patchOperations, ...responsePath }),
      run: ({ patchOperations: patches, ...path }) => {
        const found = findResponse(gateway, path);
        const response = patches.reduce(patchResponse, found.response);
        checkTemplates(response.responseTemplates);
        checkResponseParameters(found.method, response);
        putResponse(gateway, found, response);
        return response;
      },
    }),
    gatewayOperation({
      name: 'DeleteIntegrationResponse',
      route: `DELETE ${route}`,
      status: 204,
      input: v.object(responsePath),
      run: (path) => {
        // This call alone names the integration when the method is missing (recorded: …_delete_…_errors).
        const { methods } = findResource(gateway, path.restApiId, path.resourceId);
        if (!entryOf(methods, path.httpMethod)) throw integrationNotFound();
        const { resource, method, integration } = findResponse(gateway, path);
        const integrationResponses = withoutEntry(integration.integrationResponses, path.statusCode);
        putMethod(gateway, resource, {
          ...method,
          methodIntegration: { ...integration, integrationResponses },
        });
      },
    }),
  ];
}

function findResponse(gateway: Gateway, path: MethodPath & { statusCode: string }): Found {
  const found = findIntegration(gateway, path);
  const response = entryOf(found.integration.integrationResponses, path.statusCode);
  if (!response) throw responseNotFound();
  return { ...found, response };
}

function putResponse(
  gateway: Gateway,
  { resource, method, integration }: Omit<Found, 'response'>,
  response: IntegrationResponse,
): void {
  const integrationResponses = { ...integration.integrationResponses, [response.statusCode]: response };
  putMethod(gateway, resource, { ...method, methodIntegration: { ...integration, integrationResponses } });
}

/** A header can be filled only when the method response of the same status declares it. */
function checkResponseParameters(
  method: Method,
  { statusCode: code, responseParameters }: IntegrationResponse,
): void {
  const declared = entryOf(method.methodResponses, code)?.responseParameters;
  for (const [target, source] of Object.entries(responseParameters ?? {})) {
    if (entryOf(declared, target) === undefined) throw undeclaredMapping(target);
    if (!isResponseSource(source)) throw invalidMapping(source);
  }
}

const isResponseSource = (source: string): boolean =>
  /^(?:integration\.response\.(?:(?:header|multivalueheader)\..+|body(?:\..+)?)|context\..+|stageVariables\..+|'.*')$/.test(
    source,
  );

/** One patch of UpdateIntegrationResponse. */
function patchResponse(response: IntegrationResponse, patch: PatchOperation): IntegrationResponse {
  const [setting, key, ...more] = segmentsOf(patch);
  if (more.length > 0) throw invalidPath(patch);
  if (setting === 'selectionPattern' && key === undefined) {
    requireOp(patch, 'replace', 'remove');
    return { ...response, selectionPattern: patch.op === 'remove' ? undefined : (patch.value ?? '') };
  }
  if (setting === 'contentHandling' && key === undefined) {
    requireOp(patch, 'replace', 'remove');
    return { ...response, contentHandling: optionalText(patch) };
  }
  if (key === undefined) throw invalidPath(patch);
  requireOp(patch, 'add', 'replace', 'remove');
  const { responseParameters, responseTemplates } = response;
  const isRemoval = patch.op === 'remove';
  if (setting === 'responseParameters') {
    if (isRemoval && entryOf(responseParameters, key) === undefined)
      throw notFound('Invalid parameter name specified');
    return {
      ...response,
      responseParameters: isRemoval
        ? withoutEntry(responseParameters, key)
        : withEntry(responseParameters, key, patch.value ?? ''),
    };
  }
  if (setting === 'responseTemplates') {
    if (isRemoval && entryOf(responseTemplates, key) === undefined) {
      throw notFound('Content-Type specified was not found');
    }
    return {
      ...response,
      responseTemplates: isRemoval
        ? withoutEntry(responseTemplates, key)
        : withEntry(responseTemplates, key, patch.value || null),
    };
  }
  throw invalidPath(patch);
}
