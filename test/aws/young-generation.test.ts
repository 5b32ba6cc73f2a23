import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

/** A process of its own: what V8 is told there would stay with the tests that follow. Garbage that lives for a while. */
const PROGRAM = `
  const { register } = await import('node:module');
  const { getHeapSpaceStatistics } = await import('node:v8');
  register(process.argv[1]);
  const { holdYoungGeneration } = await import(process.argv[2]);
  if (process.argv[3] === 'hold') holdYoungGeneration();
  const recent = [];
  let most = 0;
  for (let nth = 0; nth < 200_000; nth += 1) {
    recent[nth % 10_000] = { text: 'item ' + nth, members: [nth] };
    if (nth % 1_000 > 0) continue;
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    most = Math.max(most, young.space_size);
  }
  console.log(most);
`;

const fileAt = (path: string): string => new URL(path, import.meta.url).href;

async function youngBytes(mode: 'hold' | 'let go'): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    // Of `register`, which Node 20 has nothing else for.
    '--disable-warning=DEP0205',
    '--input-type=module',
    '--eval',
    PROGRAM,
    fileAt('../_helpers/typescript-hooks.js'),
    fileAt('../../src/aws/young-generation.ts'),
    mode,
  ]);
  expect(stderr).toBe('');
  return Number(stdout);
}

test('a young generation that is held takes less than half of what it would take', async () => {
  const [held, free] = await Promise.all([youngBytes('hold'), youngBytes('let go')]);

  expect(held).toBeLessThan(free / 2);
});
