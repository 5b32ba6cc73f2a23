/** An independent judge: boto3 does the whole tutorial by hand, and botocore's service models judge every answer. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { archiveHandler } from '../../src/tutorial/archive.js';
import { documentOf, newMachine, type Machine } from '../_helpers/cli.js';
import { requireProgram, runProgram } from '../_helpers/program.js';

const Environment = v.looseObject({ environment: v.record(v.string(), v.string()) });
const Verdict = v.object({
  steps: v.array(v.string()),
  faults: v.array(v.string()),
  unjudged: v.array(v.string()),
});

let machine: Machine;
let folder = '';

beforeAll(async () => {
  machine = await newMachine();
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-interop-'));
  await requireProgram('python3');
  await runProgram('python3', ['-c', 'import boto3']);
});
afterAll(async () => {
  await machine.leave();
  await rm(folder, { recursive: true, force: true });
});

test('boto3 does the tutorial, and every answer is as the models have it', async () => {
  const { environment } = v.parse(Environment, documentOf(await machine.run('env --json')));
  const { zip } = await archiveHandler(await readFile('dist/handler/index.js'));
  const archive = join(folder, 'handler.zip');
  await writeFile(archive, zip);

  const script = fileURLToPath(new URL('boto3/tutorial.py', import.meta.url));
  const output = await runProgram('python3', [script, archive], {
    ...environment,
    PYTHONDONTWRITEBYTECODE: '1',
  });

  const { steps, faults, unjudged } = v.parse(Verdict, JSON.parse(output));
  expect({ faults, unjudged }).toEqual({ faults: [], unjudged: [] });
  expect(steps).toContain('nothing is left');
}, 120_000);
