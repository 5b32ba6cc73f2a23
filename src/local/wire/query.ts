import { AwsError, failureMessage } from '../errors.js';
import { describeFailure } from '../services/constraints.js';
import {
  InputError,
  type Authorize,
  type Operation,
  type Service,
  type SigningName,
} from '../services/service.js';
import { queryPairs, type WireRequest, type WireResponse } from './http.js';
import { querySignatureError } from './signature-errors.js';

/**
 * AWS Query (IAM, STS): a form in, XML out. Source: botocore's `query` protocol. Lists come as `Tags.member.1.Key`
 * and go as `<member>` elements.
 */
export function queryService(options: {
  signingName: SigningName;
  version: string;
  namespace: string;
  operations: readonly Operation[];
  authorize: Authorize;
}): Service {
  const operations = new Map(options.operations.map((operation) => [operation.name, operation]));
  // IAM leaves the offending value out of its validation errors, STS quotes it (recorded by others in 2024 and 2026).
  const quoteValues = options.signingName !== 'iam';
  const fail = (error: unknown, requestId: string): WireResponse =>
    errorXml(toAwsError(error, quoteValues), { requestId, namespace: options.namespace });
  return {
    signingName: options.signingName,
    refuse: (fault, requestId) => fail(querySignatureError(fault), requestId),
    fail,
    operationOf: (request) => {
      const { Action } = readForm(request);
      return typeof Action === 'string' ? Action : undefined;
    },
    handle: async (request, { principal, requestId }) => {
      try {
        const { Action: name, ...input } = readForm(request);
        const operation = typeof name === 'string' ? operations.get(name) : undefined;
        if (!operation) throw unknownAction(name, options.version);
        options.authorize(principal, { service: options.signingName, operation: operation.name, input });
        const result = await operation.invoke(input, { principal, request, requestId });
        return successXml({ name: operation.name, result, requestId, namespace: options.namespace });
      } catch (error) {
        return fail(error, requestId);
      }
    },
  };
}

/**
 * The members in the query and the form; `A.member.1.B=x` becomes `{ A: [{ B: 'x' }] }`. Every leaf is a string; an
 * empty list comes as an empty string.
 */
export function readForm(request: WireRequest): Record<string, unknown> {
  const root: Nested = new Map();
  for (const text of [request.query, request.body.toString().replace(/\+/g, '%20')]) {
    for (const [name, value] of queryPairs(text)) place(root, name.split('.'), value);
  }
  return structure(root);
}

/** A map and no object: names come from callers, and `__proto__` is one like any other. */
type Nested = Map<string, string | Nested>;

/** Deeper than any shape of IAM or STS; bounds the work that one name can cause. */
const MAX_DEPTH = 8;

function place(node: Nested, path: string[], value: string): void {
  const [head = '', ...rest] = path;
  if (rest.length > MAX_DEPTH) return;
  if (rest.length === 0) {
    node.set(head, value);
    return;
  }
  const next = node.get(head);
  const child: Nested = typeof next === 'object' ? next : new Map<string, string | Nested>();
  node.set(head, child);
  place(child, rest, value);
}

const structure = (node: Nested): Record<string, unknown> =>
  Object.fromEntries([...node].map(([name, value]) => [name, arrays(value)]));

function arrays(value: string | Nested): unknown {
  if (typeof value === 'string') return value;
  const member = value.get('member');
  if (member === undefined) return structure(value);
  if (typeof member === 'string') return [member];
  return [...member].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => arrays(item));
}

function unknownAction(name: unknown, version: string): AwsError {
  return new AwsError({
    code: 'InvalidAction',
    status: 400,
    message: `Could not find operation ${typeof name === 'string' ? name : '(none)'} for version ${version}: the local AWS does not serve it.`,
  });
}

function toAwsError(error: unknown, quoteValues: boolean): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof InputError) {
    const failure = describeFailure(error.issues, { quoteValues });
    return failure.kind === 'constraint'
      ? new AwsError({ code: 'ValidationError', status: 400, message: failure.message })
      : new AwsError({
          code: 'MalformedInput',
          status: 400,
          message: 'Unexpected complex element termination',
        });
  }
  return new AwsError({ code: 'ServiceFailure', status: 500, message: failureMessage(error) });
}

function successXml(options: {
  name: string;
  result: unknown;
  requestId: string;
  namespace: string;
}): WireResponse {
  const { name, result, requestId, namespace } = options;
  const body = result === undefined ? '' : `<${name}Result>${xml(result)}</${name}Result>`;
  return xmlResponse(
    200,
    requestId,
    `<${name}Response xmlns="${namespace}">${body}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
  );
}

/** `namespace` is the service's; what answers for none has none. */
export function errorXml(
  error: AwsError,
  { requestId, namespace }: { requestId: string; namespace?: string },
): WireResponse {
  const detail = xml({
    Type: error.status < 500 ? 'Sender' : 'Receiver',
    Code: error.code,
    Message: error.message,
  });
  return xmlResponse(
    error.status,
    requestId,
    `<ErrorResponse${namespace === undefined ? '' : ` xmlns="${namespace}"`}><Error>${detail}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

function xmlResponse(status: number, requestId: string, body: string): WireResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

/** Members as elements, arrays as `<member>`, dates as ISO 8601 without fractions; what is undefined is left out. */
function xml(value: unknown): string {
  if (value instanceof Date) return value.toISOString().replace(/\.\d{3}Z$/, 'Z');
  if (Array.isArray(value)) return value.map((item) => `<member>${xml(item)}</member>`).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `<${name}>${xml(member)}</${name}>`)
      .join('');
  }
  return escape(String(value));
}

/** Control characters, which XML 1.0 cannot hold even when escaped. */
const UNWRITABLE = /[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu;

function escape(text: string): string {
  return text
    .replace(UNWRITABLE, '\uFFFD')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\r/g, '&#13;');
}
