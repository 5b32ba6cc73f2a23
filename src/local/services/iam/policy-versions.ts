import * as v from 'valibot';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { deleteConflict, limitExceeded, noSuchVersion, policyNotFound } from './errors.js';
import { boolean, document, page, policyArn, versionId } from './inputs.js';
import { checkManagedDocument, findOwnPolicy, findPolicy } from './managed-policies.js';
import { byPosition, pageOf } from './paging.js';
import { encodeDocument } from './policy-documents.js';
import { keyOf, type IamState, type PolicyRecord, type PolicyVersionRecord } from './state.js';

const VERSIONS_PER_POLICY = 5;

/** The operations on the versions of managed policies. */
export function policyVersionOperations(world: World, state: IamState): Operation[] {
  const change = (policy: PolicyRecord): void => {
    state.policies.put(keyOf(policy.name), { ...policy, updatedAt: world.clock.now() });
  };
  return [
    operation({
      name: 'CreatePolicyVersion',
      input: v.object({
        PolicyArn: policyArn,
        PolicyDocument: document,
        SetAsDefault: v.exactOptional(boolean, 'false'),
      }),
      run: (input) => {
        const policy = findOwnPolicy(world, state, input.PolicyArn);
        if (!policy) throw policyNotFound(input.PolicyArn);
        checkManagedDocument(input.PolicyDocument);
        if (policy.versions.length >= VERSIONS_PER_POLICY) {
          throw limitExceeded(
            `A managed policy can have up to ${VERSIONS_PER_POLICY} versions. Before you create a new version, you must delete an existing version.`,
          );
        }
        const lastVersion = policy.lastVersion + 1;
        const version = {
          id: `v${lastVersion}`,
          createdAt: world.clock.now(),
          document: input.PolicyDocument,
        };
        const changed = {
          ...policy,
          versions: [...policy.versions, version],
          lastVersion,
          defaultVersion: input.SetAsDefault ? version.id : policy.defaultVersion,
        };
        change(changed);
        return { PolicyVersion: listed(changed, version) };
      },
    }),
    operation({
      name: 'GetPolicyVersion',
      input: v.object({ PolicyArn: policyArn, VersionId: versionId }),
      run: (input) => {
        const policy = findPolicy(world, state, input.PolicyArn);
        const version = findVersion(policy, input);
        return {
          PolicyVersion: { Document: encodeDocument(version.document), ...listed(policy, version) },
        };
      },
    }),
    operation({
      name: 'ListPolicyVersions',
      input: v.object({ PolicyArn: policyArn, ...page }),
      run: (input) => {
        const policy = findPolicy(world, state, input.PolicyArn);
        if (!policy) throw policyNotFound(input.PolicyArn);
        const { items, ...rest } = pageOf(policy.versions.toReversed(), byPosition, input);
        return { Versions: items.map((version) => listed(policy, version)), ...rest };
      },
    }),
    operation({
      name: 'SetDefaultPolicyVersion',
      input: v.object({ PolicyArn: policyArn, VersionId: versionId }),
      run: (input) => {
        const policy = findOwnPolicy(world, state, input.PolicyArn);
        const version = findVersion(policy, input);
        if (policy) change({ ...policy, defaultVersion: version.id });
      },
    }),
    operation({
      name: 'DeletePolicyVersion',
      input: v.object({ PolicyArn: policyArn, VersionId: versionId }),
      run: (input) => {
        const policy = findOwnPolicy(world, state, input.PolicyArn);
        const version = findVersion(policy, input);
        if (policy?.defaultVersion === version.id) {
          throw deleteConflict('Cannot delete the default version of a policy.');
        }
        if (policy) change({ ...policy, versions: policy.versions.filter(({ id }) => id !== version.id) });
      },
    }),
  ];
}

/** @throws AwsError NoSuchEntity */
function findVersion(
  policy: PolicyRecord | undefined,
  input: { PolicyArn: string; VersionId: string },
): PolicyVersionRecord {
  const version = policy?.versions.find(({ id }) => id === input.VersionId);
  if (!version) throw noSuchVersion(input.PolicyArn, input.VersionId);
  return version;
}

function listed(policy: PolicyRecord | undefined, version: PolicyVersionRecord): Record<string, unknown> {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === policy?.defaultVersion,
    CreateDate: new Date(version.createdAt),
  };
}
