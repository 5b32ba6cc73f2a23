/** What runs that were cut off left behind: of our tag, used by nothing, and old. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-api-gateway';
import type { Clock } from '../../src/aws/waiting.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { faultsIn, standing } from '../_helpers/standing-lab.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterAll(() => aws.stop());

/** The clock of somebody who comes so many minutes later. */
const minutesLater = (minutes: number): Clock => ({
  now: () => Date.now() + minutes * 60_000,
  sleep: () => Promise.resolve(),
});

type Made = Promise<{ id?: string | undefined }>;

/** A second thing of the lab's tag, the step that tells of it, its kind, the call that removes it, and how it gets used. */
const KINDS: readonly (readonly [
  step: string,
  kind: string,
  removal: string,
  make: (lab: TestLab) => Made,
  use: (lab: TestLab, id: string) => Promise<unknown>,
])[] = [
  [
    'api',
    'REST API',
    'apigateway:DeleteRestApi',
    ({ aws: { apiGateway }, lab: { api, tags } }) =>
      apiGateway.send(new CreateRestApiCommand({ name: api.name, tags })),
    async ({ aws: { apiGateway } }, restApiId) => {
      const { items } = await apiGateway.send(new GetResourcesCommand({ restApiId }));
      const method = { restApiId, resourceId: items?.[0]?.id, httpMethod: 'GET' };
      await apiGateway.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
      await apiGateway.send(new PutIntegrationCommand({ ...method, type: 'MOCK' }));
      await apiGateway.send(new CreateDeploymentCommand({ restApiId, stageName: 'other' }));
    },
  ],
  [
    'key',
    'API key',
    'apigateway:DeleteApiKey',
    ({ aws: { apiGateway }, lab: { key, tags } }) =>
      apiGateway.send(new CreateApiKeyCommand({ name: key.name, tags })),
    async ({ aws: { apiGateway } }, keyId) => {
      const { id: usagePlanId } = await apiGateway.send(new CreateUsagePlanCommand({ name: 'of a friend' }));
      await apiGateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    },
  ],
  [
    'usage-plan',
    'usage plan',
    'apigateway:DeleteUsagePlan',
    ({ aws: { apiGateway }, lab: { usagePlan, tags } }) =>
      apiGateway.send(
        // AWS keeps no date of a plan.
        new CreateUsagePlanCommand({
          name: usagePlan.name,
          tags: { ...tags, 'lab-setup:made': new Date().toISOString() },
        }),
      ),
    async ({ aws: { apiGateway } }, usagePlanId) => {
      const { id: keyId } = await apiGateway.send(new CreateApiKeyCommand({ name: 'of a friend' }));
      await apiGateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    },
  ],
];

const rows = KINDS.map((row) => [row[1], row] as const);

/** A lab that is up, and a second thing of the kind beside the one that it uses. */
async function withSecond([step, , , make]: (typeof KINDS)[number], why: string) {
  const first = await openLab(aws, `${why}-${step}`);
  const lab = standing(first, await first.up());
  const { id = '' } = await make(lab);
  return { lab, id };
}

describe('a second thing of the lab’s tag that nothing uses', () => {
  test.each(rows)('is told and removed by up when it is over ten minutes old: %s', async (_, row) => {
    const [step, kind, removal] = row;
    const { lab } = await withSecond(row, 'old');
    const later = await openLab(aws, lab.lab.name, {}, { clock: minutesLater(11) });

    const faults = faultsIn(await later.status(), lab);
    const repaired = await later.up();
    const states = outcomes(await later.status());

    expect(faults).toEqual([`${step} ${kind}s of this lab: expected 1, found 2`]);
    expect(later.writes().filter((call) => call.includes('Delete'))).toEqual([removal]);
    expect([outcomes(repaired)[step], states]).toEqual(['repaired', allSteps('in-order')]);
  });

  test.each(rows)('is left to the run that may be making it when it is younger: %s', async (_, row) => {
    const { lab } = await withSecond(row, 'young');
    const soon = await openLab(aws, lab.lab.name, {}, { clock: minutesLater(9) });

    const report = await soon.up();

    expect([outcomes(report), soon.writes()]).toEqual([allSteps('unchanged'), []]);
  });

  test.each(rows)('is left alone, however old, once something uses it: %s', async (_, row) => {
    const { lab, id } = await withSecond(row, 'used');
    await row[4](lab, id);
    const later = await openLab(aws, lab.lab.name, {}, { clock: minutesLater(11) });

    const report = await later.up();

    expect([report.kind, later.writes().filter((call) => call.includes('Delete'))]).toEqual(['up', []]);
  });

  test.each(rows)('is not waited for where the first is as old and as unused: %s', async (_, row) => {
    const [step, kind, removal, make] = row;
    const lab = await openLab(aws, `none-${step}`);
    await make(lab);
    await make(lab);
    const later = await openLab(aws, lab.lab.name, {}, { clock: minutesLater(11) });

    const found = (await later.status()).steps.find(({ id }) => id === step);
    const report = await later.up();

    expect(found).toMatchObject({ outcome: 'drifted', remark: undefined });
    expect(found?.differences.map(({ setting }) => setting)).toContain(`${kind}s of this lab`);
    expect(report.kind).toBe('up');
    expect(later.writes().filter((call) => call.includes('Delete'))).toEqual([removal]);
  });

  test('is not removed when it does not tell its age: a plan without its date', async () => {
    const [, , row] = KINDS;
    if (!row) throw new Error('there are three kinds');
    const { lab, id } = await withSecond(row, 'ageless');
    const resourceArn = `arn:aws:apigateway:us-east-1::/usageplans/${id}`;
    await lab.aws.apiGateway.send(new UntagResourceCommand({ resourceArn, tagKeys: ['lab-setup:made'] }));
    const later = await openLab(aws, lab.lab.name, {}, { clock: minutesLater(11) });

    expect([outcomes(await later.up()), later.writes()]).toEqual([allSteps('unchanged'), []]);
  });

  test.each(rows)('goes with the rest of the lab: %s', async (_, row) => {
    const { lab } = await withSecond(row, 'down');

    const report = await lab.down();

    expect(report).toMatchObject({ kind: 'down', clean: true });
  });
});
