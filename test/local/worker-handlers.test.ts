import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestLambda, type TestLambda } from '../_helpers/lambda.js';

let aws: TestLambda;
let count = 0;
beforeAll(async () => {
  aws = await startTestLambda();
});
afterAll(() => aws.stop());

/** Makes a function and invokes it once. */
async function run(
  code: string | Record<string, string>,
  changes: object = {},
  event?: unknown,
): Promise<Awaited<ReturnType<TestLambda['invoke']>>> {
  count += 1;
  await aws.create(`f${count}`, code, changes);
  return aws.invoke(`f${count}`, event);
}

describe('where the handler may be', () => {
  const one = 'exports.handler = async () => "here";';
  const module = 'export const handler = async () => "here";';
  test.each<[string, Record<string, string>, string?]>([
    ['a CommonJS file', { 'index.js': one }],
    ['a file .cjs', { 'index.cjs': one }],
    ['a file .mjs', { 'index.mjs': module }],
    ['a file .js in a package of ES modules', { 'index.js': module, 'package.json': '{"type":"module"}' }],
    ['a folder', { 'src/lib/app.js': one }, 'src/lib/app.handler'],
    [
      'a folder with a package of its own',
      { 'src/app.js': module, 'src/package.json': '{"type":"module"}' },
      'src/app.handler',
    ],
    [
      'an object of the exports',
      { 'index.js': 'exports.api = { v1: { handler: async () => "here" } };' },
      'index.api.v1.handler',
    ],
    ['the default export', { 'index.mjs': 'export default { handler: async () => "here" };' }],
    ['a module in node_modules', { 'node_modules/lib/index.js': one, 'x.txt': '' }, 'lib.handler'],
    [
      'a file that requires another',
      { 'index.js': 'exports.handler = require("./a/b").f;', 'a/b.js': 'exports.f = async () => "here";' },
    ],
    ['a file that imports another', { 'index.mjs': 'export { handler } from "./b.mjs";', 'b.mjs': module }],
  ])('%s', async (_where, files, Handler = 'index.handler') => {
    const { result } = await run(files, { Handler });
    expect(result).toBe('here');
  });
});

test('a handler has the heap that Lambda gives it, and no main module', async () => {
  const { result } = await run(`
    const { heap_size_limit: limit } = require('v8').getHeapStatistics();
    const megabytes = limit / 2 ** 20;
    exports.handler = async () => [megabytes > 115 && megabytes < 160, require.main === undefined];`);

  // Nine tenths of 128 MB are for what lives long; what is young comes on top.
  expect(result).toEqual([true, true]);
});

test('a handler uses the AWS SDK without bringing it, and nothing else of ours', async () => {
  const { error, result } = await run({
    'index.mjs': `
      import { createRequire } from 'node:module';
      import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
      const require = createRequire(import.meta.url);
      const { PutCommand } = require('@aws-sdk/lib-dynamodb');
      const { marshall } = require('@aws-sdk/util-dynamodb');
      const other = await import('valibot').catch((error) => error.code);
      export const handler = async () => [typeof DynamoDBClient, typeof PutCommand, marshall({ a: 1 }), other];`,
  });
  expect(error).toBeUndefined();
  expect(result).toEqual(['function', 'function', { a: { N: '1' } }, 'ERR_MODULE_NOT_FOUND']);
});

