/** The lessons' aws lines, read by bash: they make the same lab as `up` does, and take it down again. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CHAPTERS, show, type ShownLesson } from '../../src/cli/lessons.js';
import { awsLine } from '../../src/cli/render/aws-line.js';
import { neededFirst } from '../../src/tutorial/call.js';
import { unknownGiven, ZIP_FILE } from '../../src/tutorial/lesson.js';
import { openBash, type Bash } from '../_helpers/aws-program.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
let bash: Bash;
let folder: string;
beforeAll(async () => {
  aws = await startTestAws();
  bash = await openBash(aws);
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-lines-'));
});
afterEach(() => aws.release());
afterAll(async () => {
  await bash.close();
  await aws.stop();
  await rm(folder, { recursive: true });
});

/** The lessons of a lab, by id, with the function's code where the lines look for it. */
async function lessonsOf({ lab, env }: TestLab): Promise<ReadonlyMap<string, ShownLesson>> {
  const archive = await env.handler.archive();
  await writeFile(join(folder, ZIP_FILE), archive.zip);
  const given = unknownGiven(lab, archive);
  return new Map(CHAPTERS.map(({ id, lesson }) => [id, show(lesson, given)]));
}

const isTeardown = ([id]: [string, ShownLesson]): boolean => id === 'teardown';

describe('the aws lines of the lessons', () => {
  test('make a lab that is in order, pasted into one shell from the first step to the last', async () => {
    const lab = await openLab(aws, 'pasted');
    const lessons = [...(await lessonsOf(lab))].filter((each) => !isTeardown(each));

    await bash.run(
      lessons.flatMap(([, { lines }]) => lines),
      folder,
    );

    const { ok, steps } = await lab.status();
    expect({ ok, steps: outcomes({ steps }) }).toEqual({ ok: true, steps: allSteps('in-order') });
  });

  test('make what up then leaves as it is', async () => {
    const lab = await openLab(aws, 'pasted');
    const before = lab.writes().length;

    const report = await lab.up();

    expect({ steps: outcomes(report), writes: lab.writes().slice(before) }).toEqual({
      steps: allSteps('unchanged'),
      writes: [],
    });
  });

  test('show what they have made', async () => {
    const lab = await openLab(aws, 'pasted');

    for (const { lesson } of CHAPTERS) {
      const call = lesson.look.call(unknownGiven(lab.lab, await lab.env.handler.archive()));
      await bash.run([...neededFirst([call], lab.lab), call].map(awsLine), folder);
    }
  });

  test('take the lab down, log group and all', async () => {
    const lab = await openLab(aws, 'pasted');
    const teardown = (await lessonsOf(lab)).get('teardown');

    await bash.run([...(teardown?.first ?? []), ...(teardown?.lines ?? [])], folder);

    expect(outcomes(await lab.status())).toEqual(allSteps('missing'));
    expect(outcomes(await lab.down())).toMatchObject({ teardown: 'absent' });
  });

  test('work each in a shell of its own', async () => {
    const lab = await openLab(aws, 'one-by-one');

    for (const each of await lessonsOf(lab)) {
      const [, { first, lines }] = each;
      if (!isTeardown(each)) await bash.run([...first, ...lines], folder);
    }

    expect((await lab.status()).ok).toBe(true);
  });
});

describe('the calls of the lessons', () => {
  test('are the changes that up makes, each once', async () => {
    const lab = await openLab(aws, 'by-up');
    const lessons = await lessonsOf(lab);
    const writes = [...lessons]
      .filter(([id]) => id !== 'teardown' && id !== 'redeploy')
      .flatMap(([, { calls }]) => calls)
      .map(({ service, operation }) => `${service}:${operation}`)
      .filter((call) => !/:(Get|Describe)/.test(call));

    await lab.up();

    expect(writes.sort()).toEqual(lab.writes().sort());
  });

  test('each say what they must be allowed, but for the one that needs no permission', async () => {
    const calls = [...(await lessonsOf(await openLab(aws, 'allowed')))].flatMap(([, shown]) => shown.calls);

    const without = calls.filter(({ actions }) => actions.length === 0).map(({ operation }) => operation);

    expect(new Set(without)).toEqual(new Set(['GetCallerIdentity']));
  });
});
