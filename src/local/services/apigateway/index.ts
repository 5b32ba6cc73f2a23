import type { WireRequest, WireResponse } from '../../wire/http.js';
import { restService } from '../../wire/rest.js';
import type { Functions, World } from '../ports.js';
import type { Authorize, Service } from '../service.js';
import { accountOperations } from './account.js';
import { apiKeyOperations } from './api-keys.js';
import { deploymentOperations } from './deployments.js';
import { integrationResponseOperations } from './integration-responses.js';
import { integrationOperations } from './integrations.js';
import { methodResponseOperations } from './method-responses.js';
import { methodOperations } from './methods.js';
import { openDataPlane } from './invoke/index.js';
import { resourceOperations } from './resources.js';
import { restApiOperations } from './rest-apis.js';
import { stageOperations } from './stages.js';
import { openState, type Gateway } from './state.js';
import { tagOperations } from './tags.js';
import { usagePlanKeyOperations } from './usage-plan-keys.js';
import { usagePlanOperations } from './usage-plans.js';
import { usageOperations } from './usage.js';

export interface ApiGateway {
  readonly service: Service;
  readonly dataPlane: (request: WireRequest) => Promise<WireResponse> | undefined;
}

/** API Gateway v1: the control plane, and the APIs that were deployed with it. */
export function openApiGateway(
  world: World,
  options: { authorize: Authorize; functions: Functions },
): ApiGateway {
  const gateway = openState(world);
  return {
    service: restService({
      signingName: 'apigateway',
      operations: operationsOf(gateway),
      authorize: options.authorize,
    }),
    dataPlane: openDataPlane(gateway, options.functions),
  };
}

function operationsOf(gateway: Gateway) {
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
    ...accountOperations(),
  ];
}
