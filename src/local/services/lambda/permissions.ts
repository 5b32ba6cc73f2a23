import * as v from 'valibot';
import { allowsService, parsePolicy } from '../../authorization/policy.js';
import { once } from '../../memo.js';
import { atLeastLength, atMostLength, fitting, oneOf } from '../constraints.js';
import { operation } from '../operation.js';
import type { Functions } from '../ports.js';
import type { Operation } from '../service.js';
import {
  invalidParameter,
  noPolicyOfMissing,
  noPolicyToRemoveFrom,
  noPolicyYet,
  policyTooLong,
  revisionMismatch,
  statementExists,
  statementNotFound,
} from './errors.js';
import { functionArn, functionNameSchema, LATEST, qualifierSchema, readReference } from './names.js';
import type { Parts } from './parts.js';
import { maybe } from './settings.js';
import type { Statement } from './state.js';

const MAX_POLICY_BYTES = 20_480;

const addInput = v.object({
  FunctionName: functionNameSchema,
  StatementId: v.pipe(v.string(), atLeastLength(1), atMostLength(100), fitting('([a-zA-Z0-9-_]+)')),
  Action: v.pipe(v.string(), fitting('(lambda:[*]|lambda:[a-zA-Z]+|[*])')),
  Principal: v.pipe(v.string(), fitting(String.raw`[^\s]+`)),
  SourceArn: maybe(
    v.pipe(
      v.string(),
      fitting(
        String.raw`arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)`,
      ),
    ),
  ),
  SourceAccount: maybe(v.pipe(v.string(), fitting(String.raw`\d{12}`))),
  EventSourceToken: maybe(v.pipe(v.string(), atMostLength(256), fitting(String.raw`[a-zA-Z0-9._\-]+`))),
  PrincipalOrgID: maybe(v.pipe(v.string(), fitting('o-[a-z0-9]{10,32}'))),
  FunctionUrlAuthType: maybe(oneOf(['NONE', 'AWS_IAM'])),
  RevisionId: maybe(v.string()),
  Qualifier: v.optional(qualifierSchema),
});

type AddInput = v.InferOutput<typeof addInput>;

const removeInput = v.object({
  FunctionName: functionNameSchema,
  StatementId: v.pipe(v.string(), atLeastLength(1), atMostLength(100), fitting('([a-zA-Z0-9-_.]+)')),
  RevisionId: v.optional(v.string()),
  Qualifier: v.optional(qualifierSchema),
});

/** AddPermission, GetPolicy and RemovePermission: the function's resource policy (aws-facts 3.5). */
export function permissionOperations(parts: Parts): Operation[] {
  const { world, functions } = parts;
  return [
    operation({
      name: 'AddPermission',
      route: 'POST /2015-03-31/functions/:FunctionName/policy',
      status: 201,
      input: addInput,
      run: (input) => addPermission(parts, input),
    }),
    operation({
      name: 'GetPolicy',
      route: 'GET /2015-03-31/functions/:FunctionName/policy',
      input: v.object({ FunctionName: functionNameSchema, Qualifier: v.optional(qualifierSchema) }),
      run: (input) => {
        const { name, qualifier, ownAccount } = readReference(world, input);
        const record = qualifier === LATEST || !ownAccount ? undefined : functions.get(name, qualifier);
        if (!record || record.statements.length === 0) throw noPolicyYet();
        return { Policy: JSON.stringify(documentOf(record.statements)), RevisionId: record.revisionId };
      },
    }),
    operation({
      name: 'RemovePermission',
      route: 'DELETE /2015-03-31/functions/:FunctionName/policy/:StatementId',
      status: 204,
      input: removeInput,
      run: (input) => removePermission(parts, input),
    }),
  ];
}

