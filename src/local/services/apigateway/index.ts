import type { WireRequest, WireResponse } from '../../wire/http.js';
import { restService } from '../../wire/rest.js';
import type { Functions, World } from '../ports.js';
import type { Authorize, Service } from '../service.js';

export interface ApiGateway {
  readonly service: Service;
  readonly dataPlane: (request: WireRequest) => Promise<WireResponse> | undefined;
}

export function openApiGateway(
  _world: World,
  options: { authorize: Authorize; functions: Functions },
): ApiGateway {
  return {
    service: restService({ signingName: 'apigateway', operations: [], authorize: options.authorize }),
    dataPlane: () => undefined,
  };
}
