import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DeleteFunctionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { startGate, until, type Gate } from '../_helpers/gate.js';
import { refusal, startTestLambda, type TestLambda } from '../_helpers/lambda.js';
import { zipOf } from '../_helpers/zip.js';

/** Answers its process's id, once the gate that it is given is open. */
const PID = 'exports.handler = async ({ gate }) => { if (gate) await fetch(gate); return process.pid; };';

let aws: TestLambda;
beforeAll(async () => {
  aws = await startTestLambda({
    limits: { processesPerFunction: 3, idleMs: 300, exitMs: 100, logDelayMs: 10 },
  });
});
afterAll(() => aws.stop());

const isAlive = (pid: unknown): boolean => {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
};

const gates: Gate[] = [];
async function newGate(): Promise<Gate> {
  const gate = await startGate();
  gates.push(gate);
  return gate;
}
afterEach(async () => {
  await Promise.all(gates.splice(0).map((gate) => gate.close()));
});

async function pidOf(name: string, event: object = {}): Promise<unknown> {
  return (await aws.invoke(name, event)).result;
}

describe('processes', () => {
  test('are used again, with what the module keeps, and say so in the log', async () => {
    await aws.create('warm', 'let n = 0; exports.handler = async () => ++n;');
    const [cold, warm] = [await aws.invoke('warm'), await aws.invoke('warm')];
    expect([cold.result, warm.result]).toEqual([1, 2]);
    expect(cold.log).toMatch(/^INIT_START [^]*\tInit Duration: [\d.]+ ms\t\t\n$/);
    expect(warm.log).toMatch(/^START [^]*\tMax Memory Used: \d+ MB\t\n$/);
  });

  test('take one invocation at a time, and no more of them run than allowed', async () => {
    await aws.create('many', PID);
    const gate = await newGate();
    const calls = Array.from({ length: 12 }, () => pidOf('many', { gate: gate.url }));
    await gate.waiting(3);
    gate.open();
    expect(new Set(await Promise.all(calls)).size).toBe(3);
  });

  test('stand still between invocations', async () => {
    await aws.create('frozen', 'let n = 0; setInterval(() => ++n, 1); exports.handler = async () => n;');
    await aws.invoke('frozen');
    // Time in which it would count, if it ran; what it counts otherwise are the turns of its event loop.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await aws.invoke('frozen')).result).toBeLessThan(10);
  });

  test('are stopped when nobody needs them for a while', async () => {
    await aws.create('idle', PID);
    const pid = await pidOf('idle');
    expect(isAlive(pid)).toBe(true);
    await until(() => !isAlive(pid));
    expect(await pidOf('idle')).not.toBe(pid);
  });

  test('that broke down are ended when they do not end by themselves', async () => {
    await aws.create(
      'lingers',
      `process.on('exit', () => { for (;;); });
      exports.handler = () => new Promise(() => setTimeout(() => { throw process.pid; }));`,
    );
    const { result } = await aws.invoke('lingers');
    const { errorMessage: pid } = result as { errorMessage: string };
    await until(() => !isAlive(pid));
  });

  test('that say again that they are ready get no second job, and are ended', async () => {
    await aws.create(
      'poses',
      `const ready = Buffer.from([3, 0, 0, 0, 12, ...Buffer.alloc(12)]);
      exports.handler = () => { for (require('fs').writeSync(4, ready); ; ); };`,
    );
    const calls = Array.from({ length: 6 }, async () => (await aws.invoke('poses')).result);
    for (const result of await Promise.all(calls)) {
      expect(result).toMatchObject({ errorType: 'Runtime.ExitError' });
    }
  });

  test('of an old code finish what they had begun, while the new code already answers', async () => {
    await aws.create('swap', PID);
    const old = await pidOf('swap');
    const gate = await newGate();
    const running = pidOf('swap', { gate: gate.url });
    await gate.waiting(1);
    const ZipFile = zipOf({ 'index.js': 'exports.handler = async () => "new";' });
    await aws.client.send(new UpdateFunctionCodeCommand({ FunctionName: 'swap', ZipFile }));
    expect(await pidOf('swap')).toBe('new');
    gate.open();
    expect(await running).toBe(old);
    await until(() => !isAlive(old));
  });

  test('of a deleted function finish what they had begun, and end', async () => {
    await aws.create('deleted', PID);
    const pid = await pidOf('deleted');
    const gate = await newGate();
    const running = pidOf('deleted', { gate: gate.url });
    await gate.waiting(1);
    await aws.client.send(new DeleteFunctionCommand({ FunctionName: 'deleted' }));
    gate.open();
    expect(await running).toBe(pid);
    await until(() => !isAlive(pid));
  });

  test('are not started beyond the reserved concurrency', async () => {
    await aws.create('reserved', PID);
    await aws.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'reserved', ReservedConcurrentExecutions: 1 }),
    );
    const gate = await newGate();
    const running = pidOf('reserved', { gate: gate.url });
    await gate.waiting(1);
    expect(await refusal(aws.invoke('reserved', {}))).toMatchObject({
      status: 429,
      message: 'Rate Exceeded.',
    });
    gate.open();
    await running;
    expect(typeof (await pidOf('reserved'))).toBe('number');
  });
});

