/** `status --watch`: looks in place, says what to do next and what has changed, and ends with Ctrl-C. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UpdateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import type { Context } from '../../src/cli/context.js';
import { createLive } from '../../src/cli/render/live.js';
import { refuseWatch, watch } from '../../src/cli/watch.js';
import type { Things } from '../../src/tutorial/step.js';
import { patched } from '../_helpers/drift.js';
import { buildByHand } from '../_helpers/hand-built.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { plainScreen } from '../_helpers/plain-screen.js';
import { runCommand } from '../_helpers/run-command.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterAll(() => aws.stop());

/** Watches a lab while `between` happens, one after the other, and then Ctrl-C is pressed. */
async function watched(
  name: string,
  kind: 'local' | 'aws',
  between: readonly ((apiKey: string, account: { isBusy: boolean }) => Promise<unknown>)[],
) {
  const owner = await openLab(aws, name);
  const up = await owner.up();
  const apiKey = (up.kind === 'up' ? (up.things.get('key') as Things['key']) : undefined)?.id ?? '';
  const ctrlC = new AbortController();
  const pauses: number[] = [];
  const account = { isBusy: false };
  const clock = {
    now: () => Date.now(),
    sleep: async (ms: number) => {
      const happens = between[pauses.length];
      pauses.push(ms);
      if (happens) await happens(apiKey, account);
      else ctrlC.abort();
    },
  };
  const lab = await openLab(aws, name, {}, { clock, signal: ctrlC.signal });
  const frames: string[] = [];
  const terse: string[] = [];
  let ends = 0;
  const live = {
    show: (full: readonly string[], short: readonly string[] = []) => {
      frames.push(full.join('\n'));
      terse.push(short.join('\n'));
    },
    end: () => void (ends += 1),
  };
  const watching = (context: Context): ReturnType<typeof watch> => {
    let wait: (text: string) => void = () => undefined;
    const lookEnv = (note: (text: string) => void) => {
      if (account.isBusy) wait('the quota of the account');
      return context.lookEnv(note);
    };
    return watch({ ...context, lookEnv, onWait: (listener) => (wait = listener) }, live);
  };
  const { exitCode, stdout } = await runCommand({ aws, lab }, watching, undefined, { kind });
  return { frames, terse, ends, pauses, exitCode, stdout, writes: lab.writes() };
}

const enabled = (value: boolean) => async (apiKey: string) => {
  const { aws: clients } = await openLab(aws, 'any');
  await clients.apiGateway.send(new UpdateApiKeyCommand({ apiKey, ...patched('/enabled', String(value)) }));
};

test('shows what to do next, and what has changed since', async () => {
  const { frames, ends, pauses, exitCode, stdout, writes } = await watched('seen', 'local', [
    enabled(false),
    enabled(true),
  ]);

  expect(frames.map((each) => /Every step is in order|Next: step \d+, [\w-]+/.exec(each)?.[0])).toEqual([
    'Every step is in order',
    'Next: step 9, key',
    'Every step is in order',
  ]);
  expect(frames[1]).toMatch(/switched off.*\n.*console .*API keys.*\n.*command {2}lab-setup up --lab seen/);
  expect(frames[2]).toMatch(/\d\d:\d\d:\d\d {2}no longer: key enabled: expected true, found false/);
  expect(frames[2]).toContain(stdout.trimEnd());
  expect(stdout).toMatch(/^ 1 {2}role [^]*Every step is in order\.\n[^]*no longer: key enabled/);
  expect({ ends, pauses, exitCode, writes }).toEqual({
    ends: 1,
    pauses: [1_000, 1_000, 1_000],
    exitCode: 130,
    writes: [],
  });
});

test('asks a real account seldom, and more seldom after each look that a quota held up', async () => {
  const hold = (_: string, account: { isBusy: boolean }) => Promise.resolve(void (account.isBusy = true));
  const free = (_: string, account: { isBusy: boolean }) => Promise.resolve(void (account.isBusy = false));

  const { pauses } = await watched('seldom', 'aws', [hold, free, hold, hold, hold]);

  expect(pauses).toEqual([10_000, 20_000, 20_000, 40_000, 80_000, 120_000]);
});

test('where a frame does not fit, its terse form is shown', () => {
  let written = '';
  const live = createLive({ columns: 10, rows: 3, write: (text) => (written += text) });

  live.show(['one', 'two', 'a line of more than ten'], ['one', 'three']);
  live.show(['one', 'two', 'three'], ['terse']);

  expect(written.split('\u001b[H').slice(1)).toEqual([
    'one\u001b[K\nthree\u001b[K\u001b[J',
    'one\u001b[K\ntwo\u001b[K\nthree\u001b[K\u001b[J',
  ]);
});

test('in a small window the steps in order give way to what is to be done next', async () => {
  const { frames, terse } = await watched('small', 'local', [enabled(false)]);

  expect(frames[1]).toMatch(/^ 1 {2}role /m);
  expect(terse[1]).not.toMatch(/^ 1 {2}role /m);
  expect(terse[1]).toMatch(/^ 9 {2}key .*\n {4}10 in order\n\nNext: step 9, key/m);
});

test('the lines to type come after the one that points the aws CLI at the local AWS', async () => {
  const byHand = await buildByHand(await openLab(aws, 'by-hand'), { stage: 'Prod' });
  const ctrlC = new AbortController();
  const sleep = (): Promise<void> => {
    ctrlC.abort();
    return Promise.resolve();
  };
  const clock = { now: () => Date.now(), sleep };
  const lab = await openLab(aws, byHand.lab.name, {}, { clock, signal: ctrlC.signal });
  let frame = '';

  await runCommand({ aws, lab }, watch, {
    show: (lines) => (frame = lines.join('\n')),
    end: () => undefined,
  });

  expect(frame).toMatch(
    /command {2}eval "\$\(lab-setup env --lab by-hand\)"\n.*command {2}aws apigateway update-method .*\n.*command {2}aws apigateway create-deployment /,
  );
});

test('a frame is cut to the terminal, and the terminal is given back', () => {
  let written = '';
  const live = createLive({ columns: 10, rows: 3, write: (text) => (written += text) });

  live.show(['one', 'a line of more than ten', 'cut']);
  live.end();
  live.end();

  expect(written).toBe('\u001b[?1049h\u001b[?25l\u001b[Hone\u001b[K\u001b[J\u001b[?25h\u001b[?1049l');
});

test('a terminal that tells no size has the usual one', () => {
  let written = '';
  const live = createLive({ columns: 0, rows: 0, write: (text) => (written += text) });

  live.show(['one', 'two']);

  expect(written).toContain('one\u001b[K\ntwo\u001b[K');
});

test.each([
  ['a pipe', { isTTY: false }, true],
  ['a terminal that cannot be written over', { isTTY: true }, false],
])('is refused on %s', (_, stream, overwrites) => {
  const screen = plainScreen({ write: () => true, ...stream }, { overwrites });

  expect(() => refuseWatch(screen, false)).toThrow('needs a terminal that it can write over');
});
