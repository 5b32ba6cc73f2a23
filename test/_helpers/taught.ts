/** What `status` says of a lab, as a test claims it, and doing what it says. */
import { CreateDeploymentCommand } from '@aws-sdk/client-api-gateway';
import { RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { differenceText } from '../../src/cli/render/lines.js';
import { cureOf, teach, type Saying } from '../../src/cli/teaching.js';
import { runAwsLine } from './aws-program.js';
import type { HandBuilt } from './hand-built.js';
import type { TestLab } from './lab.js';

/** What is said of each step that something is to be said of. */
export async function said(lab: TestLab): Promise<{ ok: boolean; faults: Said[]; remarks: Said[] }> {
  const report = await lab.status();
  const all = [...teach(whereOf(lab), report)].flatMap(([step, sayings]) =>
    sayings.map((each) => ({ step, ...each })),
  );
  return {
    ok: report.ok,
    faults: all.filter(({ isFault }) => isFault),
    remarks: all.filter(({ isFault }) => !isFault),
  };
}

export type Said = Saying & { readonly step: string };

export const heads = (sayings: readonly Said[]): string[] =>
  sayings.map(({ step, difference }) =>
    `${step} ${difference ? differenceText(difference) : 'missing'}`.replaceAll(
      /(?<=:)[a-z0-9]{10}(?=\/)/g,
      'API',
    ),
  );

/** Where the commands are for: as for a real account, they say it themselves. */
const whereOf = ({ lab, env: { place } }: TestLab): Parameters<typeof teach>[0] => ({
  lab,
  place,
  target: {
    kind: 'aws',
    region: place.region,
    endpoint: undefined,
    profile: undefined,
    credentials: undefined,
  },
});

/** What is to be typed, in its order; the clients of a test have a region of their own. */
export const cureFor = (lab: TestLab, sayings: readonly Said[]): string[] =>
  cureOf(whereOf(lab), sayings).map((line) => line.replace(/ --region [\w-]+/, ''));

/** Types it. */
export async function obey(lab: TestLab, sayings: readonly Said[]): Promise<void> {
  for (const line of cureFor(lab, sayings)) await runAwsLine(lab.aws, line);
}

export const redeployed = ({ aws: { apiGateway }, restApiId, stageName }: HandBuilt): Promise<unknown> =>
  apiGateway.send(new CreateDeploymentCommand({ restApiId, stageName }));

export const withoutPermission = ({ aws: { lambda }, FunctionName }: HandBuilt): Promise<unknown> =>
  lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'a-name-that-the-console-made-up' }));

export const permissionSource = (api: string): string =>
  `arn:aws:execute-api:us-east-1:000000000000:${api}/*/POST/dynamodbmanager`;
