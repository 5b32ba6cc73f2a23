import * as v from 'valibot';
import { upperId } from '../../ids.js';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { awsManagedPolicies } from './aws-managed.js';
import {
  deleteConflict,
  invalidInput,
  limitExceeded,
  noSuchBoundary,
  policyExists,
  policyNotFound,
  validationError,
} from './errors.js';
import {
  boolean,
  description,
  document,
  page,
  path,
  pathPrefix,
  policyArn,
  policyName,
  tags,
} from './inputs.js';
import { pageOf, sortedBy } from './paging.js';
import { checkPermissionsPolicy, countedLength } from './policy-documents.js';
import { keyOf, type IamState, type PolicyRecord, type RoleRecord } from './state.js';
import { mergeTags, policyKeys } from './tag-keys.js';

const POLICY_LENGTH = 6144;

/** The operations on managed policies: the customer's own and those that AWS brings. */
export function managedPolicyOperations(world: World, state: IamState): Operation[] {
  return [
    operation({
      name: 'CreatePolicy',
      input: v.object({
        PolicyName: policyName,
        PolicyDocument: document,
        Path: v.exactOptional(path, '/'),
        Description: v.exactOptional(description),
        Tags: v.exactOptional(tags, []),
      }),
      run: (input) => {
        checkManagedDocument(input.PolicyDocument);
        if (state.policies.get(keyOf(input.PolicyName))) throw policyExists(input.PolicyName);
        const now = world.clock.now();
        const policy: PolicyRecord = {
          name: input.PolicyName,
          id: `ANPA${upperId(17)}`,
          arn: `arn:aws:iam::${world.account}:policy${input.Path}${input.PolicyName}`,
          path: input.Path,
          ...(input.Description === undefined ? {} : { description: input.Description }),
          createdAt: now,
          updatedAt: now,
          tags: mergeTags([], input.Tags, policyKeys),
          versions: [{ id: 'v1', createdAt: now, document: input.PolicyDocument }],
          defaultVersion: 'v1',
          lastVersion: 1,
        };
        state.policies.put(keyOf(policy.name), policy);
        return {
          Policy: { ...listed(state, policy), Tags: policy.tags.length > 0 ? policy.tags : undefined },
        };
      },
    }),
    operation({
      name: 'GetPolicy',
      input: v.object({ PolicyArn: policyArn }),
      run: ({ PolicyArn }) => {
        parsePolicyArn(PolicyArn);
        const policy = findPolicy(world, state, PolicyArn);
        if (!policy) throw policyNotFound(PolicyArn);
        return { Policy: { ...listed(state, policy), Description: policy.description, Tags: policy.tags } };
      },
    }),
    operation({
      name: 'ListPolicies',
      input: v.object({
        Scope: v.exactOptional(v.picklist(['All', 'AWS', 'Local']), 'All'),
        OnlyAttached: v.exactOptional(boolean, 'false'),
        PathPrefix: v.exactOptional(pathPrefix, '/'),
        ...page,
      }),
      run: (input) => {
        const candidates = [
          ...(input.Scope === 'Local' ? [] : awsManagedPolicies),
          ...(input.Scope === 'AWS' ? [] : state.policies.values()),
        ].filter(
          (policy) =>
            policy.path.startsWith(input.PathPrefix) &&
            (!input.OnlyAttached || attachments(state, policy.arn) > 0),
        );
        const byName = ({ name, arn }: PolicyRecord): string => `${keyOf(name)} ${arn}`;
        const { items, ...rest } = pageOf(sortedBy(candidates, byName), byName, input);
        return { Policies: items.map((policy) => listed(state, policy)), ...rest };
      },
    }),
    operation({
      name: 'ListEntitiesForPolicy',
      input: v.object({
        PolicyArn: policyArn,
        EntityFilter: v.exactOptional(
          v.picklist(['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy']),
          'Role',
        ),
        PathPrefix: v.exactOptional(pathPrefix, '/'),
        PolicyUsageFilter: v.exactOptional(v.picklist(['PermissionsPolicy', 'PermissionsBoundary'])),
        ...page,
      }),
      run: (input) => {
        parsePolicyArn(input.PolicyArn);
        if (!findPolicy(world, state, input.PolicyArn)) throw policyNotFound(input.PolicyArn);
        const roles = state.roles
          .values()
          .filter((role) => role.path.startsWith(input.PathPrefix) && input.EntityFilter === 'Role')
          .filter((role) => usesPolicy(role, input.PolicyArn, input.PolicyUsageFilter));
        const byName = (role: RoleRecord): string => keyOf(role.name);
        const { items, ...rest } = pageOf(sortedBy(roles, byName), byName, input);
        return {
          PolicyGroups: [],
          PolicyUsers: [],
          PolicyRoles: items.map(({ name, id }) => ({ RoleName: name, RoleId: id })),
          ...rest,
        };
      },
    }),
    operation({
      name: 'DeletePolicy',
      input: v.object({ PolicyArn: policyArn }),
      run: ({ PolicyArn }) => {
        const policy = findOwnPolicy(world, state, PolicyArn);
        if (!policy) throw policyNotFound(PolicyArn);
        if (attachments(state, policy.arn) + boundaries(state, policy.arn) > 0) {
          throw deleteConflict('Cannot delete a policy attached to entities.');
        }
        if (policy.versions.length > 1) {
          throw deleteConflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
          );
        }
        state.policies.delete(keyOf(policy.name));
      },
    }),
  ];
}

