/** A lab that was clicked together and of which something is gone: one shell reads all lines that `status` tells, in their order. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import * as gateway from '@aws-sdk/client-api-gateway';
import { ZIP_FILE } from '../../src/tutorial/lesson.js';
import { openBash, type Bash } from '../_helpers/aws-program.js';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { patched } from '../_helpers/drift.js';
import { buildByHand, type HandBuilt } from '../_helpers/hand-built.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { cureFor, heads, said } from '../_helpers/taught.js';

let aws: TestAws;
let bash: Bash;
let folder: string;
beforeAll(async () => {
  aws = await startTestAws();
  bash = await openBash(aws);
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-cures-'));
});
afterEach(() => aws.release());
afterAll(async () => {
  await bash.close();
  await aws.stop();
  await rm(folder, { recursive: true });
});

/** Where `lab-setup steps function --zip` has written the function's code. */
async function folderWithCode({ env }: HandBuilt): Promise<string> {
  await writeFile(join(folder, ZIP_FILE), (await env.handler.archive()).zip);
  return folder;
}

const withoutPlan = async ({ aws: { apiGateway }, usagePlanId, restApiId }: HandBuilt): Promise<void> => {
  const change = patched('/apiStages', `${restApiId}:Prod`, 'remove');
  await apiGateway.send(new gateway.UpdateUsagePlanCommand({ usagePlanId, ...change }));
  await apiGateway.send(new gateway.DeleteUsagePlanCommand({ usagePlanId }));
};

const STALE = 'redeploy serves: expected the API as it now is, found another state of the API';

const ROWS: Readonly<
  Record<string, readonly [remove: (lab: HandBuilt) => Promise<unknown>, says: string[]]>
> = {
  'the function': [
    ({ aws: { lambda }, FunctionName }) => lambda.send(new DeleteFunctionCommand({ FunctionName })),
    ['function missing'],
  ],
  'the resource': [
    ({ aws: { apiGateway }, method: { restApiId, resourceId } }) =>
      apiGateway.send(new gateway.DeleteResourceCommand({ restApiId, resourceId })),
    ['resource missing', STALE],
  ],
  'the method': [
    ({ aws: { apiGateway }, method }) => apiGateway.send(new gateway.DeleteMethodCommand(method)),
    ['method missing', STALE],
  ],
  'the stage': [
    ({ aws: { apiGateway }, restApiId, stageName }) =>
      apiGateway.send(new gateway.DeleteStageCommand({ restApiId, stageName })),
    ['deployment missing', 'usage-plan stage: expected on Prod, found not on Prod'],
  ],
  'the key': [
    ({ aws: { apiGateway }, apiKey }) => apiGateway.send(new gateway.DeleteApiKeyCommand({ apiKey })),
    ['key missing', 'usage-plan key: expected attached, found not attached'],
  ],
  'the usage plan': [withoutPlan, ['usage-plan missing']],
};

test.each(Object.keys(ROWS).map((name, index) => [name, index] as const))(
  'without %s it is put right by one paste',
  async (name, index) => {
    const [remove = () => Promise.resolve(), says] = ROWS[name] ?? [];
    const lab = await buildByHand(await openLab(aws, `gone-${index}`), {
      apiKeyRequired: true,
      stage: 'Prod',
    });
    await remove(lab);

    const { faults } = await said(lab);
    await bash.run(
      cureFor(lab, faults).filter((line) => !line.startsWith('lab-setup ')),
      await folderWithCode(lab),
    );

    expect(heads(faults)).toEqual(says);
    expect(heads((await said(lab)).faults)).toEqual([]);
  },
);
