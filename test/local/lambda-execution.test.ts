import { describe, expect, test } from '@jest/globals';
import { FrameReader } from '../../src/local/services/lambda/execution/frame-reader.js';
import { LineSplitter } from '../../src/local/services/lambda/execution/line-splitter.js';
import { initStartLine, reportLine } from '../../src/local/services/lambda/execution/log-lines.js';
import { nodeFlags } from '../../src/local/services/lambda/execution/node-flags.js';

function frame(kind: number, body: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(Buffer.byteLength(body), 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

describe('frames', () => {
  const bytes = Buffer.concat([frame(1, 'one'), frame(5, ''), frame(2, 'x'.repeat(1000))]);

  test.each([1, 3, 7, 500, bytes.length])('are put together from chunks of %d bytes', (size) => {
    const seen: [number, number][] = [];
    const reader = new FrameReader((kind, body) => seen.push([kind, body.length]));
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
    expect(seen).toEqual([
      [1, 3],
      [5, 0],
      [2, 1000],
    ]);
  });

  test('that nobody of ours writes are not waited for', () => {
    const reader = new FrameReader(() => undefined);
    expect(reader.push(Buffer.from('\x01\xff\xff\xff\xff', 'latin1'))).toBe(false);
  });
});

describe('raw output', () => {
  test('is cut into lines, wherever its chunks end', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (const chunk of ['a\nb', 'c\n\n', 'd']) splitter.push(chunk);
    splitter.end();
    expect(lines).toEqual(['a\n', 'bc\n', '\n', 'd\n']);
  });

  test('without an end is cut all the same', () => {
    const lines: string[] = [];
    new LineSplitter((line) => lines.push(line)).push('x'.repeat(300_000));
    expect(lines.length).toBe(1);
  });

  test('is not cut without end, until the next invocation', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    splitter.push('\n'.repeat(1_000_000));
    expect(lines.length).toBe(20_000);
    splitter.end();
    splitter.push('next\n');
    expect(lines.at(-1)).toBe('next\n');
  });
});

describe("Lambda's own lines", () => {
  const cost = { requestId: 'ID', ms: 3.014, memorySize: 128, megabytes: 36 };
  const start = 'REPORT RequestId: ID\tDuration: 3.01 ms\tBilled Duration: ';

  test.each<[string, Parameters<typeof reportLine>[0], string]>([
    ['warm', { ...cost, initMs: undefined }, `${start}4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t\n`],
    [
      'cold',
      { ...cost, initMs: 110.1 },
      `${start}114 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t\t\n`,
    ],
    [
      'timed out, beyond its memory',
      { ...cost, megabytes: 200, initMs: undefined, status: 'timeout' },
      `${start}4 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: timeout\n`,
    ],
  ])('report an invocation that was %s', (_what, report, line) => {
    expect(reportLine(report)).toBe(line);
  });

  test('begin with the runtime', () => {
    expect(initStartLine('nodejs24.x', 'eu-west-1')).toMatch(
      /^INIT_START Runtime Version: nodejs:24\.v1\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:[0-9a-f]{64}\n$/,
    );
  });
});

describe('the arguments of node', () => {
  const reach = { workerScript: '/w.js', sdkFolders: ['/sdk'], codeFolder: '/code', scratchFolder: '/tmp/1' };
  const flags = (...known: string[]) =>
    nodeFlags({ runtime: 24, memorySize: 128, nodeOptions: '', reach, known: new Set(known) });

  test('are only those that it knows', () => {
    expect(flags()).toEqual(['/w.js', '/tmp/1']);
    expect(flags('--max-old-space-size')).toEqual(['--max-old-space-size=115', '/w.js', '/tmp/1']);
  });

  test.each([['--permission'], ['--experimental-permission']])(
    'leave it its own folders and the SDK with %s',
    (permission) => {
      expect(flags(permission)).toEqual([
        permission,
        '--allow-fs-read=/w.js',
        '--allow-fs-read=/code/*',
        '--allow-fs-read=/tmp/1/*',
        '--allow-fs-read=/sdk/*',
        '--allow-fs-write=/tmp/1/*',
        '/w.js',
        '/tmp/1',
      ]);
    },
  );

  test('leave it the network where the model would take it', () => {
    expect(flags('--permission', '--allow-net')).toContain('--allow-net');
  });
});
