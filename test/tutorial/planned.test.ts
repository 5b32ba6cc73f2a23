/** `up --dry-run` on labs that were damaged: what it says of step 11 is what `up` then does. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import * as gateway from '@aws-sdk/client-api-gateway';
import { up } from '../../src/engine/up.js';
import { patched, type Change } from '../_helpers/drift.js';
import { openLab, outcomes, type TestLab } from '../_helpers/lab.js';
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
