import * as v from 'valibot';
import { recordOf } from '../../record-of.js';
import { atLeast, atLeastLength, atMost, atMostLength, fitting, oneOf, text } from '../constraints.js';
import { invalidParameter } from './errors.js';

/** Schemas of the members that CreateFunction and UpdateFunctionConfiguration share, and the rules beyond schemas. */

const integer = (from: number, to: number) => v.pipe(v.number(), v.integer(), atLeast(from), atMost(to));

/** As a map has no single member to blame, AWS has a sentence of its own. */
const VARIABLE_NAME_FAULT =
  "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]";

const VARIABLE_VALUE_FAULT =
  "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map value must satisfy constraint: [Member must satisfy regular expression pattern: [^\\u0000]*]";

export const roleSchema = v.pipe(
  v.string(),
  fitting(String.raw`arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`),
);

/** No process can be given a zero byte. */
export const handlerSchema = v.pipe(
  v.string(),
  atMostLength(128),
  v.regex(/^[^\s\0]+$/u, String.raw`Member must satisfy regular expression pattern: [^\s]+`),
);

/** A member that may be absent or null, which mean the same. */
export const maybe = <S extends v.GenericSchema>(schema: S) =>
  v.optional(
    v.pipe(
      v.nullable(schema),
      v.transform((value) => value ?? undefined),
    ),
  );

export const configurationEntries = {
  Description: maybe(text(0, 256)),
  Timeout: maybe(integer(1, 900)),
  // The model goes to 32768, the service to 10240 (checkMemorySize).
  MemorySize: maybe(integer(128, 32768)),
  Environment: maybe(
    v.object({
      Variables: v.optional(
        recordOf(
          v.pipe(v.string(), v.regex(/^[a-zA-Z][a-zA-Z0-9_]+$/, VARIABLE_NAME_FAULT)),
          v.pipe(v.string(), v.regex(/^[^\0]*$/, VARIABLE_VALUE_FAULT)),
        ),
        {},
      ),
    }),
  ),
  EphemeralStorage: maybe(v.object({ Size: integer(512, 10240) })),
  TracingConfig: maybe(v.object({ Mode: v.optional(oneOf(['Active', 'PassThrough']), 'PassThrough') })),
  LoggingConfig: maybe(
    v.object({
      LogFormat: v.optional(oneOf(['JSON', 'Text'])),
      LogGroup: v.optional(
        v.pipe(v.string(), atLeastLength(1), atMostLength(512), fitting(String.raw`[\.\-_/#A-Za-z0-9]+`)),
      ),
    }),
  ),
  VpcConfig: maybe(v.object({ SubnetIds: v.optional(v.array(v.string())) })),
  DeadLetterConfig: maybe(v.object({ TargetArn: v.optional(v.string()) })),
  Layers: maybe(v.array(v.string())),
  FileSystemConfigs: maybe(v.array(v.unknown())),
  SnapStart: maybe(v.object({ ApplyOn: v.optional(oneOf(['PublishedVersions', 'None'])) })),
  KMSKeyArn: maybe(v.string()),
  ImageConfig: maybe(v.looseObject({})),
  CapacityProviderConfig: maybe(v.unknown()),
  DurableConfig: maybe(v.unknown()),
};

const ARCHITECTURES = ['x86_64', 'arm64'];

/** The list is blamed for its members (recorded: test_create_lambda_exceptions). */
export const architecturesSchema = v.pipe(
  v.array(v.string()),
  v.minLength(1, 'Member must have length greater than or equal to 1'),
  v.maxLength(1, 'Member must have length less than or equal to 1'),
  v.everyItem(
    (item) => ARCHITECTURES.includes(item),
    `Member must satisfy constraint: [Member must satisfy enum value set: [${ARCHITECTURES.join(', ')}], Member must not be null]`,
  ),
);

const RESERVED_VARIABLES = new Set([
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
]);