describe('what a function may do', () => {
  let widened = 0;
  const attempt = (expression: string): string =>
    `exports.handler = async () => { try { ${expression}; return "done"; } catch (error) { return error.code; } };`;

  test.each([
    [
      'write into its temporary folder',
      'require("fs").writeFileSync(require("os").tmpdir() + "/x", "a")',
      'done',
    ],
    ['read its own code', 'require("fs").readFileSync(__filename)', 'done'],
    ['list its own folder', 'require("fs").readdirSync(process.env.LAMBDA_TASK_ROOT)', 'done'],
    ['not change its own code', 'require("fs").writeFileSync(__filename, "a")', 'ERR_ACCESS_DENIED'],
    ['not read the disk', 'require("fs").readFileSync("/etc/hostname")', 'ERR_ACCESS_DENIED'],
    [
      'not write on the disk',
      'require("fs").writeFileSync("/var/tmp/lab-setup-escaped", "a")',
      'ERR_ACCESS_DENIED',
    ],
    [
      'not write beside its temporary folder',
      'require("fs").writeFileSync("/tmp/../lab-setup-escaped", "a")',
      'ERR_ACCESS_DENIED',
    ],
    [
      'not change its own code by its name on AWS',
      'require("fs").writeFileSync("/var/task/index.js", "a")',
      'ERR_ACCESS_DENIED',
    ],
    ['not start programs', 'require("child_process").execSync("ls")', 'ERR_ACCESS_DENIED'],
    ['signal itself', 'process.kill(process.pid, 0)', 'done'],
    ['not signal the server', 'process.kill(process.ppid, 0)', 'ERR_ACCESS_DENIED'],
    ['not signal its group', 'process.kill(0, 0)', 'ERR_ACCESS_DENIED'],
    [
      'not signal the server by imports',
      '(await import("node:process")).kill(process.ppid, 0)',
      'ERR_ACCESS_DENIED',
    ],
    ['not signal the server within', 'process._kill(process.ppid, 0)', 'ERR_ACCESS_DENIED'],
    ['not debug the server', 'process._debugProcess(process.ppid)', 'ERR_ACCESS_DENIED'],
    ['not take signals back', 'delete process.kill; process.kill(process.ppid, 0)', 'ERR_ACCESS_DENIED'],
  ])('%s', async (what, expression, outcome) => {
    const name = what.replaceAll(' ', '-');
    await aws.create(name, attempt(expression));
    expect((await aws.invoke(name)).result).toBe(outcome);
  });

  test('inherits no file of the server', async () => {
    await aws.create(
      'inherits',
      `const { fstatSync } = require('node:fs');
      const isFile = (fd) => { try { return fstatSync(fd).isFile(); } catch { return false; } };
      exports.handler = async () => Array.from({ length: 1024 }, (_, fd) => fd).filter(isFile);`,
    );

    expect((await aws.invoke('inherits')).result).toEqual([]);
  });

  test('finds its folders where AWS has them', async () => {
    await aws.create('folders', {
      'index.mjs': `
        import fs, { existsSync, readFileSync } from 'node:fs';
        import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
        import { pipeline } from 'node:stream/promises';
        export const handler = async ({ missing }) => {
          if (missing) return readFile(missing);
          await mkdir('/tmp/a');
          await writeFile(new URL('file:///tmp/a/one'), '1');
          await rename('/tmp/a/one', '/tmp/a/two');
          await pipeline(fs.createReadStream('/tmp/a/two'), fs.createWriteStream('/tmp/three'));
          const called = await new Promise((resolve) => fs.readFile('/tmp/three', 'utf8', (_, text) => resolve(text)));
          return {
            names: (await readdir('/tmp')).sort(),
            text: [readFileSync(Buffer.from('/tmp/three'), 'utf8'), called],
            own: existsSync('/var/task/index.mjs') && (await readFile('/var/task/data.txt', 'utf8')),
          };
        };`,
      'data.txt': 'data',
    });
    expect((await aws.invoke('folders')).result).toEqual({
      names: ['a', 'three'],
      text: ['1', '1'],
      own: 'data',
    });
    expect((await aws.invoke('folders', { missing: '/tmp/none' })).result).toMatchObject({
      errorType: 'Error',
      errorMessage: "ENOENT: no such file or directory, open '/tmp/none'",
    });
  });

  test.each([
    '--allow-child-process',
    '--allow_child_process',
    '--allow-fs-read=* --enable-source-maps "--allow-child-process"',
    '--no-permission --no-experimental-permission --inspect=0',
    '--require ./before.js',
  ])('is not widened by NODE_OPTIONS: %s', async (options) => {
    widened += 1;
    const name = `options${widened}`;
    await aws.create(
      name,
      {
        'index.js': attempt('require("child_process").execSync("ls")'),
        'before.js': 'console.log("before")',
      },
      { Environment: { Variables: { NODE_OPTIONS: options, NODE_V8_COVERAGE: '/tmp/lab-setup-escaped' } } },
    );
    const { result, log } = await aws.invoke(name);
    expect(result).toBe('ERR_ACCESS_DENIED');
    expect(log).toContain('The local AWS leaves out of NODE_OPTIONS: --');
    expect(log).toContain('The local AWS does not pass on the variable NODE_V8_COVERAGE.\n');
    expect(log).not.toMatch(/before$/m);
  });

  test('keeps the harmless of NODE_OPTIONS', async () => {
    await aws.create('options', 'exports.handler = async () => process.env.NODE_OPTIONS;', {
      Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps  --stack-trace-limit=50' } },
    });
    expect((await aws.invoke('options')).result).toBe('--enable-source-maps  --stack-trace-limit=50');
  });

  test('sees the environment of AWS, its own variables, and nothing of this process', async () => {
    process.env['LAB_SETUP_TEST_SECRET'] = 'secret';
    await aws.create('env', 'exports.handler = async () => process.env;', {
      Environment: { Variables: { STAGE: 'blue', TZ: ':Europe/Berlin' } },
      MemorySize: 256,
    });
    const { result } = await aws.invoke('env');
    delete process.env['LAB_SETUP_TEST_SECRET'];
    expect(Object.keys(result as object).sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_REGION',
      'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'AWS_XRAY_CONTEXT_MISSING',
      'HOME',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'PATH',
      'STAGE',
      'TMPDIR',
      'TZ',
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
    ]);
    expect(result).toMatchObject({
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_REGION: 'us-east-1',
      STAGE: 'blue',
      TZ: ':Europe/Berlin',
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      ) as unknown,
    });
  });

  test('acts with a session of its role', async () => {
    await aws.create('who', 'exports.handler = async () => process.env.AWS_ACCESS_KEY_ID;');
    const { result } = await aws.invoke('who');
    expect(aws.keyring.find(String(result))?.principal).toMatchObject({
      kind: 'role-session',
      arn: 'arn:aws:sts::000000000000:assumed-role/lab/who',
    });
  });

  test('has a session that ends with it', async () => {
    const code =
      'exports.handler = async () => { setTimeout(() => process.exit(1), 5); return process.env.AWS_ACCESS_KEY_ID; };';
    await aws.create('mortal', code);
    const { result } = await aws.invoke('mortal');

    await until(() => aws.keyring.find(String(result)) === undefined);
  });
});

