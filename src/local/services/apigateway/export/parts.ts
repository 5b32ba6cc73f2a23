import { without, type Deployment, type Integration, type Method, type Resource } from '../state.js';

/** What an export is made of. */
export interface ExportSource {
  readonly deployment: Deployment;
  readonly stageName: string;
  readonly region: string;
  /** Whether API Gateway's own members are wanted: `extensions=integrations` or `=apigateway`. */
  readonly withExtensions: boolean;
}

/** The resources that have methods, by path, each verb as the formats spell it. */
export function exportPaths(
  { deployment }: ExportSource,
  describe: (resource: Resource, method: Method) => object,
): object {
  const resources = deployment.resources.filter(({ methods }) => Object.keys(methods).length > 0);
  return Object.fromEntries(
    resources.map((resource) => [
      resource.path,
      Object.fromEntries(
        Object.values(resource.methods).map((method) => [verbOf(method), describe(resource, method)]),
      ),
    ]),
  );
}

const verbOf = ({ httpMethod }: Method): string =>
  httpMethod === 'ANY' ? 'x-amazon-apigateway-any-method' : httpMethod.toLowerCase();

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
}

/** The parameters that a method declares, and those that its path has anyway. */
export function parametersOf(resource: Resource, { requestParameters = {} }: Method): Parameter[] {
  const inPath = [...resource.path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name = '']): Parameter => ({
    name,
    in: 'path',
    required: true,
  }));
  const declared = Object.entries(requestParameters).flatMap(([key, required]): Parameter[] => {
    const [, kind, name = ''] = /^method\.request\.(querystring|header|path)\.(.+)$/.exec(key) ?? [];
    if (kind === 'querystring') return [{ name, in: 'query', required }];
    return kind === 'header' ? [{ name, in: 'header', required }] : [];
  });
  return [...inPath, ...declared];
}

/** The headers that a method response declares. */
export const headerNames = (responseParameters: Readonly<Record<string, boolean>> | undefined): string[] =>
  Object.keys(responseParameters ?? {}).map((key) => key.replace(/^method\.response\.header\./, ''));

/** A model's address within another model's schema. */
const MODEL_URL = /https:\/\/apigateway\.amazonaws\.com\/restapis\/\w+\/models\/(\w+)/g;

/** The models that the methods name, and those that these refer to, as schemas; `place` is where the document has them. */
export function usedSchemas({ deployment }: ExportSource, place: string): Record<string, unknown> {
  const methods = deployment.resources.flatMap(({ methods: all }) => Object.values(all));
  const used = new Set(
    methods.flatMap(({ requestModels = {}, methodResponses = {} }) => [
      ...Object.values(requestModels),
      ...Object.values(methodResponses).flatMap(({ responseModels = {} }) => Object.values(responseModels)),
    ]),
  );
  const byName = new Map(deployment.models.map(({ name, schema }) => [name, schema]));
  for (const name of used) {
    for (const [, other = ''] of (byName.get(name) ?? '').matchAll(MODEL_URL)) used.add(other);
  }
  return Object.fromEntries(
    [...byName]
      .filter(([name]) => used.has(name))
      .map(([name, schema]) => [name, schemaOf(schema.replaceAll(MODEL_URL, `#/${place}/$1`))]),
  );
}

function schemaOf(text: string): object {
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null ? without(parsed, '$schema') : {};
}

export const needsApiKey = ({ deployment }: ExportSource): boolean =>
  deployment.resources.some(({ methods }) =>
    Object.values(methods).some(({ apiKeyRequired }) => apiKeyRequired),
  );

export const API_KEY_SCHEME = { type: 'apiKey', name: 'x-api-key', in: 'header' };

/** The API's own version, else the time it was made (recorded: test_export_swagger_openapi). */
export const versionOf = ({ deployment: { restApi } }: ExportSource): string =>
  restApi.version ?? new Date(restApi.createdAt).toISOString().replace(/\.\d{3}/, '');

export const hostOf = ({ deployment: { restApi }, region }: ExportSource): string =>
  `${restApi.id}.execute-api.${region}.amazonaws.com`;

/** `x-amazon-apigateway-integration`: a method's backend; a time-out that is the default is left out. */
export function integrationExtension(source: ExportSource, { methodIntegration }: Method): object {
  if (!source.withExtensions || !methodIntegration) return {};
  const { type, integrationResponses, passthroughBehavior, timeoutInMillis } = methodIntegration;
  const { httpMethod, uri, credentials, contentHandling } = methodIntegration;
  const { requestParameters, requestTemplates, connectionType, connectionId } = methodIntegration;
  return {
    'x-amazon-apigateway-integration': {
      type: type.toLowerCase(),
      ...given({ httpMethod, uri, credentials, contentHandling, requestParameters, requestTemplates }),
      ...(connectionType === 'VPC_LINK' && { connectionType, connectionId }),
      ...(integrationResponses && { responses: responsesExtension(integrationResponses) }),
      passthroughBehavior: passthroughBehavior.toLowerCase(),
      ...(timeoutInMillis !== 29_000 && { timeoutInMillis }),
    },
  };
}

/** By selection pattern; the one without a pattern is `default`. */
function responsesExtension(responses: NonNullable<Integration['integrationResponses']>): object {
  return Object.fromEntries(
    Object.values(responses).map(
      ({ statusCode, selectionPattern, responseParameters, responseTemplates, contentHandling }) => [
        selectionPattern || 'default',
        { statusCode, ...given({ responseParameters, responseTemplates, contentHandling }) },
      ],
    ),
  );
}

/** The extensions that belong to the document as a whole. */
export function documentExtensions({ withExtensions, deployment: { restApi } }: ExportSource): object {
  if (!withExtensions) return {};
  const { binaryMediaTypes, minimumCompressionSize } = restApi;
  return {
    ...(binaryMediaTypes && { 'x-amazon-apigateway-binary-media-types': binaryMediaTypes }),
    ...(minimumCompressionSize !== undefined && {
      'x-amazon-apigateway-minimum-compression-size': minimumCompressionSize,
    }),
  };
}

/** The members that have a value. */
export const given = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
