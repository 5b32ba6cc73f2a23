import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestLambda, type TestLambda } from '../_helpers/lambda.js';

let aws: TestLambda;
let count = 0;
beforeAll(async () => {
  aws = await startTestLambda();
});
afterAll(() => aws.stop());

async function run(code: string, changes: object = {}): Promise<Awaited<ReturnType<TestLambda['invoke']>>> {
  count += 1;
  await aws.create(`f${count}`, code, changes);
  return aws.invoke(`f${count}`);
}

describe('an error that is thrown', () => {
  test('is answered and logged in the form of AWS', async () => {
    const { error, result, log } = await run('exports.handler = async () => { throw new TypeError("m"); };');
    expect(error).toBe('Unhandled');
    expect(Object.keys(result as object)).toEqual(['errorType', 'errorMessage', 'trace']);
    expect(result).toMatchObject({ errorType: 'TypeError', errorMessage: 'm' });
    const { trace } = result as { trace: string[] };
    expect(trace.slice(0, 2)).toEqual([
      'TypeError: m',
      expect.stringMatching(/^ {4}at .*\(\/var\/task\/index\.js:1:/),
    ]);
    expect(log).toMatch(
      /\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"m","stack":\["TypeError: m","/,
    );
  });

  test.each<[string, string, object]>([
    [
      'a name of its own',
      'const e = new Error("m"); e.name = "Odd"; throw e;',
      { errorType: 'Odd', errorMessage: 'm' },
    ],
    ['a text', 'throw "oops";', { errorType: 'string', errorMessage: 'oops', trace: [] }],
    ['nothing', 'throw undefined;', { errorType: 'undefined', errorMessage: 'undefined', trace: [] }],
    ['an object', 'throw { a: 1 };', { errorType: 'object', errorMessage: '[object Object]', trace: [] }],
    [
      'what cannot be read',
      'throw { toString() { throw new Error(); } };',
      { errorType: 'handled', trace: [] },
    ],
  ])('may be %s', async (_what, body, expected) => {
    expect((await run(`exports.handler = async () => { ${body} };`)).result).toMatchObject(expected);
  });

  test('leaves the process as it was', async () => {
    await aws.create(
      'lives',
      'let n = 0; exports.handler = async () => { n += 1; if (n === 1) throw new Error(); return n; };',
    );
    await aws.invoke('lives');
    expect((await aws.invoke('lives')).result).toBe(2);
  });
});

describe('a result that cannot be answered', () => {
  test('is too large', async () => {
    const { error, result } = await run('exports.handler = async () => "x".repeat(6291556);');
    expect(error).toBe('Unhandled');
    expect(result).toEqual({
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });

  test.each(['const a = {}; a.a = a; return a;', 'return 1n;'])('has no JSON: %s', async (body) => {
    const { result } = await run(`exports.handler = async () => { ${body} };`);
    expect(result).toMatchObject({
      errorType: 'Runtime.JSONStringifyError',
      errorMessage: 'Unable to stringify response body',
    });
  });
});

describe('a process that ends', () => {
  const exitError = (reason: string) => ({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${reason}$`)) as unknown,
  });

  test.each([
    ['without a reason', 'process.exit(0)', 'Runtime exited without providing a reason'],
    ['with a status', 'process.exit(3)', 'Runtime exited with error: exit status 3'],
    [
      'by a signal',
      'process.kill(process.pid, "SIGKILL"); for (;;);',
      'Runtime exited with error: signal: killed',
    ],
  ])('%s', async (_how, body, reason) => {
    const { error, result, log } = await run(
      `exports.handler = async () => { console.log("before"); ${body} };`,
    );
    expect(error).toBe('Unhandled');
    expect(result).toEqual(exitError(reason));
    expect(log).toMatch(
      /\tbefore\nRequestId: .*\nRuntime\.ExitError\nEND .*\nREPORT .*\tStatus: error\tError Type: Runtime\.ExitError\n$/,
    );
  });

  test('while loading', async () => {
    expect((await run('process.exit(4);')).result).toEqual(
      exitError('Runtime exited with error: exit status 4'),
    );
  });

  // Only Linux tells how much memory is held outside of Node's heap.
  const OUTSIDE = ['outside of the heap', 'Buffer.alloc(8 << 20, 1)'] as const;
  test.each([['on the heap', 'new Array(1e5).fill({})'], ...(process.platform === 'linux' ? [OUTSIDE] : [])])(
    'because it wants more memory than the function has, %s',
    async (_where, piece) => {
      const { result, log } = await run(
        `exports.handler = async () => { const all = []; for (;;) all.push(${piece}); };`,
        { Timeout: 30 },
      );
      expect(result).toEqual(exitError('Runtime exited with error: signal: killed'));
      expect(log).toContain('Max Memory Used: 128 MB');
    },
  );

  test.each([
    [
      'an exception that nobody catches',
      'setTimeout(() => { throw new RangeError("m"); }); return new Promise(() => setTimeout(() => {}, 9e5));',
      'RangeError',
      'm',
      'Uncaught Exception',
    ],
    [
      'a rejection that nobody handles',
      'Promise.reject(new Error("m")); return 1;',
      'Runtime.UnhandledPromiseRejection',
      'Error: m',
      'Unhandled Promise Rejection',
    ],
  ])('by %s, with an answer', async (_what, body, errorType, errorMessage, title) => {
    const { error, result, log } = await run(`exports.handler = async () => { ${body} };`);
    expect(error).toBe('Unhandled');
    expect(result).toMatchObject({ errorType, errorMessage });
    expect(log).toContain(`\tERROR\t${title} \t{"errorType":"${errorType}"`);
  });

  test('is replaced for the next invocation', async () => {
    await aws.create('dies', 'exports.handler = async (event) => (event.die ? process.exit(1) : "alive");');
    await aws.invoke('dies', { die: true });
    expect((await aws.invoke('dies', {})).result).toBe('alive');
  });
});

describe('an invocation that takes too long', () => {
  test('leaves what is in /tmp to the next one, and nothing else', async () => {
    await aws.create(
      'keeps',
      `const { readdirSync, writeFileSync } = require('fs');
      let n = 0;
      exports.handler = async ({ write, wait }) => {
        if (write) writeFileSync('/tmp/' + write, '');
        if (wait) await new Promise((resolve) => setTimeout(resolve, 9e5));
        return [readdirSync('/tmp'), ++n];
      };`,
      { Timeout: 1 },
    );
    expect((await aws.invoke('keeps', { write: 'a' })).result).toEqual([['a'], 1]);
    expect((await aws.invoke('keeps', { write: 'b', wait: true })).error).toBe('Unhandled');
    expect((await aws.invoke('keeps', {})).result).toEqual([['a', 'b'], 1]);
  });

  test.each([
    ['waits', 'await new Promise((resolve) => setTimeout(resolve, 9e5));'],
    ['loops', 'for (;;);'],
  ])('is killed when it %s', async (_how, body) => {
    const { error, result, log } = await run(
      `exports.handler = async () => { console.log("begun"); ${body} };`,
      { Timeout: 1 },
    );
    const id = /START RequestId: (\S+)/.exec(log)?.[1] ?? '';
    expect(error).toBe('Unhandled');
    expect(result).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${id} Error: Task timed out after 1.00 seconds`,
    });
    expect(log).toMatch(
      /\tbegun\n[\dT:.-]+Z \S+ Task timed out after 1\.00 seconds\n\nEND .*\nREPORT .*\tDuration: 1000\.00 ms\t.*\tStatus: timeout\n$/,
    );
  });
});
