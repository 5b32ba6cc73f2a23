import { expect, test } from '@jest/globals';
import { newMachine } from '../_helpers/cli.js';
import { buildByHand } from '../_helpers/hand-built.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws } from '../_helpers/local-aws.js';

test('the built binary looks into the code of a function by hand, and says how its handler should be called', async () => {
  await using aws = await startTestAws();
  const machine = await newMachine();
  await buildByHand(await openLab(aws, 'clicked'), { handler: 'index.handler' });
  const { accessKeyId, secretAccessKey } = aws.clientConfig.credentials;

  const { stdout, code } = await machine.run(
    `status --lab clicked --target aws --region ${aws.region} --endpoint-url ${aws.endpoint}`,
    { env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } },
  );
  await machine.leave();

  expect(stdout).toContain('handler: expected lambda_function.lambda_handler, found index.handler');
  expect(code).toBe(3);
});
