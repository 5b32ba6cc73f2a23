import * as v from 'valibot';
import { uuid } from '../../ids.js';
import { operation } from '../operation.js';
import type { Operation } from '../service.js';
import { decodeZip, refuseOtherSources } from './code/upload.js';
import { functionConfiguration } from './configuration.js';
import { revisionMismatch, updateInProgress, updateWhilePending } from './errors.js';
import { functionArn, plainFunctionNameSchema, readReference } from './names.js';
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
import { servingSettings, type FunctionRecord, type FunctionSettings } from './state.js';
import { publish } from './versions.js';

const codeInput = v.object({
  FunctionName: plainFunctionNameSchema,
  ZipFile: maybe(v.string()),
  S3Bucket: maybe(v.string()),
  ImageUri: maybe(v.string()),
  Publish: maybe(v.boolean()),
  DryRun: maybe(v.boolean()),
  RevisionId: maybe(v.string()),
  Architectures: maybe(architecturesSchema),
});

const configurationInput = v.object({
  FunctionName: plainFunctionNameSchema,
  Role: maybe(roleSchema),
  Handler: maybe(handlerSchema),
  Runtime: maybe(v.string()),
  RevisionId: maybe(v.string()),
  ...configurationEntries,
});

type ConfigurationInput = v.InferOutput<typeof configurationInput>;

/** UpdateFunctionCode and UpdateFunctionConfiguration. */
export function updateOperations(parts: Parts): Operation[] {
  return [
    operation({
      name: 'UpdateFunctionCode',
      route: 'PUT /2015-03-31/functions/:FunctionName/code',
      input: codeInput,
      run: (input) => updateFunctionCode(parts, input),
    }),
    operation({
      name: 'UpdateFunctionConfiguration',
      route: 'PUT /2015-03-31/functions/:FunctionName/configuration',
      input: configurationInput,
      run: (input) => updateFunctionConfiguration(parts, input),
    }),
  ];
}

async function updateFunctionCode(parts: Parts, input: v.InferOutput<typeof codeInput>): Promise<object> {
  const { world, functions, codes } = parts;
  const reference = readReference(world, input);
  updatable(parts, functions.require(reference), input.RevisionId);
  refuseOtherSources(input);
  return withCode(parts, decodeZip(input.ZipFile), (code) => {
    // Nothing waits in here, but another call may have changed the function since the code was given to be checked.
    const record = updatable(parts, functions.require(reference), input.RevisionId);
    const changes = {
      code: { id: code.id, size: code.size },
      ...(input.Architectures ? { Architectures: input.Architectures } : {}),
    };
    if (input.DryRun === true) {
      return functionConfiguration({ ...record, settings: { ...record.settings, ...changes } }, { world });
    }
    codes.keep(code);
    const changed = update(parts, record, changes);
    return functionConfiguration(input.Publish === true ? publish(functions, changed) : changed, { world });
  });
}

function updateFunctionConfiguration(parts: Parts, input: ConfigurationInput): object {
  const { world, functions } = parts;
  const record = updatable(parts, functions.require(readReference(world, input)), input.RevisionId);
  checkSnapStart(input.SnapStart, input.Runtime ?? record.settings.Runtime);
  refuseUnserved(input);
  if (input.Runtime !== undefined) checkRuntime(input.Runtime);
  if (input.MemorySize !== undefined) checkMemorySize(input.MemorySize);
  checkVariables(input.Environment?.Variables ?? {});
  if (input.Role !== undefined) checkRole(parts, input.Role);
  const before = record.settings;
  const changed = update(parts, record, {
    Role: input.Role ?? before.Role,
    Handler: input.Handler ?? before.Handler,
    Runtime: input.Runtime ?? before.Runtime,
    Description: input.Description ?? before.Description,
    Timeout: input.Timeout ?? before.Timeout,
    MemorySize: input.MemorySize ?? before.MemorySize,
    EphemeralStorage: input.EphemeralStorage ?? before.EphemeralStorage,
    TracingConfig: input.TracingConfig ?? before.TracingConfig,
    LoggingConfig: {
      LogFormat: 'Text',
      LogGroup: input.LoggingConfig?.LogGroup ?? before.LoggingConfig.LogGroup,
    },
    ...(input.Environment ? { Environment: input.Environment } : {}),
  });
  return functionConfiguration(changed, { world });
}

/** @throws AwsError unless the function can be updated now, and is what the caller believes it to be. */
export function updatable(
  { world }: Parts,
  record: FunctionRecord,
  revisionId: string | undefined,
): FunctionRecord {
  const arn = functionArn(world, record.name);
  if (record.state === 'Pending') throw updateWhilePending(arn);
  if (record.lastUpdate === 'InProgress') throw updateInProgress(arn);
  if (revisionId !== undefined && revisionId !== record.revisionId) {
    throw revisionMismatch('GetFunction/GetAlias');
  }
  return record;
}

/** Even an update that changes nothing is one: the function goes through InProgress (aws-facts 3.1). */
function update(parts: Parts, record: FunctionRecord, changes: Partial<FunctionSettings>): FunctionRecord {
  const { world, functions } = parts;
  const now = world.clock.now();
  const changed = functions.change(record, {
    settings: { ...record.settings, ...changes, generation: uuid() },
    serving: servingSettings(record),
    lastUpdate: 'InProgress',
    settlesAt: now + world.delays.updateFunction,
    lastModified: now,
  });
  parts.pruneCode();
  return changed;
}
