import type { World } from '../ports.js';
import { runtimeVersionArn } from './execution/log-lines.js';
import { functionArn, LATEST } from './names.js';
import { without, type FunctionRecord } from './state.js';

/** AWS's FunctionConfiguration, as the calls that change or read one function return it (aws-facts 3.1). */
export function functionConfiguration(
  record: FunctionRecord,
  options: { world: World; qualified?: boolean },
): object {
  return { ...listedConfiguration(record, options), ...stateOf(record, options.world) };
}

/** The same without state and runtime version, which ListFunctions leaves out. */
export function listedConfiguration(
  record: FunctionRecord,
  options: { world: World; qualified?: boolean },
): object {
  const { code, ...settings } = without(record.settings, 'generation');
  const arn = functionArn(options.world, record.name);
  return {
    FunctionName: record.name,
    FunctionArn: options.qualified === true || record.version !== LATEST ? `${arn}:${record.version}` : arn,
    ...settings,
    CodeSize: code.size,
    CodeSha256: Buffer.from(code.id, 'hex').toString('base64'),
    LastModified: new Date(record.lastModified).toISOString().replace('Z', '+0000'),
    Version: record.version,
    PackageType: 'Zip',
    RevisionId: record.revisionId,
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  };
}

function stateOf({ state, lastUpdate, settings }: FunctionRecord, world: World): object {
  const reason = 'The function is being created.';
  return {
    State: state,
    ...(state === 'Pending' ? { StateReason: reason, StateReasonCode: 'Creating' } : {}),
    ...(lastUpdate === undefined ? {} : { LastUpdateStatus: lastUpdate }),
    ...(lastUpdate === 'InProgress'
      ? { LastUpdateStatusReason: reason, LastUpdateStatusReasonCode: 'Creating' }
      : {}),
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(settings.Runtime, world.region) },
  };
}
