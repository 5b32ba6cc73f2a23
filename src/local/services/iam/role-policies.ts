import * as v from 'valibot';
import { operation } from '../operation.js';
import type { Operation } from '../service.js';
import { limitExceeded, noSuchRolePolicy } from './errors.js';
import { document, page, policyName, roleName } from './inputs.js';
import { pageOf, sortedBy } from './paging.js';
import { checkPermissionsPolicy, countedLength, encodeDocument } from './policy-documents.js';
import { findRole, keyOf, type IamState } from './state.js';

/** All inline policies of one role together (aws-facts 2.2). */
const INLINE_LENGTH = 10_240;

/** The operations on the policies that live inside a role. */
export function rolePolicyOperations(state: IamState): Operation[] {
  return [
    operation({
      name: 'PutRolePolicy',
      input: v.object({ RoleName: roleName, PolicyName: policyName, PolicyDocument: document }),
      run: (input) => {
        const role = findRole(state, input.RoleName);
        checkPermissionsPolicy(input.PolicyDocument);
        const others = role.inline.filter(({ name }) => name !== input.PolicyName);
        const inline = [...others, { name: input.PolicyName, document: input.PolicyDocument }];
        const length = inline.reduce((sum, policy) => sum + countedLength(policy.document), 0);
        if (length > INLINE_LENGTH) {
          throw limitExceeded(`Maximum policy size of ${INLINE_LENGTH} bytes exceeded for role ${role.name}`);
        }
        state.roles.put(keyOf(role.name), { ...role, inline });
      },
    }),
    operation({
      name: 'GetRolePolicy',
      input: v.object({ RoleName: roleName, PolicyName: policyName }),
      run: (input) => {
        const role = findRole(state, input.RoleName);
        const policy = role.inline.find(({ name }) => name === input.PolicyName);
        if (!policy) throw noSuchRolePolicy(input.PolicyName);
        return {
          RoleName: role.name,
          PolicyName: policy.name,
          PolicyDocument: encodeDocument(policy.document),
        };
      },
    }),
    operation({
      name: 'ListRolePolicies',
      input: v.object({ RoleName: roleName, ...page }),
      run: (input) => {
        const names = findRole(state, input.RoleName).inline.map(({ name }) => name);
        const itself = (name: string): string => name;
        const { items, ...rest } = pageOf(sortedBy(names, itself), itself, input);
        return { PolicyNames: items, ...rest };
      },
    }),
    operation({
      name: 'DeleteRolePolicy',
      input: v.object({ RoleName: roleName, PolicyName: policyName }),
      run: (input) => {
        const role = findRole(state, input.RoleName);
        const inline = role.inline.filter(({ name }) => name !== input.PolicyName);
        if (inline.length === role.inline.length) throw noSuchRolePolicy(input.PolicyName);
        state.roles.put(keyOf(role.name), { ...role, inline });
      },
    }),
  ];
}
