import * as v from 'valibot';
import type { AwsError } from '../../errors.js';
import { oneOf } from '../constraints.js';
import { badRequest } from './errors.js';
import { text } from './schemas.js';

/** AWS applies patches in order; a list this long is already far beyond any object's settings. */
const MAX_OPERATIONS = 500;

const patchOperation = v.object({
  op: oneOf(['add', 'remove', 'move', 'test', 'replace', 'copy']),
  /** AWS calls a missing path null (recorded: test_update_gateway_response). */
  path: v.nullish(text(4096), 'null'),
  value: v.nullish(text(300 * 1024)),
  from: v.nullish(text(4096)),
});

export type PatchOperation = v.InferOutput<typeof patchOperation>;

/** The body of every Update call. */
export const patchOperations = v.optional(
  v.pipe(
    v.array(patchOperation),
    v.maxLength(MAX_OPERATIONS, `Member must have length less than or equal to ${MAX_OPERATIONS}`),
  ),
  [],
);

/** The path's segments, with AWS's escapes undone: `~1` is a slash, `~0` a tilde. */
export function segmentsOf({ path }: PatchOperation): string[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** AWS takes anything but `true` for false, without a word (aws-facts 6.1). */
export const truth = ({ value }: PatchOperation): boolean => value?.toLowerCase() === 'true';

/** Text that an empty or missing value takes away. */
export const optionalText = ({ op, value }: PatchOperation): string | undefined =>
  op === 'remove' || value === undefined || value === null || value === '' ? undefined : value;

/** The words of the older nouns (REST API, method and its parts). */
export const invalidPath = ({ path }: PatchOperation): AwsError => badRequest(`Invalid patch path ${path}`);

/** @throws AwsError when the operation is none of `allowed`. */
export function requireOp({ op }: PatchOperation, ...allowed: PatchOperation['op'][]): void {
  if (!allowed.includes(op)) {
    throw badRequest(`Invalid patch operation specified. Must be one of: [${allowed.join(', ')}]`);
  }
}

/** The words of the newer nouns (resource, API key, usage plan), with their two spaces. */
export function unsupportedPatch(
  { op, path }: PatchOperation,
  supported: Partial<Record<PatchOperation['op'], readonly string[]>>,
): AwsError {
  const paths = supported[op];
  const hint = paths ? `Must be one of: [${paths.join(', ')}]` : 'Please choose supported operations';
  return badRequest(`Invalid patch path  '${path}' specified for op '${op}'. ${hint}`);
}

/** `map` with `key` set; a map that would end empty vanishes, as AWS lets it. */
export function withEntry<T>(map: Record<string, T> | undefined, key: string, value: T): Record<string, T> {
  return { ...map, [key]: value };
}

export function withoutEntry<T>(
  map: Record<string, T> | undefined,
  key: string,
): Record<string, T> | undefined {
  const rest = Object.entries(map ?? {}).filter(([name]) => name !== key);
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}
