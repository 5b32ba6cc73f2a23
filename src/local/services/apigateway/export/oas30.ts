import type { Method, MethodResponse, Resource } from '../state.js';
import {
  API_KEY_SCHEME,
  documentExtensions,
  exportPaths,
  given,
  headerNames,
  hostOf,
  integrationExtension,
  needsApiKey,
  parametersOf,
  usedSchemas,
  versionOf,
  type ExportSource,
} from './parts.js';

/** An API as OpenAPI 3.0 (recorded: test_export_oas30_openapi). */
export function exportOas30(source: ExportSource): object {
  const { restApi } = source.deployment;
  const schemas = usedSchemas(source, 'components/schemas');
  return {
    openapi: '3.0.1',
    info: given({ title: restApi.name, description: restApi.description, version: versionOf(source) }),
    servers: [
      { url: `https://${hostOf(source)}/{basePath}`, variables: { basePath: { default: source.stageName } } },
    ],
    paths: exportPaths(source, (resource, method) => describeMethod(source, resource, method)),
    components: {
      ...(Object.keys(schemas).length > 0 && { schemas }),
      ...(needsApiKey(source) && { securitySchemes: { api_key: API_KEY_SCHEME } }),
    },
    ...documentExtensions(source),
  };
}

const TEXT = { schema: { type: 'string' } };

function describeMethod(source: ExportSource, resource: Resource, method: Method): object {
  const { operationName, requestModels, methodResponses, apiKeyRequired } = method;
  const parameters = parametersOf(resource, method);
  return {
    ...given({ operationId: operationName }),
    ...(parameters.length > 0 && {
      parameters: parameters.map(({ required, ...parameter }) => ({
        ...parameter,
        ...(required && { required }),
        ...TEXT,
      })),
    }),
    ...(requestModels && { requestBody: { content: contentOf(requestModels), required: true } }),
    ...(methodResponses && {
      responses: Object.fromEntries(
        Object.values(methodResponses).map((response) => [response.statusCode, describeResponse(response)]),
      ),
    }),
    ...(apiKeyRequired && { security: [{ api_key: [] }] }),
    ...integrationExtension(source, method),
  };
}

function describeResponse({ statusCode, responseParameters, responseModels }: MethodResponse): object {
  const headers = headerNames(responseParameters);
  return {
    description: `${statusCode} response`,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers.map((name) => [name, TEXT])) }),
    content: contentOf(responseModels ?? {}),
  };
}

const contentOf = (models: Readonly<Record<string, string>>): object =>
  Object.fromEntries(
    Object.entries(models).map(([type, model]) => [
      type,
      { schema: { $ref: `#/components/schemas/${model}` } },
    ]),
  );
