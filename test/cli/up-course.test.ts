/** `up --step`, `--until` and `--only`, with somebody at the terminal. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { testEcho } from '../../src/cli/commands/test-echo.js';
import { up, type UpOptions } from '../../src/cli/commands/up.js';
import { readCourse } from '../../src/cli/course.js';
import { arnsOf } from '../../src/tutorial/lab.js';
import { sitAt, type Sitting } from '../_helpers/command.js';
import { buildByHand } from '../_helpers/hand-built.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

const ENTER = '\n';

const PLAIN = { verify: false, showKey: false, dryRun: false, adopt: false, adoptIds: [], yes: false };

/** Runs `up` with these flags; `types` is what is typed, question by question. */
async function run(
  lab: TestLab,
  flags: Parameters<typeof readCourse>[0],
  types: readonly string[] = [],
): Promise<{ result: Awaited<ReturnType<typeof up>>; sitting: Sitting; states: Record<string, string> }> {
  const sitting = sitAt(aws, lab, { types });
  const course = readCourse(flags, sitting.context.edge.screen);
  const options: UpOptions = { ...PLAIN, course, dryRun: flags.dryRun ?? false };
  const result = await up(sitting.context, options);
  return { result, sitting, states: outcomes(await lab.status()) };
}

const usage = (flags: Parameters<typeof readCourse>[0], screen: Sitting['context']['edge']['screen']) => {
  try {
    return readCourse(flags, screen);
  } catch (error) {
    return error;
  }
};

describe('up --step', () => {
  test('explains each step, shows what is sent, waits, and shows where to look at what was made', async () => {
    const lab = await openLab(aws, 'walked');

    const { result, sitting, states } = await run(lab, { step: true }, Array<string>(11).fill(ENTER));

    expect({ exitCode: result.exitCode, states }).toEqual({ exitCode: 0, states: allSteps('in-order') });
    const said = sitting.said();
    const inOrder = [
      'Step 1: Create the execution role (role)',
      'iam CreateRole: needs iam:CreateRole, iam:TagRole',
      'Enter: do it   s: skip it   q: stop here > ',
      'lambda-apigateway-role-walked                  created',
      'Look at it: IAM > Roles > the role',
      'aws iam get-role --role-name lambda-apigateway-role-walked',
      'Step 2: Create the function (function)',
      'Step 11: Deploy the API again',
      'The lab walked is up.',
    ].map((words) => said.indexOf(words));
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
    expect(inOrder).not.toContain(-1);
    // What is known by now stands for itself.
    expect(said).toMatch(/restApiId +[a-z0-9]{10}\n/);
    expect(said).not.toContain('$API_ID');
  });

  /** On the local AWS, which has no console. @returns all that was said */
  const guidedLocally = async (name: string, answers: string[]): Promise<string> => {
    const { context, said } = sitAt(aws, await openLab(aws, name), { types: answers });
    const target = { ...context.target, kind: 'local' as const, endpoint: aws.endpoint };
    const local: typeof context = { ...context, target };
    const course = readCourse({ step: true }, context.edge.screen);
    await up({ ...local, located: Promise.resolve(local) }, { ...PLAIN, course });
    return said();
  };

  test('says once, before the first step, how the aws lines find the local AWS', async () => {
    const said = await guidedLocally('pointed', [ENTER, 'q\n']);

    const words =
      'For the aws lines below, once in another terminal: `eval "$(lab-setup env --lab pointed)"`';
    expect(said.split(words)).toHaveLength(2);
    expect(said.indexOf(words)).toBeLessThan(said.indexOf('Step 1:'));
  });

  test('tells what lab-setup itself shows of a thing, also where there is no console', async () => {
    const said = await guidedLocally('own-looks', [ENTER, ENTER, ENTER, 'q\n']);

    expect(said).not.toContain('Lambda > Functions > the function');
    expect(said).toMatch(/`lab-setup test-echo.*` does what the console’s test does\./);
    expect(said).toMatch(/`lab-setup items.*` shows what is in it\./);
  });

  test('asks nothing of a lab in order', async () => {
    const { result, sitting } = await run(await openLab(aws, 'walked'), { step: true });

    expect(result.exitCode).toBe(0);
    expect(sitting.said()).not.toContain('Enter: do it');
  });

  test('stops at q, says what stands, and test-echo works after step 2', async () => {
    const lab = await openLab(aws, 'two-steps');

    const { result, sitting, states } = await run(lab, { step: true }, [ENTER, ENTER, 'q\n']);
    const echo = await testEcho(sitting.context, {});

    expect([result.exitCode, echo.exitCode]).toEqual([0, 0]);
    expect(sitting.said()).toContain('Stopped here. What stands: role, function.');
    expect(states).toMatchObject({ role: 'in-order', function: 'in-order', table: 'missing' });
  });

  test('ends at the end of the input as at q', async () => {
    const { result, sitting } = await run(await openLab(aws, 'gone'), { step: true }, [ENTER]);

    expect(result.exitCode).toBe(0);
    expect(sitting.said()).toContain('Stopped here. What stands: role.');
  });

  test('says on a line of its own that a signal ended it at the question', async () => {
    const killed = new AbortController();
    const lab = await openLab(aws, 'killed', {}, { signal: killed.signal });
    const { context, said } = sitAt(aws, lab);
    context.edge.terminal().output.on('data', () => killed.abort());

    const { exitCode } = await up(context, {
      ...PLAIN,
      course: readCourse({ step: true }, context.edge.screen),
    });

    expect(exitCode).toBe(130);
    expect(said()).toMatch(/q: stop here > \n$/);
  });

  test('says what a skipped step takes with it, and makes the rest', async () => {
    const lab = await openLab(aws, 'no-api');
    const answers = [ENTER, ENTER, ENTER, 's\n', ENTER];

    const { sitting, states } = await run(lab, { step: true }, answers);

    expect(sitting.said()).toContain(
      'What cannot be made without it: resource, method, permission, deployment, usage-plan, redeploy.',
    );
    expect(states).toMatchObject({ table: 'in-order', key: 'in-order', api: 'missing', method: 'missing' });
  });

  test('asks again when the answer is none', async () => {
    const { sitting } = await run(await openLab(aws, 'unclear'), { step: true }, ['maybe\n', 'q\n']);

    expect(sitting.said().split('Enter: do it')).toHaveLength(3);
  });
});

