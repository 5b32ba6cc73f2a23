import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, test } from '@jest/globals';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { zipOf } from '../_helpers/zip.js';

const connectTo = async (endpoint: string): Promise<Socket> => {
  const { hostname, port } = new URL(endpoint);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

test.each([
  ['has said nothing', ''],
  ['never ends its headers', 'GET / HTTP/1.1\r\nHost: x\r\n'],
  ['never sends its body', 'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\n\r\n'],
])('a server ends though a connection %s', async (_what, bytes) => {
  const aws = await startTestAws();
  const socket = await connectTo(aws.endpoint);
  socket.write(bytes.replace('HOST', new URL(aws.endpoint).host));
  // A second connection is answered only after the first one was accepted.
  await fetch(`${aws.endpoint}/_lab-setup/health`);

  const cut = once(socket, 'close');
  await aws.stop();

  await expect(cut).resolves.toBeDefined();
});

/** Tells the test that it runs, and never answers. */
const ENDLESS = `exports.handler = async ({ url }) => {
  await fetch(url);
  await new Promise(() => setInterval(() => undefined, 1000));
};`;

test('a server ends though a function runs, and its caller hears that it did not', async () => {
  const aws = await startTestAws();
  const started = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1');
  await once(started, 'listening');
  const lambda = await endlessFunction(aws);
  const url = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  const running = once(started, 'request');
  const invocation = lambda.send(
    new InvokeCommand({ FunctionName: 'endless', Payload: JSON.stringify({ url }) }),
  );
  await running;

  await aws.stop();

  expect(JSON.parse((await invocation).Payload?.transformToString() ?? '')).toMatchObject({
    errorType: 'Runtime.ExitError',
  });
  lambda.destroy();
  started.close();
  started.closeAllConnections();
});

async function endlessFunction(aws: TestAws): Promise<LambdaClient> {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const { Role } = await new IAMClient(aws.clientConfig).send(
    new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const lambda = new LambdaClient(aws.clientConfig);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'endless',
      Role: Role?.Arn,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Timeout: 900,
      Code: { ZipFile: zipOf({ 'index.js': ENDLESS }) },
    }),
  );
  return lambda;
}
