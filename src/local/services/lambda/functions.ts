import * as v from 'valibot';
import { AwsError } from '../../errors.js';
import type { Principal } from '../../identity.js';
import { uuid } from '../../ids.js';
import { atLeast, atMost, oneOf } from '../constraints.js';
import { operation } from '../operation.js';
import type { Operation } from '../service.js';
import type { CheckedCode } from './code/code-store.js';
import { decodeZip, refuseOtherSources } from './code/upload.js';
import { functionConfiguration, listedConfiguration } from './configuration.js';
import { functionExists, functionNotFound, functionOfOtherAccount, invalidParameter } from './errors.js';
import {
  functionArn,
  functionNameSchema,
  LATEST,
  plainFunctionNameSchema,
  qualifierSchema,
  readReference,
} from './names.js';
import { checkRole, withCode, type Parts } from './parts.js';
import { checkRuntime } from './runtimes.js';
import {
  architecturesSchema,
  checkMemorySize,
  checkSnapStart,
  checkVariables,
  configurationEntries,
  handlerSchema,
  maybe,
  refuseUnserved,
  roleSchema,
} from './settings.js';
import { orderOf, type FunctionRecord, type FunctionSettings } from './state.js';
import { checkTags, tagsSchema } from './tags.js';
import { publish } from './versions.js';

const MAX_NAME = 64;

const createInput = v.object({
  FunctionName: plainFunctionNameSchema,
  Runtime: maybe(v.string()),
  Role: roleSchema,
  Handler: maybe(handlerSchema),
  Code: v.object({
    ZipFile: maybe(v.string()),
    S3Bucket: maybe(v.string()),
    ImageUri: maybe(v.string()),
  }),
  Publish: maybe(v.boolean()),
  PackageType: maybe(oneOf(['Image', 'Zip'])),
  Architectures: maybe(architecturesSchema),
  Tags: maybe(tagsSchema),
  CodeSigningConfigArn: maybe(v.string()),
  TenancyConfig: maybe(v.unknown()),
  PublishTo: maybe(v.string()),
  ...configurationEntries,
});

type CreateInput = v.InferOutput<typeof createInput>;

const oneFunction = v.object({ FunctionName: functionNameSchema, Qualifier: v.optional(qualifierSchema) });

const pageEntries = {
  Marker: v.optional(v.string()),
  MaxItems: v.optional(v.pipe(v.string(), v.transform(Number), v.integer(), atLeast(1), atMost(10_000))),
};

/** CreateFunction, the calls that read functions, and DeleteFunction. */
export function functionOperations(parts: Parts): Operation[] {
  const { world, functions } = parts;
  return [
    operation({
      name: 'CreateFunction',
      route: 'POST /2015-03-31/functions',
      status: 201,
      input: createInput,
      run: (input) => createFunction(parts, input),
    }),
    operation({
      name: 'GetFunction',
      route: 'GET /2015-03-31/functions/:FunctionName',
      input: oneFunction,
      run: (input, { principal }) => getFunction(parts, input, principal),
    }),
    operation({
      name: 'GetFunctionConfiguration',
      route: 'GET /2015-03-31/functions/:FunctionName/configuration',
      input: oneFunction,
      run: (input) => {
        const reference = readReference(world, input);
        const qualified = reference.qualifier !== undefined;
        return functionConfiguration(functions.requireVersion(reference), { world, qualified });
      },
    }),
    operation({
      name: 'ListFunctions',
      route: 'GET /2015-03-31/functions',
      input: v.object({ ...pageEntries, FunctionVersion: v.optional(oneOf(['ALL'])) }),
      run: ({ FunctionVersion, ...page }) => {
        const qualified = FunctionVersion === 'ALL';
        const { items, next } = pageOf(qualified ? functions.listAll() : functions.list(), page);
        return {
          Functions: items.map((record) => listedConfiguration(record, { world, qualified })),
          ...(next === undefined ? {} : { NextMarker: next }),
        };
      },
    }),
    operation({
      name: 'ListVersionsByFunction',
      route: 'GET /2015-03-31/functions/:FunctionName/versions',
      input: v.object({ FunctionName: functionNameSchema, ...pageEntries }),
      run: ({ FunctionName, ...page }) => {
        const { name } = functions.require(readReference(world, { FunctionName }));
        const { items, next } = pageOf(functions.listAll(name), page);
        return {
          Versions: items.map((record) => listedConfiguration(record, { world, qualified: true })),
          ...(next === undefined ? {} : { NextMarker: next }),
        };
      },
    }),
    operation({
      name: 'DeleteFunction',
      route: 'DELETE /2015-03-31/functions/:FunctionName',
      status: 204,
      input: oneFunction,
      run: (input) => deleteFunction(parts, input),
    }),
  ];
}

async function createFunction(parts: Parts, input: CreateInput): Promise<object> {
  const { world, functions } = parts;
  const { name, ownAccount } = readReference(world, input);
  if (!ownAccount) throw functionOfOtherAccount();
  checkCreate(input, name);
  refuseOtherSources(input.Code);
  if (functions.get(name)) throw functionExists(name);
  const record = await withCode(parts, decodeZip(input.Code.ZipFile), (code) =>
    newFunction(parts, input, { name, code }),
  );
  parts.executor.prepare();
  if (input.Publish !== true) return functionConfiguration(record, { world });
  // The version is told by its number, the ARN is the function's (recorded: test_publish_version_on_create).
  const published = functionConfiguration(publish(functions, record), { world });
  return { ...published, FunctionArn: functionArn(world, name) };
}

