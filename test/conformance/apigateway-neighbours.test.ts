import {
  GetAuthorizerCommand,
  GetAuthorizersCommand,
  GetClientCertificatesCommand,
  GetDocumentationPartCommand,
  GetDocumentationPartsCommand,
  GetDocumentationVersionsCommand,
  GetDomainNamesCommand,
  GetVpcLinkCommand,
  GetVpcLinksCommand,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { claim } from '../_helpers/conformance.js';
import { createTestApi, startTestGateway, type TestGateway } from '../_helpers/gateway.js';

const MODEL = 'the service model: a list is there when it is empty';
const nowhere = { restApiId: 'nowhere' };

let gateway: TestGateway;
let restApiId = '';
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ restApiId } = await createTestApi(gateway));
});
afterAll(() => gateway.stop());

const missing = (message: string) => ({ name: 'NotFoundException', status: 404, message });
const NO_API = missing('Invalid API identifier specified 000000000000:nowhere');

describe('what an API could have beside it', () => {
  const none = { items: [] };
  claim([
    {
      what: 'GetAuthorizers',
      evidence: MODEL,
      call: () => gateway.client.send(new GetAuthorizersCommand({ restApiId })),
      answer: none,
    },
    {
      what: 'GetAuthorizers without an API',
      evidence: 'recorded: test_authorizer_crud_no_api',
      call: () => gateway.client.send(new GetAuthorizersCommand(nowhere)),
      error: NO_API,
    },
    {
      what: 'GetAuthorizer',
      evidence: 'moto, its tests of GetAuthorizer',
      call: () => gateway.client.send(new GetAuthorizerCommand({ restApiId, authorizerId: 'a' })),
      error: missing('Invalid Authorizer identifier specified'),
    },
    {
      what: 'GetDocumentationParts',
      evidence: MODEL,
      call: () => gateway.client.send(new GetDocumentationPartsCommand({ restApiId })),
      answer: none,
    },
    {
      what: 'GetDocumentationParts without an API',
      evidence: 'recorded: test_invalid_get_documentation_parts',
      call: () => gateway.client.send(new GetDocumentationPartsCommand(nowhere)),
      error: NO_API,
    },
    {
      what: 'GetDocumentationPart, whatever the API',
      evidence: 'recorded: test_invalid_get_documentation_part',
      call: () =>
        gateway.client.send(new GetDocumentationPartCommand({ ...nowhere, documentationPartId: 'a' })),
      error: missing('Invalid Documentation part identifier specified'),
    },
    {
      what: 'GetDocumentationVersions',
      evidence: MODEL,
      call: () => gateway.client.send(new GetDocumentationVersionsCommand({ restApiId })),
      answer: none,
    },
    {
      what: 'GetDomainNames',
      evidence: MODEL,
      call: () => gateway.client.send(new GetDomainNamesCommand({})),
      answer: none,
    },
    {
      what: 'GetVpcLinks',
      evidence: MODEL,
      call: () => gateway.client.send(new GetVpcLinksCommand({})),
      answer: none,
    },
    {
      what: 'GetVpcLink',
      evidence: 'recorded: test_get_vpc_link_invalid_id',
      call: () => gateway.client.send(new GetVpcLinkCommand({ vpcLinkId: 'a' })),
      error: missing('Invalid Vpc Link identifier specified'),
    },
    {
      what: 'GetClientCertificates',
      evidence: MODEL,
      call: () => gateway.client.send(new GetClientCertificatesCommand({})),
      answer: none,
    },
  ]);
});
