import * as v from 'valibot';
import type { Operation } from '../service.js';
import { notFound } from './errors.js';
import { gatewayOperation } from './operation.js';
import { findRestApi } from './rest-apis.js';
import { restApiPath } from './schemas.js';
import type { Gateway } from './state.js';

/**
 * The reads beside an API of what can be beside it on AWS and is not made here: tools make them in passing, and the
 * answer of AWS for an account that has none of it is the truth.
 */
export function neighbourOperations(gateway: Gateway): Operation[] {
  const ofAccount = (name: string, route: string): Operation =>
    gatewayOperation({ name, route: `GET ${route}`, input: v.object({}), run: () => ({ item: [] }) });
  const ofApi = (name: string, route: string): Operation =>
    gatewayOperation({
      name,
      route: `GET /restapis/:restApiId/${route}`,
      input: v.object(restApiPath),
      run: ({ restApiId }) => {
        findRestApi(gateway, restApiId);
        return { item: [] };
      },
    });
  return [
    ofAccount('GetClientCertificates', '/clientcertificates'),
    ofAccount('GetDomainNames', '/domainnames'),
    ofAccount('GetVpcLinks', '/vpclinks'),
    ofApi('GetAuthorizers', 'authorizers'),
    ofApi('GetDocumentationParts', 'documentation/parts'),
    ofApi('GetDocumentationVersions', 'documentation/versions'),
    missing('GetAuthorizer', '/restapis/:restApiId/authorizers/:authorizerId', 'Authorizer'),
    missing('GetDocumentationPart', '/restapis/:restApiId/documentation/parts/:partId', 'Documentation part'),
    missing('GetVpcLink', '/vpclinks/:vpcLinkId', 'Vpc Link'),
  ];
}

/** Whether the API exists does not matter (recorded: test_invalid_get_documentation_part). */
const missing = (name: string, route: string, what: string): Operation =>
  gatewayOperation({
    name,
    route: `GET ${route}`,
    input: v.object({}),
    run: () => {
      throw notFound(`Invalid ${what} identifier specified`);
    },
  });
