import { AwsError, failureMessage } from '../errors.js';
import {
  InputError,
  RawAnswer,
  type Authorize,
  type Operation,
  type Service,
  type SigningName,
} from '../services/service.js';
import { decode, queryLists, queryPairs, type WireRequest, type WireResponse } from './http.js';
import { answersIn, objectIn } from './json-body.js';
import { jsonSignatureError } from './signature-errors.js';

/**
 * REST-JSON (Lambda, API Gateway): the operation is known by method and path. Path parameters, query members (an array
 * where a name is repeated) and the members of the body reach the operation as one object; a path parameter wins.
 */
export function restService(options: {
  signingName: SigningName;
  operations: readonly Operation[];
  authorize: Authorize;
  /** Turns an input that does not fit into the service's own error; the default is ValidationException 400. */
  inputError?: (error: InputError) => AwsError;
}): Service {
  const routes = options.operations.map(compile);
  const toAwsError = (error: unknown): AwsError => {
    if (error instanceof AwsError) return error;
    if (error instanceof InputError) return (options.inputError ?? validationException)(error);
    return new AwsError({
      code: 'ServiceException',
      status: 500,
      message: failureMessage(error),
    });
  };
  const fail = (error: unknown, requestId: string): WireResponse => errorJson(toAwsError(error), requestId);
  return {
    signingName: options.signingName,
    refuse: (fault, requestId) => fail(jsonSignatureError(fault, 403), requestId),
    fail,
    operationOf: (request) => find(routes, request)?.operation.name,
    handle: async (request, { principal, requestId }) => {
      try {
        const found = find(routes, request);
        if (!found) throw unknownOperation(request);
        const { operation, parameters } = found;
        const input = {
          ...(operation.payload === 'raw' ? {} : readJson(request.body)),
          ...queryMembers(request.query),
          ...parameters,
        };
        options.authorize(principal, { service: options.signingName, operation: operation.name, input });
        const result = await operation.invoke(input, { principal, request, requestId });
        if (result instanceof RawAnswer) {
          const { status, headers, body } = result.response;
          return { status, headers: { 'x-amzn-requestid': requestId, ...headers }, body };
        }
        return json(operation.status ?? 200, requestId, result === undefined ? '' : JSON.stringify(result));
      } catch (error) {
        return fail(error, requestId);
      }
    },
  };
}

interface Route {
  readonly operation: Operation;
  readonly method: string;
  readonly segments: readonly string[];
}

function compile(operation: Operation): Route {
  const [method = '', path = ''] = (operation.route ?? '').split(' ');
  return { operation, method, segments: split(path) };
}

function find(
  routes: readonly Route[],
  request: WireRequest,
): { operation: Operation; parameters: Record<string, string> } | undefined {
  // API Gateway's imports go to the routes of its creations. They are not served, and are none of these.
  if (queryPairs(request.query).some(([name, value]) => name === 'mode' && value === 'import'))
    return undefined;
  const segments = split(request.path);
  for (const route of routes) {
    if (route.method !== request.method) continue;
    const parameters = match(route.segments, segments);
    if (parameters) return { operation: route.operation, parameters };
  }
  return undefined;
}

function unknownOperation({ method, path, query }: WireRequest): AwsError {
  const target = query === '' ? path : `${path}?${query}`;
  return new AwsError({
    code: 'UnknownOperationException',
    status: 404,
    message: `The local AWS does not serve ${method} ${target.slice(0, 200)}.`,
  });
}

/** `:name` takes one segment, a last `:name+` all that remain; undefined when the path is another. */
function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (part.startsWith(':') && part.endsWith('+')) {
      parameters[part.slice(1, -1)] = segments.slice(index).map(decode).join('/');
      return parameters;
    }
    if (part.startsWith(':')) parameters[part.slice(1)] = decode(segment);
    else if (part !== segment) return undefined;
  }
  return segments.length === pattern.length ? parameters : undefined;
}

/** Without the empty segment that a trailing slash leaves: botocore asks for `/2015-03-31/functions/`. */
function split(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** An array where a name is repeated. */
const queryMembers = (query: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(queryLists(query)).map(([name, values]) => [
      name,
      values.length === 1 ? values[0] : values,
    ]),
  );

/** @throws AwsError SerializationException when there is a body that is not a JSON object. */
function readJson(body: Buffer): object {
  const object = objectIn(body);
  if (object) return object;
  throw new AwsError({ code: 'SerializationException', status: 400, message: 'Unexpected field type' });
}

function validationException(error: InputError): AwsError {
  return new AwsError({ code: 'ValidationException', status: 400, message: error.message });
}

function errorJson(error: AwsError, requestId: string): WireResponse {
  const message = error.message === '' ? {} : { [error.messageKey]: error.message };
  return json(error.status, requestId, JSON.stringify({ ...error.members, ...message }), {
    'x-amzn-errortype': error.code,
    ...error.headers,
  });
}

const json = answersIn('application/json');
