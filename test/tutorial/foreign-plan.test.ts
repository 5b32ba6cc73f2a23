/** A key is in one plan of a stage only, so somebody's own plan on the lab's stage may keep the lab's plan from the key. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteUsagePlanKeyCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import { patched } from '../_helpers/drift.js';
import { allSteps, outcomes } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { standLab, type Standing } from '../_helpers/standing-lab.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

/** What makes room for another plan. */
const WAYS: Readonly<Record<string, (lab: Standing) => Promise<unknown>>> = {
  'the key was taken off the lab’s plan': ({ aws: { apiGateway }, usagePlanId, apiKey }) =>
    apiGateway.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId: apiKey })),
  'the stage was taken off the lab’s plan': ({ aws: { apiGateway }, usagePlanId, restApiId }) =>
    apiGateway.send(
      new UpdateUsagePlanCommand({
        usagePlanId,
        ...patched('/apiStages', `${restApiId}:Prod`, 'remove'),
      }),
    ),
};

test.each(Object.keys(WAYS).map((name, index) => [name, index] as const))(
  'up names the plan that has the key, and goes on once that gives it up: %s',
  async (name, index) => {
    const lab = await standLab(aws, `foreign-${index}`);
    const { restApiId: apiId, apiKey: keyId } = lab;
    const { apiGateway } = lab.aws;
    await WAYS[name]?.(lab);
    const request = new CreateUsagePlanCommand({ name: 'theirs', apiStages: [{ apiId, stage: 'Prod' }] });
    const { id: usagePlanId } = await apiGateway.send(request);
    await apiGateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));

    const refused = await lab.up();
    await apiGateway.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));
    await lab.up();

    expect(refused).toMatchObject({
      kind: 'failed',
      step: 'usage-plan',
      error: { message: expect.stringContaining(`The usage plan theirs (${usagePlanId ?? ''})`) },
    });
    expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
  },
);
