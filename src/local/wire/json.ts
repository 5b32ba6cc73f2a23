import { AwsError, failureMessage } from '../errors.js';
import { describeFailure } from '../services/constraints.js';
import { InputError, type Authorize, type Operation, type Service } from '../services/service.js';
import type { WireRequest, WireResponse } from './http.js';
import { answersIn, objectIn } from './json-body.js';
import { jsonSignatureError } from './signature-errors.js';

/** AWS JSON 1.1 (CloudWatch Logs): the operation in X-Amz-Target, JSON in and out, every error a 400. */
export function jsonService(options: {
  signingName: 'logs';
  /** The target's first half, such as `Logs_20140328`. */
  targetPrefix: string;
  operations: readonly Operation[];
  authorize: Authorize;
}): Service {
  const operations = new Map(options.operations.map((operation) => [operation.name, operation]));
  const operationOf = (request: WireRequest): string | undefined => {
    const [prefix, name] = (request.headers['x-amz-target'] ?? '').split('.');
    return prefix === options.targetPrefix ? name : undefined;
  };
  const fail = (error: unknown, requestId: string): WireResponse => errorJson(toAwsError(error), requestId);
  return {
    signingName: options.signingName,
    refuse: (fault, requestId) => fail(jsonSignatureError(fault, 400), requestId),
    fail,
    operationOf,
    handle: async (request, { principal, requestId }) => {
      try {
        const name = operationOf(request) ?? '';
        const operation = operations.get(name);
        if (!operation) throw unknownOperation(name);
        const input = objectIn(request.body);
        if (!input) throw serializationException();
        options.authorize(principal, { service: options.signingName, operation: name, input });
        const result = await operation.invoke(input, { principal, request, requestId });
        return json(200, requestId, result === undefined ? '' : JSON.stringify(result));
      } catch (error) {
        return fail(error, requestId);
      }
    },
  };
}

const serializationException = (): AwsError => new AwsError({ code: 'SerializationException', status: 400 });

function unknownOperation(name: string): AwsError {
  return new AwsError({
    code: 'UnknownOperationException',
    status: 400,
    message: `The local AWS does not serve ${name === '' ? 'a request without an operation' : `logs:${name}`}.`,
  });
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof InputError) {
    const failure = describeFailure(error.issues, { quoteValues: true });
    return failure.kind === 'constraint'
      ? new AwsError({ code: 'InvalidParameterException', status: 400, message: failure.message })
      : serializationException();
  }
  return new AwsError({
    code: 'ServiceUnavailableException',
    status: 500,
    message: failureMessage(error),
  });
}

function errorJson(error: AwsError, requestId: string): WireResponse {
  const message = error.message === '' ? {} : { [error.messageKey]: error.message };
  return json(
    error.status,
    requestId,
    JSON.stringify({ __type: error.code, ...message, ...error.members }),
    error.headers,
  );
}

const json = answersIn('application/x-amz-json-1.1');
