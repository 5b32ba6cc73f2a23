import { AwsError, failureMessage } from '../../errors.js';
import { upperId } from '../../ids.js';
import type { WireRequest, WireResponse } from '../../wire/http.js';
import { jsonSignatureError } from '../../wire/signature-errors.js';
import type { Authorize, Service } from '../service.js';
import { crc32 } from './crc32.js';
import {
  internalServerError,
  messageKeyOf,
  serialization,
  typeOf,
  unknownOperation,
  validation,
} from './errors.js';
import type { DynamoDbOperation } from './operation.js';
import { withTableNames } from './table-names.js';

/** AWS's limit for a request (aws-facts 1.3). */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

const TARGET = 'DynamoDB_20120810.';

/** AWS JSON 1.0: the operation in X-Amz-Target, JSON in and out, with a checksum. */
export function dynamoDbService(options: {
  operations: readonly DynamoDbOperation[];
  authorize: Authorize;
  /** `arn:aws:dynamodb:<region>:<account>:table/` */
  tableArnPrefix: string;
}): Service {
  const operations = new Map(options.operations.map((operation) => [operation.name, operation]));
  return {
    signingName: 'dynamodb',
    refuse: (fault) => failure(jsonSignatureError(fault, 400)),
    fail,
    operationOf: operationName,
    handle: async (request, { principal }) => {
      if (request.body.length > MAX_REQUEST_BYTES) return answer(413, '');
      try {
        const name = operationName(request);
        const operation = operations.get(name);
        if (!operation) throw unknownOperation(name);
        const named = withTableNames(readJson(request.body), options.tableArnPrefix);
        const { input } = named;
        options.authorize(principal, { service: 'dynamodb', operation: name, input });
        const result = named.answer(await operation.invoke(input, principal));
        return answer(200, result === undefined ? '' : JSON.stringify(result));
      } catch (error) {
        return fail(error);
      }
    },
  };
}

/** Of another API, such as DynamoDB Streams, the whole target. */
function operationName(request: WireRequest): string {
  const target = request.headers['x-amz-target'] ?? '';
  return target.startsWith(TARGET) ? target.slice(TARGET.length) : target;
}

/** @throws AwsError SerializationException when the body is not a JSON object. */
function readJson(body: Buffer): object {
  const text = body.toString();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, /__proto__|\\u005f/i.test(text) ? refuseProto : undefined);
  } catch (error) {
    throw error instanceof AwsError ? error : serialization();
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw serialization();
  return parsed;
}

/** dynalite copies attributes by plain assignment, which would lose one of this name without a word. */
function refuseProto(name: string, value: unknown): unknown {
  if (name === '__proto__') throw validation('The local AWS cannot store an attribute named __proto__.');
  return value;
}

const fail = (error: unknown): WireResponse =>
  failure(error instanceof AwsError ? error : internalServerError(failureMessage(error)));

function failure(error: AwsError): WireResponse {
  const message = error.message === '' ? {} : { [messageKeyOf(error)]: error.message };
  return answer(error.status, JSON.stringify({ __type: typeOf(error), ...message, ...error.members }));
}

function answer(status: number, body: string): WireResponse {
  const bytes = Buffer.from(body);
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-RequestId': upperId(52),
      'x-amz-crc32': String(crc32(bytes)),
    },
    body: bytes,
  };
}
