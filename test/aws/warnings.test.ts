import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createClients } from '../../src/aws/clients.js';
import { fakeWaiting } from '../_helpers/fake-time.js';
import { serve } from '../_helpers/scripted-server.js';

const PROFILE = '[profile lab]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = a-secret\n';
const before = { ...process.env };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-test-'));
  const config = join(folder, 'config');
  await writeFile(config, PROFILE);
  Object.assign(process.env, {
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_PROFILE: 'lab',
    AWS_ACCESS_KEY_ID: 'AKIAOTHER',
    AWS_SECRET_ACCESS_KEY: 'another-secret',
  });
});

afterAll(async () => {
  process.env = before;
  await rm(folder, { recursive: true, force: true });
});

test('what the credential chain warns of is told to the listener and never printed', async () => {
  const printed = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  await using server = await serve(() => ({ status: 200, body: { item: [] } }));
  const warnings: string[] = [];
  const aws = createClients(
    {
      kind: 'aws',
      region: 'us-east-1',
      endpoint: server.endpoint,
      profile: undefined,
      credentials: undefined,
    },
    {
      waiting: fakeWaiting(),
      onCall: () => undefined,
      onWarning: (text) => void warnings.push(text),
    },
  );

  await aws.apiGateway.send(new GetRestApisCommand({}));
  aws.close();

  expect(warnings).toEqual([expect.stringContaining('Multiple credential sources detected')]);
  expect(printed).not.toHaveBeenCalled();
});
