import { afterAll, beforeAll, expect } from '@jest/globals';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListAccountAliasesCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListInstanceProfilesForRoleCommand,
  ListPolicyTagsCommand,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import { claim } from '../_helpers/conformance.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const ROLES = 'recorded answers, February 2026: roles';
const POLICIES = 'recorded answers, February 2026: policies';
const MODEL = 'service model';
const ACCOUNT = 'arn:aws:iam::000000000000';
const policyArn = (name: string): string => `${ACCOUNT}:policy/${name}`;
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::example_bucket' },
});

let aws: TestAws;
let iam: IAMClient;
const createRole = (RoleName: string, more: object = {}) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more }));
const createPolicy = (PolicyName: string, more: object = {}) =>
  iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: document, ...more }));
const boundTo = (RoleName: string, PermissionsBoundary: string) =>
  iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));

beforeAll(async () => {
  aws = await startTestAws();
  iam = new IAMClient(aws.clientConfig);
  await createPolicy('edge');
  await createPolicy('tagged', { Tags: [{ Key: 'a', Value: 'lower' }] });
  await createRole('bound', { Path: '/b/', PermissionsBoundary: policyArn('edge'), Description: 'd' });
  await createRole('plain');
});
afterAll(async () => {
  iam.destroy();
  await aws.stop();
});

const role = (name: string, path = '/') => ({
  Path: path,
  RoleName: name,
  RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
  Arn: `${ACCOUNT}:role${path}${name}`,
  CreateDate: expect.any(Date),
  AssumeRolePolicyDocument: encodeURIComponent(trust),
});
const policy = (name: string) => ({
  PolicyName: name,
  PolicyId: expect.stringMatching(/^ANPA[A-Z0-9]{17}$/),
  Arn: policyArn(name),
  Path: '/',
  DefaultVersionId: 'v1',
  AttachmentCount: 0,
  PermissionsBoundaryUsageCount: 0,
  IsAttachable: true,
  CreateDate: expect.any(Date),
  UpdateDate: expect.any(Date),
});
const edge = {
  PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: policyArn('edge') },
};
const refused = (name: string, status: number, message: unknown) => ({ name, status, message });
const tagKeyWords = String.raw`1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]`;

