import * as v from 'valibot';
import { upperId } from '../../ids.js';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { deleteConflict, limitExceeded, noBoundary, roleExists } from './errors.js';
import {
  description,
  document,
  maxSessionDuration,
  page,
  path,
  pathPrefix,
  policyArn,
  roleName,
  tags,
} from './inputs.js';
import { checkBoundary } from './managed-policies.js';
import { pageOf, sortedBy } from './paging.js';
import { checkTrustPolicy, countedLength, encodeDocument } from './policy-documents.js';
import { findRole, keyOf, type IamState, type RoleRecord } from './state.js';
import { mergeTags, roleKeys } from './tag-keys.js';

/** Quotas of an account that never asked for more (aws-facts 2.2). */
const ROLES_PER_ACCOUNT = 1000;
const TRUST_POLICY_LENGTH = 2048;

/** The operations on roles themselves. */
export function roleOperations(world: World, state: IamState): Operation[] {
  const exists = principalExists(world, state);
  const checkTrust = (text: string): void => {
    checkTrustPolicy(text, exists);
    if (countedLength(text) > TRUST_POLICY_LENGTH) {
      throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${TRUST_POLICY_LENGTH}`);
    }
  };
  return [
    operation({
      name: 'CreateRole',
      input: v.object({
        RoleName: roleName,
        AssumeRolePolicyDocument: document,
        Path: v.exactOptional(path, '/'),
        Description: v.exactOptional(description),
        MaxSessionDuration: v.exactOptional(maxSessionDuration, '3600'),
        PermissionsBoundary: v.exactOptional(policyArn),
        Tags: v.exactOptional(tags, []),
      }),
      run: (input) => {
        if (state.roles.get(keyOf(input.RoleName))) throw roleExists(input.RoleName);
        checkTrust(input.AssumeRolePolicyDocument);
        if (input.PermissionsBoundary !== undefined) checkBoundary(world, state, input.PermissionsBoundary);
        if (state.roles.values().length >= ROLES_PER_ACCOUNT) {
          throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${ROLES_PER_ACCOUNT}`);
        }
        const role: RoleRecord = {
          name: input.RoleName,
          id: `AROA${upperId(17)}`,
          arn: `arn:aws:iam::${world.account}:role${input.Path}${input.RoleName}`,
          path: input.Path,
          createdAt: world.clock.now(),
          ...(input.Description === undefined ? {} : { description: input.Description }),
          maxSessionDuration: input.MaxSessionDuration,
          trust: input.AssumeRolePolicyDocument,
          tags: mergeTags([], input.Tags, roleKeys),
          inline: [],
          attached: [],
          ...(input.PermissionsBoundary === undefined ? {} : { boundary: input.PermissionsBoundary }),
        };
        state.roles.put(keyOf(role.name), role);
        return { Role: { ...basics(role), ...boundaryOf(role), Tags: tagsIfAny(role) } };
      },
    }),
    operation({
      name: 'GetRole',
      input: v.object({ RoleName: roleName }),
      run: ({ RoleName }) => {
        const role = findRole(state, RoleName);
        return {
          Role: { ...listed(role), ...boundaryOf(role), Tags: tagsIfAny(role), RoleLastUsed: {} },
        };
      },
    }),
    operation({
      name: 'ListRoles',
      input: v.object({ PathPrefix: v.exactOptional(pathPrefix, '/'), ...page }),
      run: (input) => {
        const roles = state.roles.values().filter((role) => role.path.startsWith(input.PathPrefix));
        const byName = (role: RoleRecord): string => keyOf(role.name);
        const { items, ...rest } = pageOf(sortedBy(roles, byName), byName, input);
        return { Roles: items.map(listed), ...rest };
      },
    }),
    operation({
      name: 'UpdateAssumeRolePolicy',
      input: v.object({ RoleName: roleName, PolicyDocument: document }),
      run: (input) => {
        const role = findRole(state, input.RoleName);
        checkTrust(input.PolicyDocument);
        state.roles.put(keyOf(role.name), { ...role, trust: input.PolicyDocument });
      },
    }),
    operation({
      name: 'UpdateRole',
      input: v.object({
        RoleName: roleName,
        Description: v.exactOptional(description),
        MaxSessionDuration: v.exactOptional(maxSessionDuration),
      }),
      run: (input) => {
        const role = findRole(state, input.RoleName);
        state.roles.put(keyOf(role.name), {
          ...role,
          description: input.Description ?? role.description ?? '',
          maxSessionDuration: input.MaxSessionDuration ?? role.maxSessionDuration,
        });
        return {};
      },
    }),
    operation({
      name: 'UpdateRoleDescription',
      input: v.object({ RoleName: roleName, Description: description }),
      run: (input) => {
        const role = { ...findRole(state, input.RoleName), description: input.Description };
        state.roles.put(keyOf(role.name), role);
        return { Role: { ...basics(role), Description: role.description } };
      },
    }),
    operation({
      name: 'PutRolePermissionsBoundary',
      input: v.object({ RoleName: roleName, PermissionsBoundary: policyArn }),
      run: (input) => {
        const role = findRole(state, input.RoleName);
        checkBoundary(world, state, input.PermissionsBoundary);
        state.roles.put(keyOf(role.name), { ...role, boundary: input.PermissionsBoundary });
      },
    }),
    operation({
      name: 'DeleteRolePermissionsBoundary',
      input: v.object({ RoleName: roleName }),
      run: ({ RoleName }) => {
        const { boundary, ...role } = findRole(state, RoleName);
        if (boundary === undefined) throw noBoundary(RoleName);
        state.roles.put(keyOf(role.name), role);
      },
    }),
    operation({
      name: 'DeleteRole',
      input: v.object({ RoleName: roleName }),
      run: ({ RoleName }) => {
        const role = findRole(state, RoleName);
        if (role.attached.length > 0) {
          throw deleteConflict('Cannot delete entity, must detach all policies first.');
        }
        if (role.inline.length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
        state.roles.delete(keyOf(role.name));
      },
    }),
  ];
}

/** Whether an ARN can stand in a trust policy: IAM resolves those of its own account when the policy is written. */
function principalExists(world: World, state: IamState): (arn: string) => boolean {
  return (arn) => {
    const parts = /^arn:aws:(iam|sts)::(\d{12}):(root|(?:user|role|assumed-role)\/.+)$/.exec(arn);
    if (!parts) return false;
    const [, , account, name = ''] = parts;
    if (account !== world.account || name === 'root' || name.startsWith('user/')) return true;
    if (name.startsWith('role/')) return state.roles.values().some((role) => role.arn === arn);
    return state.roles.get(keyOf(name.split('/')[1] ?? '')) !== undefined;
  };
}

/** What CreateRole answers: neither description nor session duration, even when they were given (recorded from AWS). */
function basics(role: RoleRecord): Record<string, unknown> {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trust),
  };
}

/** A role in a list: without tags and last use. */
function listed(role: RoleRecord): Record<string, unknown> {
  return {
    ...basics(role),
    Description: role.description === '' ? undefined : role.description,
    MaxSessionDuration: role.maxSessionDuration,
  };
}

const boundaryOf = ({ boundary }: RoleRecord): Record<string, unknown> =>
  boundary === undefined
    ? {}
    : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } };

const tagsIfAny = (role: RoleRecord): unknown => (role.tags.length > 0 ? role.tags : undefined);