describe('what cannot be loaded', () => {
  test.each<[string, string, string, string]>([
    [
      'no such export',
      'exports.other = 1;',
      'Runtime.HandlerNotFound',
      'index.handler is undefined or not exported',
    ],
    [
      'an export that is no function',
      'exports.handler = 1;',
      'Runtime.HandlerNotFound',
      'index.handler is not a function',
    ],
    [
      'a syntax error',
      'exports.handler = async () => {',
      'Runtime.UserCodeSyntaxError',
      'SyntaxError: Unexpected end of input',
    ],
    [
      'a missing module',
      'require("x");',
      'Runtime.ImportModuleError',
      "Error: Cannot find module 'x'\nRequire stack:\n- /var/task/index.js\n- /var/runtime/index.mjs",
    ],
    ['an error while loading', 'throw new RangeError("m");', 'RangeError', 'm'],
    [
      'a rejection while loading',
      'Promise.reject(new Error("m")); exports.handler = async () => 1;',
      'Runtime.UnhandledPromiseRejection',
      'Error: m',
    ],
  ])('%s', async (_what, code, errorType, errorMessage) => {
    const { error, result, log } = await run(code);
    expect(error).toBe('Unhandled');
    expect(result).toMatchObject({ errorType, errorMessage: expect.stringContaining(errorMessage) });
    expect(log).toMatch(
      /^INIT_START [^\n]*\n[^\n]*\tundefined\tERROR\t(Uncaught Exception|Unhandled Promise Rejection) \t/,
    );
    expect(log).toContain(`\tPhase: init\tStatus: error\tError Type: ${errorType}\n`);
  });

  test.each([
    ['a missing file', 'other.handler', 'Runtime.ImportModuleError', "Error: Cannot find module 'other'"],
    ['a name without a dot', 'index', 'Runtime.MalformedHandlerName', 'Bad handler'],
    [
      'a name that leaves the folder',
      '../index.handler',
      'Runtime.MalformedHandlerName',
      "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
    ],
  ])('%s', async (_what, Handler, errorType, errorMessage) => {
    const { result } = await run('exports.handler = async () => 1;', { Handler });
    expect(result).toMatchObject({ errorType, errorMessage: expect.stringContaining(errorMessage) });
  });

  test('is tried anew at the next invocation', async () => {
    await aws.create('again', 'throw new Error("m");');
    const answers = [await aws.invoke('again'), await aws.invoke('again')];
    expect(answers.map(({ log }) => log.split('INIT_START').length - 1)).toEqual([1, 1]);
  });

  test('shows no path of this machine', async () => {
    const { result, log } = await run('throw new Error("m");');
    const { trace } = result as { trace: string[] };
    expect(trace.join('\n')).toContain('/var/task/index.js:1:');
    expect(JSON.stringify(trace) + log).not.toContain('lambda-worker');
  });
});

describe('the style of nodejs24.x', () => {
  test.each<[string, string, unknown]>([
    ['an async function', 'async () => ({ a: 1 })', { a: 1 }],
    ['a plain function', '() => 7', 7],
    ['nothing', 'async () => undefined', null],
    ['a function as the result', 'async () => () => 1', null],
    ['a promise', '() => new Promise((resolve) => setTimeout(resolve, 5, "late"))', 'late'],
  ])('%s', async (_what, handler, expected) => {
    expect((await run(`exports.handler = ${handler};`)).result).toEqual(expected);
  });

  test('refuses a handler that wants a callback', async () => {
    const { result } = await run('exports.handler = (event, context, callback) => callback(null, 1);');
    expect(result).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' });
  });

  test('fails a promise that nothing can settle any more, and lives on', async () => {
    await aws.create(
      'stuck',
      'let n = 0; exports.handler = async () => (n++ === 0 ? new Promise(() => {}) : n);',
    );
    expect((await aws.invoke('stuck')).result).toMatchObject({ errorType: 'Runtime.NodeJsExit' });
    expect((await aws.invoke('stuck')).result).toBe(2);
  });
});