claim([
  {
    what: 'CreateRole with a boundary shows it',
    evidence: ROLES,
    call: () => createRole('made', { PermissionsBoundary: policyArn('edge') }),
    answer: { Role: { ...role('made'), ...edge } },
  },
  {
    what: 'GetRole shows the boundary',
    evidence: ROLES,
    call: () => iam.send(new GetRoleCommand({ RoleName: 'bound' })),
    answer: {
      Role: {
        ...role('bound', '/b/'),
        ...edge,
        Description: 'd',
        MaxSessionDuration: 3600,
        RoleLastUsed: {},
      },
    },
  },
  {
    what: 'ListRoles does not',
    evidence: ROLES,
    call: () => iam.send(new ListRolesCommand({ PathPrefix: '/b/' })),
    answer: {
      IsTruncated: false,
      Roles: [{ ...role('bound', '/b/'), Description: 'd', MaxSessionDuration: 3600 }],
    },
  },
  {
    what: 'a boundary that is no policy is refused',
    evidence: ROLES,
    call: () => boundTo('plain', `${ACCOUNT}:not_a_policy/invalid`),
    error: refused('InvalidInputException', 400, `ARN ${ACCOUNT}:not_a_policy/invalid is not valid.`),
  },
  {
    what: 'a boundary that is not there is refused',
    evidence: ROLES,
    call: () => createRole('unmade', { PermissionsBoundary: policyArn('nobody') }),
    error: refused(
      'NoSuchEntityException',
      404,
      `Scope ARN: ${policyArn('nobody')} does not exist or is not attachable.`,
    ),
  },
  {
    what: 'a boundary for a role that is not there is refused',
    evidence: ROLES,
    call: () => boundTo('nobody', policyArn('edge')),
    error: refused('NoSuchEntityException', 404, 'The role with name nobody cannot be found.'),
  },
  {
    what: 'DeleteRolePermissionsBoundary answers nothing',
    evidence: ROLES,
    call: async () => {
      await boundTo('plain', policyArn('edge'));
      return iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'plain' }));
    },
    answer: {},
  },
  {
    what: 'a policy that is a boundary cannot be deleted',
    evidence: 'API reference, DeletePolicy',
    call: () => iam.send(new DeletePolicyCommand({ PolicyArn: policyArn('edge') })),
    error: refused('DeleteConflictException', 409, 'Cannot delete a policy attached to entities.'),
  },
  {
    what: 'UntagRole names the list for a bad key',
    evidence: ROLES,
    call: () => iam.send(new UntagRoleCommand({ RoleName: 'plain', TagKeys: ['invalid!key'] })),
    error: refused('ValidationError', 400, tagKeyWords),
  },
  {
    what: 'AttachRolePolicy of what is no ARN is refused',
    evidence: ROLES,
    call: () =>
      iam.send(new AttachRolePolicyCommand({ RoleName: 'plain', PolicyArn: 'longpolicynamebutnoarn' })),
    error: refused('ValidationError', 400, 'ARN longpolicynamebutnoarn is not valid.'),
  },
  {
    what: 'AttachRolePolicy of a policy that is not there is refused',
    evidence: ROLES,
    call: () => iam.send(new AttachRolePolicyCommand({ RoleName: 'plain', PolicyArn: policyArn('nobody') })),
    error: refused(
      'NoSuchEntityException',
      404,
      `Policy ${policyArn('nobody')} does not exist or is not attachable.`,
    ),
  },
  {
    what: 'DetachRolePolicy of one that is not attached is refused',
    evidence: ROLES,
    call: () => iam.send(new DetachRolePolicyCommand({ RoleName: 'plain', PolicyArn: policyArn('edge') })),
    error: refused('NoSuchEntityException', 404, `Policy ${policyArn('edge')} was not found.`),
  },
  {
    what: 'ListAttachedRolePolicies of a plain role is empty',
    evidence: ROLES,
    call: () => iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'plain' })),
    answer: { AttachedPolicies: [], IsTruncated: false },
  },
  {
    what: 'CreatePolicy takes keys that differ in case, and gives no description',
    evidence: POLICIES,
    call: () =>
      createPolicy('cases', {
        Description: 'd',
        Tags: [
          { Key: 'a', Value: 'lowercase' },
          { Key: 'A', Value: '' },
        ],
      }),
    answer: {
      Policy: {
        ...policy('cases'),
        Tags: [
          { Key: 'a', Value: 'lowercase' },
          { Key: 'A', Value: '' },
        ],
      },
    },
  },
  {
    what: 'GetPolicy gives the empty list of tags',
    evidence: POLICIES,
    call: async () => {
      await createPolicy('untagged');
      return iam.send(new GetPolicyCommand({ PolicyArn: policyArn('untagged') }));
    },
    answer: { Policy: { ...policy('untagged'), Tags: [] } },
  },
  {
    what: 'ListPolicyTags sorts capitals first, and UntagPolicy takes one of two',
    evidence: POLICIES,
    call: async () => {
      const PolicyArn = policyArn('tagged');
      const Tags = ['b', 'A'].map((Key) => ({ Key, Value: 'x' }));
      await iam.send(new TagPolicyCommand({ PolicyArn, Tags }));
      await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['B', 'a'] }));
      return iam.send(new ListPolicyTagsCommand({ PolicyArn }));
    },
    answer: {
      IsTruncated: false,
      Tags: [
        { Key: 'A', Value: 'x' },
        { Key: 'b', Value: 'x' },
      ],
    },
  },
  {
    what: 'a policy may not name a key twice',
    evidence: POLICIES,
    call: () =>
      createPolicy('twice', {
        Tags: [
          { Key: '0', Value: '' },
          { Key: '0', Value: '' },
        ],
      }),
    error: refused('InvalidInputException', 400, 'Duplicate tag keys found.'),
  },
  {
    what: 'tags of a policy that is not there are refused',
    evidence: POLICIES,
    call: () => iam.send(new ListPolicyTagsCommand({ PolicyArn: policyArn('nobody') })),
    error: refused('NoSuchEntityException', 404, `Policy ${policyArn('nobody')} was not found.`),
  },
  {
    what: 'ListEntitiesForPolicy names the roles',
    evidence: MODEL,
    call: () =>
      iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: policyArn('edge'), PathPrefix: '/b/' })),
    answer: {
      PolicyGroups: [],
      PolicyUsers: [],
      PolicyRoles: [{ RoleName: 'bound', RoleId: expect.stringMatching(/^AROA/) }],
      IsTruncated: false,
    },
  },
  {
    what: 'ListInstanceProfilesForRole is empty',
    evidence: MODEL,
    call: () => iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'plain' })),
    answer: { InstanceProfiles: [], IsTruncated: false },
  },
  {
    what: 'ListAccountAliases is empty',
    evidence: MODEL,
    call: () => iam.send(new ListAccountAliasesCommand({})),
    answer: { AccountAliases: [], IsTruncated: false },
  },
]);