/** Nothing waits in here, but another call may have made the function since the code was given to be checked. */
function newFunction(
  parts: Parts,
  input: CreateInput,
  { name, code }: { name: string; code: CheckedCode },
): FunctionRecord {
  const { world, functions, codes } = parts;
  if (functions.get(name)) throw functionExists(name);
  checkRole(parts, input.Role);
  const now = world.clock.now();
  const record: FunctionRecord = {
    name,
    version: LATEST,
    lastVersion: 0,
    settings: settingsOf(input, { name, code: { id: code.id, size: code.size } }),
    state: 'Pending',
    settlesAt: now + world.delays.createFunction,
    revisionId: uuid(),
    lastModified: now,
    tags: input.Tags ?? {},
    statements: [],
  };
  codes.keep(code);
  functions.put(record);
  return record;
}

function checkCreate(input: CreateInput, name: string): void {
  if (name.length > MAX_NAME) {
    throw invalidParameter(
      `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${MAX_NAME}`,
    );
  }
  if (input.Runtime !== undefined) checkSnapStart(input.SnapStart, input.Runtime);
  refuseUnserved(input);
  if (input.Runtime === undefined || input.Handler === undefined) {
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  checkRuntime(input.Runtime);
  if (input.MemorySize !== undefined) checkMemorySize(input.MemorySize);
  checkVariables(input.Environment?.Variables ?? {});
  checkTags(input.Tags ?? {});
}

/** AWS's defaults for what was not given (aws-facts 3.1). */
function settingsOf(
  input: CreateInput,
  { name, code }: { name: string; code: FunctionSettings['code'] },
): FunctionSettings {
  return {
    Runtime: input.Runtime ?? '',
    Role: input.Role,
    Handler: input.Handler ?? '',
    Description: input.Description ?? '',
    Timeout: input.Timeout ?? 3,
    MemorySize: input.MemorySize ?? 128,
    Architectures: input.Architectures ?? ['x86_64'],
    ...(input.Environment ? { Environment: input.Environment } : {}),
    EphemeralStorage: input.EphemeralStorage ?? { Size: 512 },
    TracingConfig: input.TracingConfig ?? { Mode: 'PassThrough' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: input.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}` },
    code,
    generation: uuid(),
  };
}

function getFunction(parts: Parts, input: v.InferOutput<typeof oneFunction>, principal: Principal): object {
  const { world, functions, location } = parts;
  const reference = readReference(world, input);
  const record = functions.requireVersion(reference);
  return {
    Configuration: functionConfiguration(record, { world, qualified: reference.qualifier !== undefined }),
    Code: { RepositoryType: 'S3', Location: location.urlOf(record) },
    ...tagsFor(parts, record, principal),
    ...(record.reservedConcurrency === undefined
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: record.reservedConcurrency } }),
  };
}

/** The tags, or why this caller is not shown them: that he may not list them is no fault of the call (Lambda API, TagsError). */
function tagsFor(
  { authorize, world }: Parts,
  { name, tags }: FunctionRecord,
  principal: Principal,
): { Tags?: FunctionRecord['tags']; TagsError?: { ErrorCode: string; Message: string } } {
  try {
    const input = { Resource: functionArn(world, name) };
    authorize(principal, { service: 'lambda', operation: 'ListTags', input });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { TagsError: { ErrorCode: error.code, Message: error.message } };
  }
  return Object.keys(tags).length === 0 ? {} : { Tags: tags };
}

function deleteFunction(parts: Parts, input: v.InferOutput<typeof oneFunction>): undefined {
  const reference = readReference(parts.world, input);
  if (reference.qualifier === LATEST) {
    throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
  }
  if (reference.qualifier !== undefined && !/^\d+$/.test(reference.qualifier)) {
    throw invalidParameter('Deletion of aliases is not currently supported.');
  }
  // The version is not named (recorded).
  if (!parts.functions.find(reference)) throw functionNotFound(reference.arn);
  const record = parts.functions.get(reference.name, reference.qualifier);
  // A version that is not there is none the less deleted.
  if (!record) return undefined;
  parts.functions.delete(record);
  parts.executor.retire(record.name, reference.qualifier);
  parts.pruneCode();
  return undefined;
}

/** AWS answers at most 50 at a time, whatever was asked for. */
const PAGE = 50;

function pageOf(
  records: FunctionRecord[],
  { Marker, MaxItems = PAGE }: { Marker?: string | undefined; MaxItems?: number | undefined },
): { items: FunctionRecord[]; next: string | undefined } {
  const after = Marker === undefined ? '' : Buffer.from(Marker, 'base64').toString();
  const rest = records.filter((record) => orderOf(record) > after);
  const items = rest.slice(0, Math.min(MaxItems, PAGE));
  const last = items.at(-1);
  const next = last && rest.length > items.length ? Buffer.from(orderOf(last)).toString('base64') : undefined;
  return { items, next };
}
