import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { until } from '../_helpers/gate.js';
import { ROLE, startTestLambda, type TestLambda } from '../_helpers/lambda.js';
import { zipOfEntries } from '../_helpers/zip.js';

let aws: TestLambda;
beforeAll(async () => {
  aws = await startTestLambda();
  await create('steps', RUNTIME);
});
afterAll(() => aws.stop());

/** A custom runtime that tells what it sees, and does to the Runtime API what its event asks for. */
const RUNTIME = `
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/';
const post = async (path, body) => {
  const answer = await fetch(api + path, { method: 'POST', body });
  return [answer.status, (answer.headers.get('content-type') ?? '').startsWith('application/json') ? await answer.json() : undefined];
};
for (let count = 1; ; count += 1) {
  const next = await fetch(api + 'invocation/next');
  const event = await next.json();
  const id = next.headers.get('lambda-runtime-aws-request-id');
  const mine = 'invocation/' + id + '/';
  console.log('count', count);
  if (event === 'headers') await post(mine + 'response', JSON.stringify(Object.fromEntries(next.headers)));
  else if (event === 'environment') await post(mine + 'response', JSON.stringify({ ...process.env, cwd: process.cwd() }));
  else if (event === 'fail') await post(mine + 'error', '{"errorType":"Own.Kind","errorMessage":"m","stackTrace":[]}');
  else if (event === 'large') console.log('told', JSON.stringify(await post(mine + 'response', 'x'.repeat(6291557))));
  else if (event === 'exit') process.exit(7);
  else if (event === 'hang') await new Promise((resolve) => setTimeout(resolve, 1e6));
  else if (event === 'wrong') {
    const told = [
      await post('invocation/1234/response', '1'),
      await post('init/error', '{}'),
      (await fetch(api + 'invocation/next')).status,
      (await fetch(api.replace(/[0-9a-f]{32}/, 'f'.repeat(32)) + 'invocation/next')).status,
    ];
    await post(mine + 'response', JSON.stringify(told));
  } else {
    const told = await post(mine + 'response', JSON.stringify({ event, count }));
    console.log('accepted', JSON.stringify(told), JSON.stringify(await post(mine + 'response', '1')));
  }
}
`;

async function create(
  name: string,
  code: string,
  changes: { mode?: number; file?: string; Timeout?: number } = {},
) {
  const { mode = 0o100755, file = 'bootstrap', Timeout = 20 } = changes;
  await aws.client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'provided.al2023',
      Role: ROLE,
      Handler: 'any.thing',
      Timeout,
      Code: {
        ZipFile: zipOfEntries([{ name: file, data: code.startsWith('#!') ? code : wrapped(code), mode }]),
      },
    }),
  );
}

/** Node.js stands for any executable; as a file without a suffix would be no module, it is handed over as text. */
const wrapped = (code: string): string =>
  `#!/bin/sh\nexec '${process.execPath}' --input-type=module -e '${code.replaceAll("'", `'"'"'`)}'\n`;

const onUnix = process.platform === 'win32' ? describe.skip : describe;