const MAX_VARIABLES_BYTES = 4096;

/** @throws AwsError when the variables are too large or have names that are Lambda's own (aws-facts 3.2). */
export function checkVariables(variables: Readonly<Record<string, string>>): void {
  const prefix =
    'Lambda was unable to configure your environment variables because the environment variables you have provided';
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `${prefix} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > MAX_VARIABLES_BYTES) {
    throw invalidParameter(`${prefix} exceeded the 4KB limit. String measured: ${measured}`);
  }
}

const MAX_MEMORY_MB = 10_240;

export function checkMemorySize(size: number): void {
  if (size <= MAX_MEMORY_MB) return;
  throw invalidParameter(
    `'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to ${MAX_MEMORY_MB}`,
  );
}

/** Members that real Lambda has and this one has not. */
interface Unserved {
  readonly VpcConfig?: { SubnetIds?: string[] | undefined } | undefined;
  readonly DeadLetterConfig?: { TargetArn?: string | undefined } | undefined;
  readonly Layers?: string[] | undefined;
  readonly FileSystemConfigs?: unknown[] | undefined;
  readonly LoggingConfig?: { LogFormat?: string | undefined } | undefined;
  readonly SnapStart?: { ApplyOn?: string | undefined } | undefined;
  readonly ImageConfig?: object | undefined;
  readonly PackageType?: string | undefined;
  readonly KMSKeyArn?: string | undefined;
  readonly CodeSigningConfigArn?: string | undefined;
  readonly PublishTo?: string | undefined;
  readonly CapacityProviderConfig?: unknown;
  readonly DurableConfig?: unknown;
  readonly TenancyConfig?: unknown;
}

/** They are refused, never silently left out; empty ones ask for nothing. */
export function refuseUnserved(input: Unserved): void {
  const isGiven = (text: string | undefined): boolean => (text ?? '') !== '';
  const used = [
    (input.VpcConfig?.SubnetIds?.length ?? 0) > 0 && 'VpcConfig',
    isGiven(input.DeadLetterConfig?.TargetArn) && 'DeadLetterConfig',
    (input.Layers?.length ?? 0) > 0 && 'Layers',
    (input.FileSystemConfigs?.length ?? 0) > 0 && 'FileSystemConfigs',
    input.LoggingConfig?.LogFormat === 'JSON' && 'LoggingConfig with LogFormat JSON',
    input.SnapStart?.ApplyOn === 'PublishedVersions' && 'SnapStart',
    Object.keys(input.ImageConfig ?? {}).length > 0 && 'ImageConfig',
    input.PackageType === 'Image' && 'PackageType Image',
    isGiven(input.KMSKeyArn) && 'KMSKeyArn',
    isGiven(input.CodeSigningConfigArn) && 'CodeSigningConfigArn',
    isGiven(input.PublishTo) && 'PublishTo',
    input.CapacityProviderConfig !== undefined && 'CapacityProviderConfig',
    input.DurableConfig !== undefined && 'DurableConfig',
    input.TenancyConfig !== undefined && 'TenancyConfig',
  ].filter((name) => name !== false);
  if (used.length > 0) throw invalidParameter(`The local AWS does not serve ${used.join(', ')}.`);
}

/** The families that can be started from a snapshot (developer guide, "Improving startup performance with Lambda SnapStart"). */
const SNAPSHOT_RUNTIMES = /^(java(11|17|21|25)|python3\.1[2-9]|dotnet(8|10))$/;

/** @throws AwsError when functions of the runtime cannot be started from a snapshot (recorded: test_snapstart_exceptions). */
export function checkSnapStart(snapStart: Unserved['SnapStart'], runtime: string): void {
  if (snapStart?.ApplyOn !== 'PublishedVersions' || SNAPSHOT_RUNTIMES.test(runtime)) return;
  throw invalidParameter(`${runtime} is not supported for SnapStart enabled functions.`);
}
