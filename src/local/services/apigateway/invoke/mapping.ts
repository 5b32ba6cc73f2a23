import type { Exchange } from './exchange.js';
import { GatewayResponse } from './gateway-response.js';
import { lastByName } from './method-request.js';
import { createInput } from './template/input.js';
import { renderTemplate } from './template/render.js';
import type { RenderingTools } from './template/rendering.js';
import { util } from './template/util.js';
import type { Value } from './template/values.js';

/** Renders mapping templates for an exchange. */
export type Mapper = (exchange: Exchange, template: string, body: string) => string;

export const createMapper =
  (tools: RenderingTools): Mapper =>
  (exchange, template, body) =>
    renderTemplate(template, variablesOf(exchange, body), tools);

function variablesOf({ request, served, context }: Exchange, body: string): Map<string, Value> {
  const parameters = {
    path: new Map<string, Value>(request.pathParameters),
    querystring: new Map<string, Value>(lastByName(request.query)),
    header: new Map<string, Value>(lastByName(request.headers)),
  };
  return new Map<string, Value>([
    ['input', createInput(body, parameters)],
    ['util', util],
    ['context', context],
    ['stageVariables', new Map(Object.entries(served.variables))],
  ]);
}

/** Gives `$context` the maps that a template may write its overrides to. */
export function openOverrides(context: Map<string, Value>): void {
  const maps = (...names: string[]): Map<string, Value> =>
    new Map(names.map((name) => [name, new Map<string, Value>()]));
  context.set('requestOverride', maps('header', 'path', 'querystring'));
  context.set('responseOverride', maps('header'));
}

/** A content type without its parameters; a request without one counts as JSON (aws-facts 7.4). */
export const mediaType = (contentType: string | undefined): string =>
  (contentType ?? 'application/json').split(';', 1).join('').trim().toLowerCase();

/**
 * The request template for a content type; undefined when the body goes on as it is.
 * @throws GatewayResponse 415 when the passthrough behavior forbids that (the table of aws-facts 7.4).
 */
export function chooseRequestTemplate(
  templates: Readonly<Record<string, string | null>> | undefined,
  passthroughBehavior: string,
  contentType: string | undefined,
): string | undefined {
  const entries = Object.entries(templates ?? {});
  const wanted = mediaType(contentType);
  const found =
    entries.find(([type]) => mediaType(type) === wanted) ?? entries.find(([type]) => type === '$default');
  if (found) return found[1] ?? '';
  const mayPass =
    passthroughBehavior === 'WHEN_NO_MATCH' ||
    (passthroughBehavior === 'WHEN_NO_TEMPLATES' && entries.length === 0);
  if (!mayPass) throw new GatewayResponse('UNSUPPORTED_MEDIA_TYPE');
  return undefined;
}

/** The response template: by the Accept header, else for JSON, else the first (aws-facts 7.4). */
export function chooseResponseTemplate(
  templates: Readonly<Record<string, string | null>> | undefined,
  accept: string | undefined,
): string | undefined {
  const entries = Object.entries(templates ?? {});
  const byType = (wanted: string) => entries.find(([type]) => mediaType(type) === wanted);
  const found =
    (accept === undefined ? undefined : byType(mediaType(accept))) ??
    byType('application/json') ??
    entries[0];
  // An empty template, which AWS keeps as null, lets the body through.
  return found?.[1] ?? undefined;
}
