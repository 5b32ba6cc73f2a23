/** What `doctor` looks at. Every check answers with what it found, or throws a LabError with what is wrong and its fix. */
import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Aws } from '../aws/clients.js';
import { ifThere } from '../aws/errors.js';
import type { Target } from '../aws/target.js';
import { LabError } from '../lab-error.js';
import { troubleOf } from '../local/index.js';
import type { Lab } from '../tutorial/lab.js';
import type { Edge } from './edge.js';
import { createFile, recordOf, refuseOtherAccount, unwritable, type LabRecord } from './home.js';
import { asLabError } from './place.js';

/** Node.js is new enough. */
export function checkNode({ nodeVersion, package: installed }: Edge): string {
  const { leastNode } = installed;
  if (isOlder(nodeVersion, leastNode)) {
    throw new LabError('failed', `Node.js ${nodeVersion} runs this; it needs ${leastNode} or newer.`, {
      hint: 'Install a newer Node.js, such as the current LTS version.',
    });
  }
  return `${nodeVersion} (${leastNode} or newer is needed)`;
}

function isOlder(version: string, least: string): boolean {
  const [has = [], needs = []] = [version, least].map((each) => each.split('.').map(Number));
  for (const [index, part] of needs.entries()) {
    const own = has[index] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}

/** The files of the package are there. */
export async function checkPackage({ package: installed }: Edge): Promise<string> {
  for (const file of [installed.serverScript, installed.handlerBundle, installed.handlerZip]) {
    try {
      await access(file);
    } catch (error) {
      throw new LabError('failed', `The file ${file} of the package is missing.`, {
        hint: 'Install lab-setup again; in a checkout run `npm run build`.',
        cause: error,
      });
    }
  }
  return `lab-setup ${installed.version}, complete`;
}

/** About what a lab takes on the disk: a full one still lets files be made, and nothing be written into them. */
const LAB_SIZE = 1_000_000;

/** The home can be written: records of labs, copies of replaced code, the local AWS. */
export async function checkHome({ home }: Edge): Promise<string> {
  const probe = join(home.folder, `.doctor-${process.pid}`);
  try {
    await mkdir(home.folder, { recursive: true, mode: 0o700 });
    await createFile(probe, Buffer.alloc(LAB_SIZE));
    await rm(probe);
  } catch (error) {
    throw unwritable(home, error);
  }
  return `${home.folder} can be written`;
}

/** Which target the settings mean, and the region. */
export function describeTarget(target: Target | undefined): string {
  if (!target) return 'the local AWS; no other endpoint is set';
  const server = target.kind === 'local' ? 'the local AWS' : (target.endpoint ?? 'AWS');
  const profile = target.profile === undefined ? '' : `, profile ${target.profile}`;
  return `${server}, region ${target.region}${profile}`;
}

/** The local AWS runs, or nothing stands in the way of its start. */
export async function checkLocalAws({ home }: Edge, target: Target | undefined): Promise<string> {
  if (target) return `runs at ${target.endpoint ?? ''}`;
  const trouble = await troubleOf(home.localAws).catch((error: unknown) => {
    throw asLabError(error);
  });
  if (trouble) throw asLabError(trouble);
  return 'does not run; the first command that needs it starts it';
}

/** The credentials are accepted, and belong to the account in which the lab is known to be. */
export async function checkCredentials(
  aws: Aws,
  { target, lab, record }: { target: Target; lab: Lab; record: LabRecord | undefined },
): Promise<string> {
  const { Account = '?', Arn = '?' } = await aws.sts.send(new GetCallerIdentityCommand({}));
  refuseOtherAccount(lab.name, record, recordOf(target, { account: Account, region: target.region }));
  return `${Arn}, account ${Account}`;
}

/** One call of each service that every look at the lab begins with: it tells whether the caller may read there. */
export const READS: Readonly<Record<string, (aws: Aws, lab: Lab) => Promise<unknown>>> = {
  iam: (aws, lab) => ifThere(aws.iam.send(new GetRoleCommand({ RoleName: lab.role.name }))),
  lambda: (aws, lab) => ifThere(aws.lambda.send(new GetFunctionCommand({ FunctionName: lab.function.name }))),
  dynamodb: (aws, lab) => ifThere(aws.dynamodb.send(new DescribeTableCommand({ TableName: lab.table.name }))),
  apigateway: (aws) => aws.apiGateway.send(new GetRestApisCommand({ limit: 1 })),
  logs: (aws, lab) =>
    aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: lab.function.logGroup, limit: 1 })),
};
