import type * as v from 'valibot';
import type { AwsError } from '../../errors.js';
import { operation } from '../operation.js';
import { InputError, type Operation } from '../service.js';
import { serializationError, validationError } from './errors.js';

type Definition<S extends v.GenericSchema> = Parameters<typeof operation<S>>[0] & { route: string };

/**
 * Declares an operation as `operation` does, and names what is wrong with an input in API Gateway's own words, which
 * spell the operation (`'createRestApiInput.name'`).
 */
export function gatewayOperation<S extends v.GenericSchema>(definition: Definition<S>): Operation {
  const inner = operation(definition);
  return {
    ...inner,
    invoke: (input, call) => {
      try {
        return inner.invoke(withoutNulls(input), call);
      } catch (error) {
        if (error instanceof InputError) throw inputError(definition, error.issues);
        throw error;
      }
    },
  };
}

/** A member that is null counts as absent. */
function withoutNulls(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

function inputError(
  { name, route }: { name: string; route: string },
  issues: readonly v.BaseIssue<unknown>[],
): AwsError {
  const mistyped = issues.find(isMistyped);
  if (mistyped)
    return serializationError(`${javaClass(mistyped.input)} can not be converted to ${javaTarget(mistyped)}`);
  const details = issues.map(
    (issue) =>
      `${value(issue)} at '${member(issue, name, route)}' failed to satisfy constraint: ${constraint(issue)}`,
  );
  const count = details.length;
  return validationError(`${count} validation error${count > 1 ? 's' : ''} detected: ${details.join('; ')}`);
}

/** Whether a value has the wrong JSON type, which AWS finds before it looks at constraints. */
function isMistyped(issue: v.BaseIssue<unknown>): boolean {
  if (issue.kind !== 'schema' || issue.input === undefined) return false;
  return issue.type !== 'picklist' || typeof issue.input !== 'string';
}

/** `patchOperations.1.member.op`; members of the body stand below the operation's input, path parameters alone. */
function member(issue: v.BaseIssue<unknown>, name: string, route: string): string {
  const path = (issue.path ?? []).map((item) =>
    typeof item.key === 'number' ? `${item.key + 1}.member` : String(item.key),
  );
  const joined = path.join('.');
  if (route.includes(`:${joined}`)) return joined;
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}Input.${joined}`;
}

function value({ input }: v.BaseIssue<unknown>): string {
  if (input === undefined || input === null) return 'Value null';
  if (Array.isArray(input)) return `Value '[${input.map(String).join(', ').slice(0, 200)}]'`;
  const shown = typeof input === 'string' ? input : JSON.stringify(input);
  return `Value '${shown.slice(0, 200)}'`;
}

function constraint(issue: v.BaseIssue<unknown>): string {
  return issue.input === undefined ? 'Member must not be null' : issue.message;
}

/** AWS tells of its own Java classes (recorded: test_put_integration_request_parameter_bool_type and others). */
function javaClass(input: unknown): string {
  if (typeof input === 'boolean') return 'class java.lang.Boolean';
  if (typeof input === 'number') return 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber';
  if (typeof input === 'string') return 'class java.lang.String';
  return Array.isArray(input) ? 'class java.util.ArrayList' : 'class java.util.LinkedHashMap';
}

function javaTarget({ type }: v.BaseIssue<unknown>): string {
  if (type === 'boolean') return 'a Boolean';
  if (type === 'number') return 'a Number';
  if (type === 'array') return 'a List';
  if (type === 'object' || type === 'record' || type === 'custom') return 'a Map';
  return 'an String';
}
