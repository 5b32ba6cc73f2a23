import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { TestAws } from './local-aws.js';

/** One action and the resources on which it is allowed. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
}

/** Somebody who works in the account without owning it. */
export interface Session {
  /** The same AWS, as this somebody's clients see it: openLab takes it. */
  readonly aws: TestAws;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  /** From now on these permissions, and no others. */
  allow(grants: readonly Grant[]): Promise<void>;
  /** From now on this policy, and no other. */
  bear(policy: object): Promise<void>;
}

/** A session of a role of this name. */
export async function openSession(aws: TestAws, name: string): Promise<Session> {
  const iam = new IAMClient(aws.clientConfig);
  const sts = new STSClient(aws.clientConfig);
  aws.closings.add(() => iam.destroy());
  const trust = { Effect: 'Allow', Principal: { AWS: aws.account }, Action: 'sts:AssumeRole' };
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
    }),
  );
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'test' }),
  );
  sts.destroy();
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const bear = async (policy: object): Promise<void> => {
    const PolicyDocument = JSON.stringify(policy);
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'grants', PolicyDocument }));
  };
  return {
    credentials,
    bear,
    aws: { ...aws, clientConfig: { ...aws.clientConfig, credentials } },
    allow: async (grants) => {
      const Statement = grants.map(({ action, resource }) => ({
        Effect: 'Allow',
        Action: action,
        Resource: resource,
      }));
      await bear({ Version: '2012-10-17', Statement });
    },
  };
}