describe('the style of nodejs22.x', () => {
  test('takes no ES module that is not declared as one', async () => {
    const { result } = await run(
      { 'index.js': 'export const handler = async () => 1;' },
      { Runtime: 'nodejs22.x' },
    );
    expect(result).toMatchObject({
      errorType: 'Runtime.UserCodeSyntaxError',
      errorMessage: "SyntaxError: Unexpected token 'export'",
    });
  });

  test('requires no ES module, but the AWS SDK', async () => {
    const { result } = await run(
      {
        'index.js': `
          const { DynamoDBDocumentClient } = require('@aws-sdk/lib-dynamodb');
          const code = (file) => { try { require(file); } catch (error) { return error.code; } };
          exports.handler = async () => [typeof DynamoDBDocumentClient, code('./a.mjs')];`,
        'a.mjs': 'export const a = 1;',
      },
      { Runtime: 'nodejs22.x' },
    );
    expect(result).toEqual(['function', 'ERR_REQUIRE_ESM']);
  });

  test('takes it when its NODE_OPTIONS say so', async () => {
    const { result } = await run(
      { 'index.js': 'export const handler = async () => 1;' },
      {
        Runtime: 'nodejs22.x',
        Environment: {
          Variables: { NODE_OPTIONS: '--experimental-detect-module --experimental-require-module' },
        },
      },
    );
    expect(result).toBe(1);
  });

  test.each<[string, string, unknown]>([
    ['an async function', 'async () => 1', 1],
    ['a callback', '(e, c, callback) => callback(null, "called")', 'called'],
    [
      'a callback that comes later',
      '(e, c, callback) => setTimeout(() => callback(null, "late"), 5)',
      'late',
    ],
    [
      'a callback that waits for what is under way',
      '(e, c, callback) => { const r = {}; setTimeout(() => { r.done = true; }, 20); callback(null, r); }',
      { done: true },
    ],
    [
      'a callback that does not wait',
      '(e, c, callback) => { c.callbackWaitsForEmptyEventLoop = false; const r = {}; setTimeout(() => { r.done = true; }, 20); callback(null, r); }',
      {},
    ],
    ['context.succeed', '(e, context) => context.succeed("ok")', 'ok'],
    ['context.done', '(e, context) => context.done(null, "ok")', 'ok'],
    ['the first of two calls', '(e, c, callback) => { callback(null, 1); callback(null, 2); }', 1],
    ['no call at all', '() => "ignored"', null],
  ])('%s', async (_what, handler, expected) => {
    const { result, error } = await run(`exports.handler = ${handler};`, { Runtime: 'nodejs22.x' });
    expect(error).toBeUndefined();
    expect(result).toEqual(expected);
  });

  test.each<[string, string, string, string]>([
    ['an error in the callback', '(e, c, callback) => callback(new TypeError("m"))', 'TypeError', 'm'],
    ['a text in the callback', '(e, c, callback) => callback("m")', 'string', 'm'],
    ['context.fail', '(e, context) => context.fail(new Error("m"))', 'Error', 'm'],
    ['an exception before the callback', '(e, c, callback) => { throw new Error("m"); }', 'Error', 'm'],
    ['a rejection', 'async () => { throw new Error("m"); }', 'Error', 'm'],
  ])('%s fails', async (_what, handler, errorType, errorMessage) => {
    const { result, error } = await run(`exports.handler = ${handler};`, { Runtime: 'nodejs22.x' });
    expect(error).toBe('Unhandled');
    expect(result).toMatchObject({ errorType, errorMessage });
  });
});

describe('the context', () => {
  test('tells the handler what AWS tells it', async () => {
    const code = `exports.handler = async (event, context) =>
      ({ ...context, remaining: context.getRemainingTimeInMillis(), waits: context.callbackWaitsForEmptyEventLoop });`;
    await aws.create('about', code, { Runtime: 'nodejs22.x', Timeout: 9, MemorySize: 256 });
    const { result } = await aws.invoke('about');
    expect(result).toEqual({
      functionName: 'about',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/about',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:about',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      callbackWaitsForEmptyEventLoop: true,
      waits: true,
      remaining: expect.any(Number),
    });
    const { remaining } = result as { remaining: number };
    expect(remaining).toBeGreaterThan(5000);
    expect(remaining).toBeLessThanOrEqual(9000);
  });
});