describe('a part of the lab', () => {
  test('--until makes all steps up to one', async () => {
    const { result, sitting, states } = await run(await openLab(aws, 'until'), { until: '4' });

    expect(result.exitCode).toBe(0);
    expect(sitting.said()).toContain('What stands: role, function, table, api.');
    expect(states).toMatchObject({ api: 'in-order', resource: 'missing', key: 'missing' });
  });

  test('--until the last is the whole lab', async () => {
    const { states } = await run(await openLab(aws, 'whole'), { until: 'redeploy' });

    expect(states).toEqual(allSteps('in-order'));
  });

  test('--only makes one', async () => {
    const { states } = await run(await openLab(aws, 'alone'), { only: 'table' });

    expect(states).toEqual({ ...allSteps('missing'), table: 'in-order' });
  });

  test('--show-key shows the key where it is made, and the URL only once there is a stage', async () => {
    const lab = await openLab(aws, 'shown');
    const upTo = async (flags: Parameters<typeof readCourse>[0]) => {
      const { context, said } = sitAt(aws, lab);
      const course = readCourse(flags, context.edge.screen);
      const { members } = await up(context, { ...PLAIN, course, showKey: true });
      return { members, said: said() };
    };

    const key = await upTo({ only: 'key' });
    const deployment = await upTo({ until: 'deployment' });

    expect(key.members).toEqual({
      steps: expect.anything() as unknown,
      apiKey: expect.any(String) as unknown,
    });
    expect(key.said).toMatch(/^API key {5}[A-Za-z0-9]{40}$/m);
    expect(deployment.members).toMatchObject({
      invokeUrl: expect.stringMatching(/\/Prod\/dynamodbmanager$/) as unknown,
    });
    expect(deployment.said).toMatch(/^Invoke URL {2}https:/m);
  });

  test('--only says what is missing instead of making it', async () => {
    const lab = await openLab(aws, 'unmet');

    const { result } = await run(lab, { only: 'method' });

    expect(result).toMatchObject({
      exitCode: 1,
      error: {
        step: 'method',
        message: 'It needs api and resource, which are not there. Nothing was made.',
        hint: 'Make all steps up to it with `lab-setup up --until method`, or what it needs alone with `lab-setup up --only api`, then `lab-setup up --only resource`.',
      },
    });
    expect(lab.writes()).toEqual([]);
  });

  test('--only does not build on what was made by hand; the way beside it is in the same place', async () => {
    const lab = await openLab(aws, 'clicked');
    await buildByHand(lab);
    const before = lab.writes();

    const { result } = await run(lab, { only: 'permission' });

    expect(result.error?.code).toBe('made-by-hand');
    expect(result.error?.hint).toContain('`lab-setup up --lab NAME --target aws --region us-east-1`');
    expect(lab.writes()).toEqual(before);
  });

  test('tells to go on with --adopt where the rest was made by hand: up alone refuses it', async () => {
    const lab = await openLab(aws, 'half-clicked');
    await lab.aws.apiGateway.send(new CreateApiKeyCommand({ name: lab.lab.key.name }));

    const { sitting } = await run(lab, { only: 'table' });

    expect(sitting.said()).toMatch(/lab-setup up --step --adopt .*\n +lab-setup up --adopt /);
  });

  test('tells to go on with the role that was given: nothing else knows it before the function is made', async () => {
    const owner = await openLab(aws, 'giver');
    await owner.up();
    const roleArn = arnsOf(owner.lab, owner.env.place).role;

    const { sitting } = await run(await openLab(aws, 'given', { roleArn }), { until: 'role' });

    expect(sitting.said()).toContain(`lab-setup up --role-arn ${roleArn} `);
  });

  test('the same is told after Ctrl-C', async () => {
    const roleArn = 'arn:aws:iam::000000000000:role/given';
    const lab = await openLab(aws, 'cut', { roleArn }, { signal: AbortSignal.abort() });

    const { error } = await up(sitAt(aws, lab).context, { ...PLAIN, course: undefined });

    expect(error?.hint).toBe(`Begin again with \`lab-setup up --role-arn ${roleArn}\`.`);
  });

  test.each([
    [{ step: true, until: 'table' }, 'up --step --until table'],
    [{ only: '3' }, 'up --only 3'],
    [{ only: 'table', dryRun: true }, 'up --only table --dry-run'],
  ])('and after Ctrl-C to begin again with no more than was meant: %j', async (flags, command) => {
    const lab = await openLab(aws, 'cut', {}, { signal: AbortSignal.abort() });

    const { result } = await run(lab, flags);

    expect(result.error?.hint).toBe(`Begin again with \`lab-setup ${command}\`.`);
  });

  test('and where what is asked for needs more first', async () => {
    const roleArn = 'arn:aws:iam::000000000000:role/given';
    const lab = await openLab(aws, 'unready', { roleArn });

    const { result } = await run(lab, { only: 'permission' });

    expect(result.error?.hint).toContain(`\`lab-setup up --until permission --role-arn ${roleArn}\``);
    expect(result.error?.hint).toContain(`\`lab-setup up --only function --role-arn ${roleArn}\``);
  });

  test('--dry-run shows its steps alone', async () => {
    const { sitting } = await run(await openLab(aws, 'planned'), { until: 'function', dryRun: true });

    expect(sitting.said().match(/would be created/g)).toHaveLength(2);
  });
});

describe('what cannot be meant is a usage error', () => {
  test.each([
    [{ until: '13' }, 'There is no step 13.', /1 role, 2 function, .*12 teardown/],
    [{ only: 'tables' }, 'There is no step tables.\n(Did you mean table?)', /3 table/],
    [{ only: 'teardown' }, 'Step teardown makes nothing: it takes the lab down.', /lab-setup down/],
    [{ only: '1', until: '2' }, '--only means one step, --until all steps up to one.', /Leave one/],
    [{ step: true, dryRun: true }, '--dry-run does nothing, so --step has nothing to ask.', /--dry-run/],
  ])('%j', async (flags, message, hint) => {
    const { screen } = sitAt(aws, await openLab(aws, 'usage')).context.edge;

    expect(usage(flags, screen)).toMatchObject({
      code: 'usage',
      message,
      hint: expect.stringMatching(hint) as unknown,
    });
  });

  test('--step without a terminal', async () => {
    const { screen } = sitAt(aws, await openLab(aws, 'usage')).context.edge;

    expect(usage({ step: true }, { ...screen, interactive: false })).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('--until') as unknown,
    });
  });
});