onUnix('a custom runtime', () => {
  test('is initialized once, and takes one invocation after another', async () => {
    const first = await aws.invoke('steps', 'a');
    expect(first).toMatchObject({ error: undefined, result: { event: 'a', count: 1 } });
    expect(first.log).toMatch(
      /START RequestId: .*\ncount 1\nEND .*\nREPORT .*\tMax Memory Used: [1-9]\d* MB\tInit Duration: /,
    );
    const second = await aws.invoke('steps', { b: 'ü' });
    expect(second.result).toEqual({ event: { b: 'ü' }, count: 2 });
    expect(second.log).not.toContain('Init Duration');
    expect(await aws.logged('steps')).toContain(
      'accepted [202,{"status":"OK"}] [403,{"errorMessage":"State transition from Ready to InvocationResponse failed',
    );
  });

  test('learns of its invocation what AWS tells it', async () => {
    const { $metadata, Payload } = await aws.client.send(
      new InvokeCommand({
        FunctionName: 'steps',
        Payload: '"headers"',
        ClientContext: Buffer.from('{"custom":{"a":"ü"}}').toString('base64'),
      }),
    );
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toMatchObject({
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': $metadata.requestId,
      'lambda-runtime-deadline-ms': expect.stringMatching(/^\d{13}$/) as unknown,
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:steps',
      'lambda-runtime-trace-id': expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      ) as unknown,
      'lambda-runtime-client-context': String.raw`{"custom":{"a":"\u00fc"}}`,
    });
  });

  test('has the environment of a custom runtime, and nothing of this process', async () => {
    const seen = (await aws.invoke('steps', 'environment')).result as Record<string, string>;
    expect(seen).toMatchObject({
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+\/[0-9a-f]{32}$/) as unknown,
      _HANDLER: 'any.thing',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      AWS_LAMBDA_FUNCTION_NAME: 'steps',
      cwd: seen['LAMBDA_TASK_ROOT'],
    });
    expect(seen).not.toHaveProperty('AWS_EXECUTION_ENV');
    expect(seen).not.toHaveProperty('LAB_SETUP_HOME');
    expect(seen['HOME']).toContain(aws.folder);
  });

  test('gives its errors as they are', async () => {
    expect(await aws.invoke('steps', 'fail')).toMatchObject({
      error: 'Unhandled',
      result: { errorType: 'Own.Kind', errorMessage: 'm', stackTrace: [] },
    });
  });

  test('hears of an answer that is too large, and so does the caller', async () => {
    expect(await aws.invoke('steps', 'large')).toMatchObject({
      error: 'Unhandled',
      result: { errorType: 'Function.ResponseSizeTooLarge' },
    });
    await aws.invoke('steps', 'a');
    expect(await aws.logged('steps')).toContain(
      'told [413,{"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}]',
    );
  });

  test('is refused what is out of turn, for another id or under another path', async () => {
    expect((await aws.invoke('steps', 'wrong')).result).toEqual([
      [400, { errorMessage: 'Invalid request ID', errorType: 'InvalidRequestID' }],
      [403, expect.objectContaining({ errorType: 'InvalidStateTransition' })],
      403,
      404,
    ]);
  });

  test('that ends is replaced', async () => {
    expect((await aws.invoke('steps', 'exit')).result).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('Error: Runtime exited with error: exit status 7') as unknown,
    });
    expect((await aws.invoke('steps', 'a')).result).toEqual({ event: 'a', count: 1 });
  });

  test('that takes too long is killed, with what it started', async () => {
    await create(
      'slow',
      '#!/bin/sh\nsleep 600 & echo "started $!"\ncurl -s "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" && wait',
      { Timeout: 1 },
    );
    const { result, log } = await aws.invoke('slow', 'hang');
    expect(result).toMatchObject({ errorType: 'Sandbox.Timedout' });
    const pid = /started (\d+)/.exec(log)?.[1] ?? '';
    await until(() => !isAlive(pid));
  });
});

/** Not one that is dead and waits for somebody to collect it. */
function isAlive(pid: string): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/ Z /.test(readFileSync(file, 'utf8'));
}

onUnix('a custom runtime that does not start', () => {
  test.each<[string, string, { mode?: number; file?: string }, string, string]>([
    [
      'without bootstrap',
      '#!/bin/sh\n',
      { file: 'main' },
      'Runtime.InvalidEntrypoint',
      "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    ],
    [
      'with one that may not be executed',
      '#!/bin/sh\n',
      { mode: 0o100644 },
      'Runtime.InvalidEntrypoint',
      'fork/exec /var/task/bootstrap: permission denied',
    ],
    [
      'with one that names no interpreter',
      '#!/none\n',
      {},
      'Runtime.InvalidEntrypoint',
      'fork/exec /var/task/bootstrap: no such file or directory',
    ],
    [
      'with one that ends',
      '#!/bin/sh\nexit 3',
      {},
      'Runtime.ExitError',
      'Runtime exited with error: exit status 3',
    ],
  ])('%s', async (name, code, changes, errorType, reason) => {
    const FunctionName = name.replaceAll(' ', '-');
    await create(FunctionName, code, changes);
    const { error, result, log } = await aws.invoke(FunctionName);
    expect(error).toBe('Unhandled');
    expect(result).toEqual({
      errorType,
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: /) as unknown,
    });
    expect(result).toMatchObject({ errorMessage: expect.stringContaining(reason) as unknown });
    expect(log).toContain(`Status: error\tError Type: ${errorType}`);
  });

  test('says why itself', async () => {
    await create(
      'init',
      `#!/bin/sh\ncurl -s -d '{"errorType":"Own.Init","errorMessage":"no"}' "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/init/error"\nsleep 600`,
    );
    const { result, log } = await aws.invoke('init');
    expect(result).toEqual({ errorType: 'Own.Init', errorMessage: 'no' });
    expect(log).toContain('INIT_REPORT Init Duration:');
  });
});
