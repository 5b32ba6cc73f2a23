/** What `doctor` says of the caller. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkCredentials } from '../../src/cli/checks.js';
import type { LabRecord } from '../../src/cli/home.js';
import { sitAt } from '../_helpers/command.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterAll(() => aws.stop());

/** Asks as the owner of the local AWS, at a server behind `--endpoint-url`, with a lab that is known to be at `record`. */
async function askWho(record: Pick<LabRecord, 'target' | 'endpoint'>): Promise<string> {
  const lab = await openLab(aws, 'who');
  const { context } = sitAt(aws, lab);
  return checkCredentials(lab.aws, {
    target: { ...context.target, kind: 'aws', endpoint: ELSEWHERE },
    lab: lab.lab,
    record: { schemaVersion: 1, account: '123456789012', region: context.target.region, ...record },
  });
}

const ELSEWHERE = 'http://127.0.0.1:4566';

test('refuses credentials of another account at the server where the lab is', async () => {
  await expect(askWho({ target: 'aws', endpoint: ELSEWHERE })).rejects.toMatchObject({
    code: 'wrong-place',
    message: 'The lab who is in account 123456789012; these credentials belong to account 000000000000.',
  });
});

test('finds no fault with them where the lab is on another target', async () => {
  await expect(askWho({ target: 'local' })).resolves.toMatch(/, account 000000000000$/);
});
