import * as v from 'valibot';
import { oneOf } from '../constraints.js';
import type { Operation } from '../service.js';
import { integrationNotFound } from './errors.js';
import { checkIntegration, patchIntegration } from './integration-settings.js';
import { findMethod, putMethod, type MethodPath } from './methods.js';
import { gatewayOperation } from './operation.js';
import { patchOperations } from './patch.js';
import { methodPath, templateMap, text, textMap } from './schemas.js';
import type { Gateway, Integration, Method, Resource } from './state.js';

const DEFAULT_TIMEOUT_MS = 29_000;

const putInput = v.object({
  restApiId: v.string(),
  resourceId: v.string(),
  /** The method's verb in the path; the body has an `httpMethod` of its own. */
  verb: v.string(),
  type: oneOf(['HTTP', 'MOCK', 'AWS_PROXY', 'HTTP_PROXY', 'AWS']),
  /** With which verb the backend is called: the SDK's `integrationHttpMethod` (aws-facts 6.5). */
  httpMethod: v.optional(text(16)),
  uri: v.optional(text(2048)),
  connectionType: v.optional(oneOf(['INTERNET', 'VPC_LINK'])),
  connectionId: v.optional(text(256)),
  credentials: v.optional(text(2048)),
  requestParameters: v.optional(textMap),
  requestTemplates: v.optional(templateMap),
  passthroughBehavior: v.optional(text(64), 'WHEN_NO_MATCH'),
  cacheNamespace: v.optional(text(256)),
  cacheKeyParameters: v.optional(v.array(text(256)), []),
  contentHandling: v.optional(oneOf(['CONVERT_TO_BINARY', 'CONVERT_TO_TEXT'])),
  timeoutInMillis: v.optional(v.number(), DEFAULT_TIMEOUT_MS),
  tlsConfig: v.optional(v.object({ insecureSkipVerification: v.optional(v.boolean()) })),
});

export function integrationOperations(gateway: Gateway): Operation[] {
  const route = '/restapis/:restApiId/resources/:resourceId/methods/:httpMethod/integration';
  return [
    gatewayOperation({
      name: 'PutIntegration',
      route: 'PUT /restapis/:restApiId/resources/:resourceId/methods/:verb/integration',
      status: 201,
      input: putInput,
      run: ({ restApiId, resourceId, verb, ...input }) => {
        const { resource, method } = findMethod(gateway, { restApiId, resourceId, httpMethod: verb });
        const methodIntegration = newIntegration(gateway.world.account, { resource, method }, input);
        // What was there before goes, its responses included: AWS takes the call as a whole (aws-facts 6.5).
        putMethod(gateway, resource, { ...method, methodIntegration });
        return methodIntegration;
      },
    }),
    gatewayOperation({
      name: 'GetIntegration',
      route: `GET ${route}`,
      input: v.object(methodPath),
      run: (path) => findIntegration(gateway, path).integration,
    }),
    gatewayOperation({
      name: 'UpdateIntegration',
      route: `PATCH ${route}`,
      input: v.object({ ...methodPath, patchOperations }),
      run: ({ patchOperations: patches, ...path }) => {
        const { resource, method, integration } = findIntegration(gateway, path);
        const methodIntegration = patches.reduce(
          (before, patch) => patchIntegration(gateway.world.account, before, { method, patch }),
          integration,
        );
        putMethod(gateway, resource, { ...method, methodIntegration });
        return methodIntegration;
      },
    }),
    gatewayOperation({
      name: 'DeleteIntegration',
      route: `DELETE ${route}`,
      status: 204,
      input: v.object(methodPath),
      run: (path) => {
        const { resource, method } = findIntegration(gateway, path);
        putMethod(gateway, resource, { ...method, methodIntegration: undefined });
      },
    }),
  ];
}

/** @throws AwsError NotFoundException, for resource, method and integration in this order. */
export function findIntegration(
  gateway: Gateway,
  path: MethodPath,
): { resource: Resource; method: Method; integration: Integration } {
  const { resource, method } = findMethod(gateway, path);
  if (!method.methodIntegration) throw integrationNotFound();
  return { resource, method, integration: method.methodIntegration };
}

function newIntegration(
  account: string,
  { resource, method }: { resource: Resource; method: Method },
  input: Omit<v.InferOutput<typeof putInput>, 'restApiId' | 'resourceId' | 'verb'>,
): Integration {
  const { uri, ...rest } = input;
  const isHttp = input.type === 'HTTP' || input.type === 'HTTP_PROXY';
  const integration = {
    ...rest,
    // A MOCK has no backend, whatever is said of it (recorded: test_put_integration_validation).
    ...(uri !== undefined && input.type !== 'MOCK' && { uri }),
    passthroughBehavior: input.passthroughBehavior.toUpperCase(),
    cacheNamespace: input.cacheNamespace ?? resource.id,
    // Only the HTTP types have a connection, and then always one (recorded: test_put_integration_validation).
    ...(isHttp && { connectionType: input.connectionType ?? 'INTERNET' }),
  };
  checkIntegration(account, integration, method);
  return integration;
}
