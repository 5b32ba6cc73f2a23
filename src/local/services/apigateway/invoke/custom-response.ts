import type { WireResponse } from '../../../wire/http.js';
import { customResponseFor } from '../gateway-responses.js';
import type { CustomResponse } from '../state.js';
import type { Visit } from './exchange.js';
import { describeGatewayResponse, GatewayResponse } from './gateway-response.js';
import { remapped } from './integration-response.js';
import { mediaType } from './mapping.js';
import { headerOf } from './method-request.js';
import { evaluateForGateway } from './parameters.js';

/** A gateway response on the wire, as the deployed API wants it. What the local AWS does not serve it says plainly. */
export function customise(
  custom: readonly CustomResponse[],
  response: GatewayResponse,
  visit: Visit,
): WireResponse {
  const standard = describeGatewayResponse(response);
  if (response.type === 'NOT_SERVED_HERE') return standard;
  const wanted = customResponseFor(custom, response.type, standard.status);
  if (!wanted) return standard;
  visit.context.set(
    'error',
    new Map([
      ['message', response.message],
      ['messageString', JSON.stringify(response.message)],
      ['responseType', response.type],
    ]),
  );
  const [type, template] = chooseTemplate(wanted, headerOf(visit.request, 'accept'));
  return {
    status: Number(wanted.statusCode ?? standard.status),
    headers: { ...standard.headers, ...(type && { 'Content-Type': type }), ...headersOf(wanted, visit) },
    body: template === undefined ? '' : fill(template, visit),
  };
}

/** The template for what the client accepts, else the one for JSON, else the first. */
function chooseTemplate(
  { responseTemplates }: CustomResponse,
  accept: string | undefined,
): [type: string | undefined, template: string | undefined] {
  const entries = Object.entries(responseTemplates);
  const byType = (wanted: string) => entries.find(([type]) => mediaType(type) === wanted);
  const found = (accept && byType(mediaType(accept))) || byType('application/json') || entries[0];
  return found ?? [undefined, undefined];
}

/** Only variables are filled in; these templates have no other part of the language (API Gateway's guide, "Gateway responses"). */
const fill = (template: string, visit: Visit): string =>
  template.replace(
    /\$(?:\{((?:context|stageVariables|method\.request)\.[\w.-]+)\}|((?:context|stageVariables|method\.request)(?:\.[\w-]+)+))/g,
    (_, braced: string | undefined, plain: string | undefined) =>
      evaluateForGateway(visit, braced ?? plain ?? '') ?? '',
  );

function headersOf({ responseParameters }: CustomResponse, visit: Visit): Record<string, string> {
  const headers = Object.entries(responseParameters).map(([name, expression]) => {
    const value = evaluateForGateway(visit, expression);
    return value ? header(name.replace('gatewayresponse.header.', ''), value) : {};
  });
  return Object.fromEntries(headers.flatMap((each) => Object.entries(each)));
}

/** What cannot stand in an answer's head is left out. */
function header(name: string, value: string): Record<string, string> {
  try {
    return remapped([[name, value]]);
  } catch (error) {
    if (error instanceof GatewayResponse) return {};
    throw error;
  }
}
