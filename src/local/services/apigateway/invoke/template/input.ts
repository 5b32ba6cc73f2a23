import { queryJson } from './json-path.js';
import { JsonTextError, parseJson, type JsonValue } from './json-text.js';
import { print, toJson } from './print.js';
import { isNothing, type Host, type Value } from './values.js';
import { TemplateError } from './work.js';

/** Raised when a template asks for JSON and the body is none. */
export class BodyError extends TemplateError {}

/** The request's parameters, as `$input.params()` shows them. */
export interface InputParameters {
  readonly path: Map<string, Value>;
  readonly querystring: Map<string, Value>;
  readonly header: Map<string, Value>;
}

/** `$input`: the body and the parameters. An empty body is `{}` (recorded: test_input_body_formatting). */
export function createInput(body: string, parameters: InputParameters): Host {
  const text = body.trim() === '' ? '{}' : body;
  let document: { value: JsonValue } | undefined;
  const json = (): JsonValue => (document ??= { value: parseBody(text) }).value;
  return {
    property: (name) => (name === 'body' ? text : undefined),
    method: (name, [first], work) => {
      switch (name) {
        case 'path':
          return queryJson(json(), print(first, work), work);
        case 'json': {
          // What is missing becomes an empty string: the JSON around it stays whole.
          const found = queryJson(json(), isNothing(first) ? '$' : print(first, work), work);
          return found === undefined ? '""' : toJson(found, work);
        }
        case 'params':
          return isNothing(first)
            ? new Map(Object.entries(parameters))
            : parameter(parameters, print(first, work));
        default:
          throw new TemplateError(`$input has no method ${name}.`);
      }
    },
  };
}

function parseBody(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof JsonTextError) throw new BodyError('The body is not JSON.', { cause });
    throw cause;
  }
}

/** Path, then query string, then headers (aws-facts 7.5). */
function parameter({ path, querystring, header }: InputParameters, name: string): Value {
  return path.get(name) ?? querystring.get(name) ?? headerOf(header, name) ?? '';
}

/** By the name as sent, else without regard to case: clients differ in how they spell headers. */
function headerOf(headers: Map<string, Value>, name: string): Value {
  const exact = headers.get(name);
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  for (const [key, value] of headers) if (key.toLowerCase() === wanted) return value;
  return undefined;
}