/** The port's `allows`: what the resource policy says to a service. */
export function resourcePolicyAllows({ world, functions }: Parts): Functions['allows'] {
  // A decision is kept: neither time nor tags bear on it, and there are no more callers than methods deployed.
  const policyOf = once((statements: readonly Statement[]) => ({
    document: parsePolicy(documentOf(statements)),
    decisions: new Map<string, boolean>(),
  }));
  return (arn, { service, sourceArn }) => {
    const { name, qualifier, ownAccount } = readReference(world, { FunctionName: arn });
    const statements = ownAccount ? functions.statementsInForce(name, qualifier) : [];
    if (statements.length === 0) return false;
    const { document, decisions } = policyOf(statements);
    const question = `${service} ${sourceArn} ${arn}`;
    const known = decisions.get(question);
    if (known !== undefined) return known;
    const isAllowed = allowsService(document, {
      service,
      action: 'lambda:InvokeFunction',
      resource: qualifiedArn(functionArn(world, name), qualifier),
      context: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': world.account },
    });
    decisions.set(question, isAllowed);
    return isAllowed;
  };
}

function addPermission({ world, functions }: Parts, input: AddInput): object {
  const reference = readReference(world, input);
  if (reference.qualifier === LATEST) {
    throw invalidParameter('We currently do not support adding policies for $LATEST.');
  }
  const principal = principalOf(input.Principal);
  const record = functions.requireVersion(reference);
  if (input.RevisionId !== undefined && input.RevisionId !== record.revisionId) {
    throw revisionMismatch('GetPolicy');
  }
  if (record.statements.some(({ Sid }) => Sid === input.StatementId))
    throw statementExists(input.StatementId);
  const statement = statementOf(input, {
    principal,
    resource: qualifiedArn(reference.arn, reference.qualifier),
  });
  const statements = [...record.statements, statement];
  if (Buffer.byteLength(JSON.stringify(documentOf(statements))) > MAX_POLICY_BYTES) {
    throw policyTooLong(MAX_POLICY_BYTES);
  }
  functions.change(record, { statements });
  return { Statement: JSON.stringify(statement) };
}

function removePermission({ world, functions }: Parts, input: v.InferOutput<typeof removeInput>): undefined {
  const reference = readReference(world, input);
  if (!functions.find(reference)) throw noPolicyOfMissing(reference.arn);
  const record = functions.requireVersion(reference);
  if (record.statements.length === 0) throw noPolicyToRemoveFrom();
  if (!record.statements.some(({ Sid }) => Sid === input.StatementId))
    throw statementNotFound(input.StatementId);
  if (input.RevisionId !== undefined && input.RevisionId !== record.revisionId) {
    throw revisionMismatch('GetPolicy');
  }
  functions.change(record, { statements: record.statements.filter(({ Sid }) => Sid !== input.StatementId) });
  return undefined;
}

const qualifiedArn = (arn: string, qualifier: string | undefined): string =>
  qualifier === undefined || qualifier === LATEST ? arn : `${arn}:${qualifier}`;

const documentOf = (statements: readonly Statement[]): object => ({
  Version: '2012-10-17',
  Id: 'default',
  Statement: statements,
});

/** A service, an account, an ARN of IAM, or everybody. */
function principalOf(principal: string): string | Record<string, string> {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (/^arn:aws[a-zA-Z-]*:(iam|sts)::\d{12}:.+$/.test(principal)) return { AWS: principal };
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(principal)) return { Service: principal };
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.');
}

/** In AWS's order of keys, since callers get it as text. */
function statementOf(
  input: AddInput,
  { principal, resource }: { principal: string | Record<string, string>; resource: string },
): Statement {
  const equals = withoutAbsent({
    'AWS:SourceAccount': input.SourceAccount,
    'lambda:EventSourceToken': input.EventSourceToken,
    'aws:PrincipalOrgID': input.PrincipalOrgID,
    'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
  });
  const condition = withoutAbsent({
    StringEquals: Object.keys(equals).length === 0 ? undefined : equals,
    ArnLike: input.SourceArn === undefined ? undefined : { 'AWS:SourceArn': input.SourceArn },
  });
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principal,
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

const withoutAbsent = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