describe('the log', () => {
  test('is delivered as the role, one stream a process, with what was printed in its order', async () => {
    const code = `console.log('Loading function');
      exports.handler = async () => { console.warn('one'); process.stdout.write('two\\nthree'); console.error('four\\nfive'); };`;
    await aws.create('printer', code);
    await aws.invoke('printer');
    const text = await aws.logged('printer');
    expect(
      text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'NOW'),
    ).toMatch(
      /^INIT_START [^\n]+\nNOW\tundefined\tINFO\tLoading function\nSTART RequestId: ID Version: \$LATEST\nNOW\tID\tWARN\tone\ntwo\nNOW\tID\tERROR\tfour\nfive\nthree\nEND RequestId: ID\nREPORT [^\n]+\n$/,
    );
    const mine = aws.deliveries.filter(({ group }) => group === '/aws/lambda/printer');
    expect(new Set(mine.map(({ stream }) => stream)).size).toBe(1);
    expect(mine[0]?.principal).toBe('arn:aws:sts::000000000000:assumed-role/lab/printer');
  });

  test('is bounded for each invocation', async () => {
    await aws.create(
      'flood',
      'exports.handler = async () => { for (let i = 0; i < 3000; i++) console.log("x".repeat(1000)); };',
      { Timeout: 20 },
    );
    await aws.invoke('flood');
    const text = await aws.logged('flood');
    expect(text.length).toBeLessThan(1_100_000);
    expect(text).toMatch(/The local AWS drops what an invocation logs beyond 1048576 bytes\.\nEND /);
  });

  test('is bounded in events, too', async () => {
    await aws.create('lines', 'exports.handler = async () => { process.stdout.write("\\n".repeat(1e6)); };');
    await aws.invoke('lines');
    const text = await aws.logged('lines');
    expect(text.split('\n').length).toBeLessThan(10_020);
    expect(text).toMatch(/The local AWS drops what an invocation logs beyond 10000 events\.\nEND /);
  });

  test('goes to the group that the function names', async () => {
    await aws.create('elsewhere', 'exports.handler = async () => 1;', {
      LoggingConfig: { LogGroup: '/my/own' },
    });
    await aws.invoke('elsewhere');
    await until(() => aws.deliveries.some(({ group }) => group === '/my/own'));
  });
});

