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

/** An API as Swagger 2.0 (recorded: test_export_swagger_openapi). */
export function exportSwagger(source: ExportSource): object {
  const { restApi } = source.deployment;
  const definitions = usedSchemas(source, 'definitions');
  return {
    swagger: '2.0',
    info: given({ description: restApi.description, version: versionOf(source), title: restApi.name }),
    host: hostOf(source),
    basePath: `/${source.stageName}`,
    schemes: ['https'],
    paths: exportPaths(source, (resource, method) => describeMethod(source, resource, method)),
    ...(needsApiKey(source) && { securityDefinitions: { api_key: API_KEY_SCHEME } }),
    ...(Object.keys(definitions).length > 0 && { definitions }),
    ...documentExtensions(source),
  };
}

function describeMethod(source: ExportSource, resource: Resource, method: Method): object {
  const {
    operationName,
    requestModels = {},
    methodResponses = {},
    methodIntegration,
    apiKeyRequired,
  } = method;
  const responses = Object.values(methodResponses);
  const templates = Object.values(methodIntegration?.integrationResponses ?? {});
  const consumes = typesOf([requestModels, methodIntegration?.requestTemplates]);
  const produces = typesOf([
    ...responses.map(({ responseModels }) => responseModels),
    ...templates.map(({ responseTemplates }) => responseTemplates),
  ]);
  const parameters = [
    ...parametersOf(resource, method).map((parameter) => ({ ...parameter, type: 'string' })),
    ...Object.values(requestModels).map((model) => ({
      in: 'body',
      name: model,
      required: true,
      ...schemaOf(model),
    })),
  ];
  return {
    ...given({ operationId: operationName }),
    ...(consumes.length > 0 && { consumes }),
    ...(produces.length > 0 && { produces }),
    ...(parameters.length > 0 && { parameters }),
    ...(responses.length > 0 && {
      responses: Object.fromEntries(
        responses.map((response) => [response.statusCode, describeResponse(response)]),
      ),
    }),
    ...(apiKeyRequired && { security: [{ api_key: [] }] }),
    ...integrationExtension(source, method),
  };
}

const schemaOf = (model: string): object => ({ schema: { $ref: `#/definitions/${model}` } });

/** The content types among the keys of all maps, each once. */
const typesOf = (maps: readonly (object | undefined)[]): string[] => [
  ...new Set(maps.flatMap((map) => Object.keys(map ?? {}))),
];

function describeResponse({ statusCode, responseParameters, responseModels }: MethodResponse): object {
  const headers = headerNames(responseParameters);
  const [model] = Object.values(responseModels ?? {});
  return {
    description: `${statusCode} response`,
    ...(model !== undefined && schemaOf(model)),
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map((name) => [name, { type: 'string' }])),
    }),
  };
}
