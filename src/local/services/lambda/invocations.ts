import * as v from 'valibot';
import { uuid } from '../../ids.js';
import { oneOf } from '../constraints.js';
import { operation } from '../operation.js';
import type { Functions, Invocation, InvocationResult } from '../ports.js';
import { RawAnswer, InputError, type Call, type Operation } from '../service.js';
import { clientContextNotJson, invokeWhilePending, payloadNotJson, payloadTooLarge } from './errors.js';
import type { InvocationRequest } from './execution/executor.js';
import { jsonFault } from './json-fault.js';
import { functionNameSchema, LATEST, qualifierSchema, readReference } from './names.js';
import type { Parts } from './parts.js';
import type { FunctionRecord } from './state.js';

/** AWS's limits for an event (aws-facts 4.1). */
const MAX_PAYLOAD = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const;

const TAIL_BYTES = 4096;

const headersSchema = v.object({
  invocationType: v.optional(oneOf(['Event', 'RequestResponse', 'DryRun']), 'RequestResponse'),
  logType: v.optional(oneOf(['None', 'Tail']), 'None'),
  clientContext: v.optional(v.string()),
});

/** Invoke. */
export function invocationOperations(parts: Parts): Operation[] {
  return [
    operation({
      name: 'Invoke',
      route: 'POST /2015-03-31/functions/:FunctionName/invocations',
      payload: 'raw',
      input: v.object({ FunctionName: functionNameSchema, Qualifier: v.optional(qualifierSchema) }),
      run: (input, call) => invoke(parts, input, call),
    }),
  ];
}

/** The port's `invoke` and `accept`, for the services here. */
export function invocationPort(parts: Parts): Pick<Functions, 'invoke' | 'accept'> {
  const prepare = (
    { functionName, payload }: Invocation,
    type: keyof typeof MAX_PAYLOAD,
  ): { record: FunctionRecord; request: InvocationRequest } => {
    const { record, functionArn } = invocable(parts, { FunctionName: functionName });
    const event = readEvent(payload, type);
    return { record, request: { requestId: uuid(), functionArn, event } };
  };
  return {
    invoke: async (invocation) => {
      const { record, request } = prepare(invocation, 'RequestResponse');
      return parts.executor.invoke(record, request);
    },
    accept: (invocation) => {
      const { record, request } = prepare(invocation, 'Event');
      parts.events.accept({ functionName: record.name, version: record.version, request });
    },
  };
}

async function invoke(
  parts: Parts,
  input: { FunctionName: string; Qualifier?: string | undefined },
  { request, requestId }: Call,
): Promise<RawAnswer> {
  const { invocationType, logType, clientContext } = readHeaders(request.headers);
  const { record, functionArn } = invocable(parts, input);
  const event = readEvent(request.body, invocationType);
  const context = clientContext === undefined ? {} : { clientContext: readClientContext(clientContext) };
  if (invocationType === 'DryRun') return answer(204, {});
  const invocation = { requestId, functionArn, event, ...context };
  if (invocationType === 'Event') {
    parts.events.accept({ functionName: record.name, version: record.version, request: invocation });
    return answer(202, {});
  }
  const result = await parts.executor.invoke(record, invocation);
  return resultAnswer(result, { version: record.version, withLog: logType === 'Tail' });
}

/** @throws AwsError when there is no such function, or it cannot be invoked yet. */
function invocable(
  { world, functions }: Parts,
  input: { FunctionName: string; Qualifier?: string | undefined },
): { record: FunctionRecord; functionArn: string } {
  const reference = readReference(world, input);
  const record = functions.requireVersion(reference, LATEST);
  if (record.state === 'Pending') throw invokeWhilePending();
  const { arn, qualifier } = reference;
  return { record, functionArn: qualifier === undefined ? arn : `${arn}:${qualifier}` };
}

function readHeaders(headers: Readonly<Record<string, string>>): v.InferOutput<typeof headersSchema> {
  const parsed = v.safeParse(headersSchema, {
    invocationType: headers['x-amz-invocation-type'],
    logType: headers['x-amz-log-type'],
    clientContext: headers['x-amz-client-context'],
  });
  if (!parsed.success) throw new InputError(parsed.issues);
  return parsed.output;
}

/** The event as it came; it reaches the function unchanged. @throws AwsError when it is too large or not JSON. */
function readEvent(payload: Buffer, type: keyof typeof MAX_PAYLOAD): Buffer {
  const limit = MAX_PAYLOAD[type];
  if (payload.length > limit) throw payloadTooLarge({ size: payload.length, type, limit });
  if (payload.length === 0) return Buffer.from('{}');
  const text = payload.toString();
  // Bytes that are no UTF-8 have become this character.
  const fault = isJson(text) && !text.includes('\uFFFD') ? undefined : jsonFault(payload);
  if (fault !== undefined) throw payloadNotJson(fault);
  return payload;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readClientContext(header: string): unknown {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, 'base64').toString());
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Falls through to the one answer for all that is no object.
  }
  throw clientContextNotJson();
}

function resultAnswer(
  result: InvocationResult,
  { version, withLog }: { version: string; withLog: boolean },
): RawAnswer {
  const headers = {
    'content-type': 'application/json',
    'x-amz-executed-version': version,
    ...(result.functionError === undefined ? {} : { 'x-amz-function-error': result.functionError }),
    ...(withLog ? { 'x-amz-log-result': tailOf(result.log) } : {}),
  };
  return answer(200, headers, result.payload);
}

const tailOf = (log: string): string => Buffer.from(log).subarray(-TAIL_BYTES).toString('base64');

function answer(status: number, headers: Record<string, string>, body: Buffer = Buffer.alloc(0)): RawAnswer {
  return new RawAnswer({ status, headers, body });
}