describe('the end', () => {
  let own: TestLambda;
  beforeAll(async () => {
    own = await startTestLambda({ limits: { logDelayMs: 10 } });
  });
  afterAll(() => own.stop());

  test('stops every process, in the middle of what it does, and removes its temporary files', async () => {
    await own.create('busy', `console.log(process.pid, process.env.TMPDIR); ${PID}`);
    await own.create('loop', 'console.log(process.pid); exports.handler = async () => { for (;;); };', {
      Timeout: 900,
    });
    const gate = await newGate();
    const calls = [
      own.invoke('busy', { gate: gate.url }),
      own.lambda.functions.invoke({ functionName: 'loop', payload: Buffer.from('{}') }),
    ];
    const settled = Promise.allSettled(calls);
    const started = async (name: string) => (await own.logged(name)).includes('START RequestId');
    await until(async () => (await started('busy')) && (await started('loop')));
    const pids = [...`${await own.logged('busy')}${await own.logged('loop')}`.matchAll(/INFO\t(\d+)/g)].map(
      ([, pid]) => pid,
    );
    const scratch = / (\/\S+)/.exec((await own.logged('busy')).replace(/^INIT.*\n/, ''))?.[1] ?? '';
    await own.lambda.close();
    expect(pids.length).toBe(2);
    expect(pids.map(isAlive)).toEqual([false, false]);
    await until(async () => (await readdir(join(scratch, '..')).catch(() => [])).length === 0);
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });

  test('of a process takes its temporary files along, even those that it locked', async () => {
    const code = `const { mkdirSync, chmodSync } = require('fs');
      exports.handler = async () => {
        mkdirSync(process.env.TMPDIR + '/x/y', { recursive: true });
        chmodSync(process.env.TMPDIR + '/x', 0);
        process.exit(1);
      };`;
    await aws.create('locks', code);
    await aws.invoke('locks');
    await until(async () => (await readdir(join(aws.folder, 'functions', 'scratch'))).length === 0);
  });
});
