/** `up --dry-run` on labs that were damaged or made by hand: what it says of step 11, and adopts, is what `up` then does. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import * as gateway from '@aws-sdk/client-api-gateway';
import { UntagResourceCommand as UntagLogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { up } from '../../src/engine/up.js';
import { arnsOf } from '../../src/tutorial/lab.js';
import { patched, type Change } from '../_helpers/drift.js';
import { buildByHand } from '../_helpers/hand-built.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { standing } from '../_helpers/standing-lab.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

const withoutKey: Change = ({ aws: { apiGateway }, method }) =>
  apiGateway.send(new gateway.UpdateMethodCommand({ ...method, ...patched('/apiKeyRequired', 'false') }));

const deployed: Change = ({ aws: { apiGateway }, restApiId }) =>
  apiGateway.send(new gateway.CreateDeploymentCommand({ restApiId, stageName: 'Prod' }));

const deletedMethod: Change = ({ aws: { apiGateway }, method }) =>
  apiGateway.send(new gateway.DeleteMethodCommand(method));

const inTurn =
  (...changes: readonly Change[]): Change =>
  async (lab) => {
    for (const change of changes) await change(lab);
  };

const plan = (lab: TestLab, ...only: readonly string[]): ReturnType<typeof up> =>
  up({
    ...lab.making,
    dryRun: true,
    course: only.length > 0 ? { made: new Set(only) } : undefined,
  });

const DAMAGES: Readonly<Record<string, readonly [change: Change, planned: string]>> = {
  nothing: [() => Promise.resolve(), 'in-order'],
  'its method was deleted': [deletedMethod, 'unchanged'],
  'its method was changed, that deployed, and the method deleted': [
    inTurn(withoutKey, deployed, deletedMethod),
    'repaired',
  ],
  'its method was changed': [withoutKey, 'unchanged'],
  'its method was changed, and that deployed': [inTurn(withoutKey, deployed), 'repaired'],
  'its stage was deleted': [
    ({ aws: { apiGateway }, restApiId }) =>
      apiGateway.send(new gateway.DeleteStageCommand({ restApiId, stageName: 'Prod' })),
    'unchanged',
  ],
};

test.each(Object.keys(DAMAGES).map((name, index) => [name, index] as const))(
  'a lab to which this happened is deployed again as planned: %s',
  async (name, index) => {
    const [change, planned] = DAMAGES[name] ?? [];
    const lab = await openLab(aws, `planned-${index}`);
    await change?.(standing(lab, await lab.up()));

    const foreseen = outcomes(await plan(lab))['redeploy'];
    const done = outcomes(await lab.up())['redeploy'];

    expect(foreseen).toBe(planned);
    expect(done).toBe(planned === 'in-order' ? 'unchanged' : planned);
  },
);

test('a lab that is not there is planned as it is then made', async () => {
  const lab = await openLab(aws, 'planned-fresh');

  const { steps } = await plan(lab);
  const done = outcomes(await lab.up());

  expect(steps.filter(({ outcome }) => outcome === 'missing').map(({ id }) => id)).toEqual(
    Object.keys(done).filter((id) => done[id] === 'created'),
  );
  expect(steps.at(-1)).toMatchObject({ outcome: 'unchanged', remark: 'Prod is current by then' });
});

test('alone it is planned by what is there, since its method will not be put right', async () => {
  const lab = await openLab(aws, 'planned-alone');
  await withoutKey(standing(lab, await lab.up()));

  expect(outcomes(await plan(lab, 'redeploy'))['redeploy']).toBe('drifted');
});

const planAdoption = (lab: TestLab): ReturnType<typeof up> =>
  up({ ...lab.making, dryRun: true, adoption: { ids: [], confirm: () => Promise.resolve(true) } });

test('a lab by hand is planned with all that is adopted of a step, and with the deployment after it', async () => {
  const lab = await openLab(aws, 'planned-hand');
  await buildByHand(lab, { managedPolicy: true });

  const { steps } = await planAdoption(lab);
  const done = await lab.adopt();

  expect(steps[0]?.remark).toMatch(/^would adopt IAM role .*; would adopt IAM policy /);
  expect([steps.at(-1)?.outcome, done.steps.at(-1)?.outcome]).toEqual(['repaired', 'repaired']);
});

test('a lab in order but for a log group by hand is planned with what is adopted', async () => {
  const lab = await openLab(aws, 'planned-group');
  await lab.up();
  const resourceArn = arnsOf(lab.lab, lab.env.place).logGroup;
  await lab.aws.logs.send(new UntagLogGroup({ resourceArn, tagKeys: ['lab-setup:lab'] }));

  const planned = outcomes(await planAdoption(lab));
  const done = outcomes(await lab.adopt());

  expect(planned).toEqual({ ...allSteps('in-order'), function: 'repaired' });
  expect(done).toEqual({ ...allSteps('unchanged'), function: 'repaired' });
});