/** @throws AwsError MalformedPolicyDocument, LimitExceeded */
export function checkManagedDocument(text: string): void {
  checkPermissionsPolicy(text);
  if (countedLength(text) > POLICY_LENGTH) {
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${POLICY_LENGTH}`);
  }
}

/** @throws AwsError unless the ARN is one of a policy that is there. */
export function checkBoundary(world: World, state: IamState, arn: string): void {
  if (!POLICY_ARN.test(arn)) throw invalidInput(`ARN ${arn} is not valid.`);
  if (!findPolicy(world, state, arn)) throw noSuchBoundary(arn);
}

const POLICY_ARN = /^arn:aws:iam::(\d{12}|aws):policy(\/(?:[!-~]*\/)?)([\w+=,.@-]+)$/;

/** @throws AwsError ValidationError when the ARN is not one of a policy. */
export function parsePolicyArn(arn: string): { arn: string; account: string; path: string; name: string } {
  const [, account, path, name] = POLICY_ARN.exec(arn) ?? [];
  if (account === undefined || path === undefined || name === undefined) {
    // As recorded from AWS in 2026; earlier it said other words.
    throw validationError(`ARN ${arn} is not valid.`);
  }
  return { arn, account, path, name };
}

/** A policy of this account or of AWS. @throws AwsError when the ARN does not parse. */
export function findPolicy(world: World, state: IamState, arn: string): PolicyRecord | undefined {
  return awsManagedPolicies.find((policy) => policy.arn === arn) ?? findOwnPolicy(world, state, arn);
}

/** A policy of this account. @throws AwsError ValidationError, NoSuchEntity */
export function ownPolicy(world: World, state: IamState, arn: string): PolicyRecord {
  const policy = findOwnPolicy(world, state, arn);
  if (!policy) throw policyNotFound(arn);
  return policy;
}

/** A policy of this account. @throws AwsError when the ARN does not parse. */
export function findOwnPolicy(world: World, state: IamState, arn: string): PolicyRecord | undefined {
  const { account, name } = parsePolicyArn(arn);
  const policy = account === world.account ? state.policies.get(keyOf(name)) : undefined;
  return policy?.arn === arn ? policy : undefined;
}

function usesPolicy(
  role: RoleRecord,
  arn: string,
  usage: 'PermissionsPolicy' | 'PermissionsBoundary' | undefined,
): boolean {
  return (
    (usage !== 'PermissionsBoundary' && role.attached.includes(arn)) ||
    (usage !== 'PermissionsPolicy' && role.boundary === arn)
  );
}

const attachments = (state: IamState, arn: string): number =>
  state.roles.values().filter((role) => role.attached.includes(arn)).length;

const boundaries = (state: IamState, arn: string): number =>
  state.roles.values().filter((role) => role.boundary === arn).length;

function listed(state: IamState, policy: PolicyRecord): Record<string, unknown> {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attachments(state, policy.arn),
    PermissionsBoundaryUsageCount: boundaries(state, policy.arn),
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
  };
}
