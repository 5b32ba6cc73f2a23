import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Context } from '../../src/cli/context.js';
import { homeAt } from '../../src/cli/home.js';
import { readPackage } from '../../src/cli/package.js';
import { placed } from '../../src/tutorial/env.js';
import type { TestLab } from './lab.js';
import type { TestAws } from './local-aws.js';
import { plainScreen } from './plain-screen.js';

/** A command's Context on a test's lab, as if it were in a real account and somebody sat at the terminal. */
export interface Sitting {
  readonly context: Context;
  /** All that was printed on both streams. */
  readonly said: () => string;
}

/** `types`: what is typed at a question, or at one after the other; without it, and after the last, the terminal goes away. */
export function sitAt(
  aws: TestAws,
  lab: TestLab,
  { types = [] }: { types?: string | readonly string[] } = {},
): Sitting {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) };
  let asked = 0;
  const input = new PassThrough();
  const output = new PassThrough();
  output.on('data', (chunk: Buffer) => {
    lines.push(chunk.toString());
    const typed = typeof types === 'string' ? types : types[asked];
    asked += 1;
    if (typed === undefined) input.end();
    else input.write(typed);
  });
  const screen = plainScreen(stream, { lab: lab.lab.name });
  const { clock, signal } = lab.env.waiting;
  const { place } = lab.env;
  const context: Context = {
    edge: {
      environment: {},
      home: homeAt(join(aws.folder, 'home')),
      package: readPackage(),
      nodeVersion: process.versions.node,
      screen: { ...screen, interactive: true },
      terminal: () => ({ input, output }),
      clock,
      signal,
    },
    lab: lab.lab,
    target: {
      kind: 'aws',
      region: aws.region,
      endpoint: undefined,
      profile: undefined,
      credentials: undefined,
    },
    place,
    record: undefined,
    here: { schemaVersion: 1, target: 'aws', account: place.account, region: place.region },
    onWait: () => undefined,
    aws: lab.aws,
    stepEnv: (note) => ({ ...lab.env, waiting: { ...lab.env.waiting, note } }),
    lookEnv: (note) => placed(context.stepEnv(note)),
    get located() {
      return Promise.resolve(context);
    },
    close: () => undefined,
  };
  return { said: () => lines.join(''), context };
}
