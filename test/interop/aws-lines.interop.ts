/** An independent judge: the aws lines of the lessons, run by the aws CLI itself as a reader pastes them. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { documentOf, newMachine, type Machine } from '../_helpers/cli.js';
import { requireProgram } from '../_helpers/program.js';

const BINARY = fileURLToPath(new URL('../../bin/lab-setup.js', import.meta.url));

let machine: Machine;
let folder: string;
beforeAll(async () => {
  await requireProgram('aws');
  machine = await newMachine();
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-pasted-'));
});
afterAll(async () => {
  await machine.leave();
  await rm(folder, { recursive: true, force: true });
});

const Lesson = v.object({
  id: v.string(),
  before: v.array(v.string()),
  first: v.array(v.string()),
  aws: v.array(v.string()),
});

async function lessonOf(number: number): Promise<v.InferOutput<typeof Lesson>> {
  return v.parse(Lesson, documentOf(await machine.run(`steps ${number} --json`))['lesson']);
}

/** What a reader does: evaluates `lab-setup env`, and pastes. */
async function paste(lines: readonly string[]): Promise<void> {
  const script = [
    'set -eu',
    `lab-setup() { '${process.execPath}' '${BINARY}' "$@"; }`,
    'eval "$(lab-setup env --quiet)"',
    ...lines,
  ];
  await promisify(execFile)('bash', ['-c', script.join('\n')], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', LAB_SETUP_HOME: machine.home },
  });
}

test('all in one shell, they make a lab that is in order, and take it down', async () => {
  const lessons = await Promise.all(Array.from({ length: 11 }, (_, index) => lessonOf(index + 1)));

  await paste(
    lessons.flatMap(({ before, aws }) => [...before.map((command) => `lab-setup ${command}`), ...aws]),
  );
  const status = await machine.run('status --json');
  const echo = await machine.run('test-echo --json');
  const teardown = await lessonOf(12);
  await paste([...teardown.first, ...teardown.aws]);
  const afterwards = documentOf(await machine.run('down --json'))['steps'];

  expect([documentOf(status).ok, documentOf(echo).ok]).toEqual([true, true]);
  expect(new Set((afterwards as { outcome: string }[]).map(({ outcome }) => outcome))).toEqual(
    new Set(['absent']),
  );
}, 300_000);
