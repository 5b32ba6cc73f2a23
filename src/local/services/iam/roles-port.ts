import { allowsService, parsePolicy } from '../../authorization/policy.js';
import { once } from '../../memo.js';
import type { PolicyDocument, Role, RoleDirectory, World } from '../ports.js';
import { findPolicy } from './managed-policies.js';
import { checkPermissionsPolicy } from './policy-documents.js';
import { keyOf, type IamState, type PolicyVersionRecord, type RoleRecord } from './state.js';

/** What the other services may know about roles. */
export function rolesOf(world: World, state: IamState): RoleDirectory {
  const parsed = createParser();
  const byArn = (arn: string): RoleRecord | undefined => {
    const role = state.roles.get(keyOf(arn.slice(arn.lastIndexOf('/') + 1)));
    return role?.arn === arn ? role : undefined;
  };
  const named = (name: string): RoleRecord | undefined => {
    const role = state.roles.get(keyOf(name));
    return role?.name === name ? role : undefined;
  };
  const trust = (arn: string): PolicyDocument | undefined => {
    const role = byArn(arn);
    return role && parsed.trust(role);
  };
  const managedPolicy = (arn: string): PolicyDocument | undefined => {
    const policy = findPolicy(world, state, arn);
    const version = policy?.versions.find(({ id }) => id === policy.defaultVersion);
    return version && parsed.version(version);
  };
  return {
    find: (arn) => shown(byArn(arn)),
    named: (name) => shown(named(name)),
    trust,
    trusts: (arn, service) => {
      const document = trust(arn);
      const request = {
        service,
        action: 'sts:AssumeRole',
        resource: arn,
        context: { 'aws:SourceAccount': world.account },
      };
      return document !== undefined && allowsService(document, request);
    },
    session: (arn, sessionName) => {
      const role = byArn(arn);
      return (
        role && {
          kind: 'role-session',
          account: world.account,
          arn: `arn:aws:sts::${world.account}:assumed-role/${role.name}/${sessionName}`,
          userId: `${role.id}:${sessionName}`,
          roleName: role.name,
        }
      );
    },
    policiesOf: (roleName) => {
      const role = named(roleName);
      if (!role) return [];
      return [...parsed.inline(role), ...role.attached.flatMap((arn) => managedPolicy(arn) ?? [])];
    },
    boundaryOf: (roleName) => {
      const boundary = named(roleName)?.boundary;
      return boundary === undefined ? undefined : (managedPolicy(boundary) ?? { Statement: [] });
    },
    tagsOf: (roleName) =>
      Object.fromEntries((named(roleName)?.tags ?? []).map(({ Key, Value }) => [Key, Value])),
    managedPolicy,
    readPolicy: checkPermissionsPolicy,
  };
}

function shown(role: RoleRecord | undefined): Role | undefined {
  if (!role) return undefined;
  const { name, id, arn, maxSessionDuration } = role;
  return { roleName: name, roleId: id, arn, maxSessionDuration };
}

/** Parses each document once: a record that changes is another object, so its old documents are forgotten with it. */
function createParser(): {
  trust: (role: RoleRecord) => PolicyDocument;
  inline: (role: RoleRecord) => readonly PolicyDocument[];
  version: (version: PolicyVersionRecord) => PolicyDocument;
} {
  const read = (text: string): PolicyDocument => parsePolicy(JSON.parse(text));
  return {
    trust: once((role) => read(role.trust)),
    inline: once((role) => role.inline.map(({ document }) => read(document))),
    version: once((version) => read(version.document)),
  };
}
