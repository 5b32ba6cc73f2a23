import { AwsError } from '../../errors.js';
import type { WireResponse } from '../../wire/http.js';
import { restService } from '../../wire/rest.js';
import type { Contents, Functions, Roles, World } from '../ports.js';
import type { Authorize, Operation, Service, UnsignedPlane } from '../service.js';
import { accountOperations } from './account.js';
import { apiKeyOperations } from './api-keys.js';
import { deploymentOperations } from './deployments.js';
import { exportOperations } from './exports.js';
import { gatewayResponseOperations } from './gateway-responses.js';
import { integrationResponseOperations } from './integration-responses.js';
import { integrationOperations } from './integrations.js';
import { methodResponseOperations } from './method-responses.js';
import { methodOperations } from './methods.js';
import { newIds } from './invoke/exchange.js';
import { createIntegrationTools, openDataPlane } from './invoke/index.js';
import type { IntegrationTools } from './invoke/integrate.js';
import { modelOperations } from './models.js';
import { neighbourOperations } from './neighbours.js';
import { requestValidatorOperations } from './request-validators.js';
import { resourceOperations } from './resources.js';
import { restApiOperations } from './rest-apis.js';
import { stageOperations } from './stages.js';
import { openState, type Gateway } from './state.js';
import { tagOperations } from './tags.js';
import { testInvokeOperations } from './test-invoke-method.js';
import { usagePlanKeyOperations } from './usage-plan-keys.js';
import { usagePlanOperations } from './usage-plans.js';
import { usageOperations } from './usage.js';

export interface ApiGateway {
  readonly service: Service;
  readonly dataPlane: UnsignedPlane;
  readonly contents: () => Contents;
}

/** API Gateway v1: the control plane, and the APIs that were deployed with it. */
export function openApiGateway(
  world: World,
  options: {
    authorize: Authorize;
    functions: Functions;
    /** Whose sessions integrations with credentials act as; without it such integrations are refused. */
    roles?: Roles;
  },
): ApiGateway {
  const { here: gateway, afar } = openState(world);
  const { authorize, functions, roles } = options;
  const tools = createIntegrationTools({
    world,
    functions,
    ...(roles && { mayInvoke: roleCheck(authorize, roles) }),
  });
  const service = restService({
    signingName: 'apigateway',
    operations: operationsOf(gateway, tools),
    authorize,
  });
  return {
    service: { ...service, handle: async (...call) => withGatewayId(await service.handle(...call)) },
    dataPlane: openDataPlane(afar, tools),
    contents: () => ({
      restApis: gateway.restApis.values().length,
      apiKeys: gateway.apiKeys.values().length,
      usagePlans: gateway.usagePlans.values().length,
    }),
  };
}

/** A role may call a function when it trusts API Gateway and its policies allow the call. */
const roleCheck =
  (authorize: Authorize, roles: Roles) =>
  (roleArn: string, functionArn: string): boolean => {
    const principal = roles.session(roleArn, 'BackplaneAssumeRoleSession');
    if (!principal || !roles.trusts(roleArn, 'apigateway.amazonaws.com')) return false;
    try {
      authorize(principal, { service: 'lambda', operation: 'Invoke', input: { FunctionName: functionArn } });
      return true;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  };

/** Every answer of API Gateway, on this plane too, has an id of its own (aws-facts 1.1). */
const withGatewayId = (response: WireResponse): WireResponse => ({
  ...response,
  headers: { 'x-amz-apigw-id': newIds().extendedRequestId, ...response.headers },
});

function operationsOf(gateway: Gateway, tools: IntegrationTools): Operation[] {
  return [
    ...restApiOperations(gateway),
    ...resourceOperations(gateway),
    ...methodOperations(gateway),
    ...methodResponseOperations(gateway),
    ...integrationOperations(gateway),
    ...integrationResponseOperations(gateway),
    ...deploymentOperations(gateway),
    ...stageOperations(gateway),
    ...apiKeyOperations(gateway),
    ...usagePlanOperations(gateway),
    ...usagePlanKeyOperations(gateway),
    ...usageOperations(gateway),
    ...tagOperations(gateway),
    ...testInvokeOperations(gateway, tools),
    ...modelOperations(gateway),
    ...requestValidatorOperations(gateway),
    ...gatewayResponseOperations(gateway),
    ...exportOperations(gateway),
    ...accountOperations(),
    ...neighbourOperations(gateway),
  ];
}
