import type { Integration } from '../state.js';
import type { Exchange } from './exchange.js';
import { configurationError } from './gateway-response.js';
import type { IntegrationResult } from './integration-response.js';
import { chooseRequestTemplate, type Mapper } from './mapping.js';
import { headerOf } from './method-request.js';

/** A MOCK integration: the request template says which status the backend that does not exist would answer. */
export function callMock(exchange: Exchange, integration: Integration, mapper: Mapper): IntegrationResult {
  const { request } = exchange;
  const template = chooseRequestTemplate(
    integration.requestTemplates,
    integration.passthroughBehavior,
    headerOf(request, 'content-type'),
  );
  const body = request.body.toString();
  const status = readStatus(template === undefined ? body : mapper(exchange, template, body));
  if (status === undefined) {
    throw configurationError(
      'Unable to parse statusCode. It should be an integer that is defined in the request template.',
    );
  }
  return { body: Buffer.alloc(0), headers: [], selector: status };
}

/** AWS also takes what is only nearly JSON, such as `{statusCode: 200}`; the status must be a number. */
const readStatus = (text: string): string | undefined =>
  /(?:^|[{,\s])(["']?)statusCode\1\s*:\s*(\d{3})\s*(?=[,}]|$)/.exec(text)?.[2];
