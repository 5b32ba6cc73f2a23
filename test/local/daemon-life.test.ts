/** Finding, starting and stopping the local AWS where not all is as it should be. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Level } from 'level';
import {
  findLocalAws,
  resetLocalAws,
  startLocalAws,
  stopLocalAws,
  troubleOf,
  type LocalAws,
} from '../../src/local/index.js';
import { withFileOfAnother, withoutRightTo } from '../_helpers/another-user.js';
import { zipOf } from '../_helpers/zip.js';

const TRUSTS_LAMBDA = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lab-setup-life-')), 'local-aws');
});
afterEach(async () => {
  await stopLocalAws(folder);
  // As its last act a server writes down what was compiled of it, perhaps into an install that is below.
  await rm(join(folder, '..'), { recursive: true, force: true, maxRetries: 5 });
});

const start = (
  options: { port?: number; likeAws?: boolean; serverScript?: string } = {},
): Promise<LocalAws> =>
  startLocalAws({
    folder,
    version: '1',
    serverScript: fileURLToPath(new URL('../../dist/local-aws.cjs', import.meta.url)),
    environment: {},
    port: 0,
    ...options,
  });

const writeRunning = (running: object): Promise<void> =>
  writeFile(join(folder, 'server.json'), JSON.stringify(running));

describe('a stranger on the port', () => {
  let stranger: Server;
  let bystander: ReturnType<typeof spawn>;
  beforeEach(async () => {
    const local = await start();
    await stopLocalAws(folder);
    bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    stranger = createServer((_request, response) => {
      // All that the real one would say, but for what only it can know.
      const { pid = 0 } = bystander;
      response.end(JSON.stringify({ pid, version: '1', startedAt: local.startedAt, proof: '0'.repeat(64) }));
    }).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    await writeRunning({ pid: bystander.pid, port: (stranger.address() as AddressInfo).port });
  });
  afterEach(async () => {
    stranger.close();
    const gone = once(bystander, 'exit');
    bystander.kill('SIGKILL');
    await gone;
  });

  test('is not taken for the local AWS, and nobody is ended for it', async () => {
    expect(await findLocalAws(folder)).toBeUndefined();
    expect(await stopLocalAws(folder)).toBe(false);
    expect([bystander.exitCode, bystander.signalCode]).toEqual([null, null]);
  });
});

describe('a local AWS that does not answer', () => {
  test('keeps its state from a reset, which names its process', async () => {
    const { pid } = await start();
    await rm(join(folder, 'config.json'));

    await expect(resetLocalAws(folder)).rejects.toMatchObject({
      name: 'LocalAwsError',
      code: 'in-use',
      hint: expect.stringContaining(`kill ${pid}`),
    });

    expect(await readdir(folder)).toContain('state');
    expect((await troubleOf(folder))?.code).toBe('in-use');
    process.kill(pid, 'SIGKILL');
  });

  test('is told of by a start that waited for it in vain, with how to find its process', async () => {
    const { pid } = await start();
    await rm(join(folder, 'server.json'));
    const now = Date.now();
    const clock = jest
      .spyOn(Date, 'now')
      .mockReturnValue(now + 60_000)
      .mockReturnValueOnce(now);

    await expect(start()).rejects.toMatchObject({
      code: 'in-use',
      hint: expect.stringContaining(`pgrep -f '${folder}'`) as unknown,
    });

    clock.mockRestore();
    process.kill(pid, 'SIGKILL');
  });
});

test('a stop also ends the server that another command starts meanwhile', async () => {
  await start();
  const running = await readFile(join(folder, 'server.json'), 'utf8');
  // As of one that has the state already, and does not answer yet.
  await rm(join(folder, 'server.json'));

  const stopping = stopLocalAws(folder);
  await sleep(500);
  await writeFile(join(folder, 'server.json'), running);

  expect(await stopping).toBe(true);
  expect(await readdir(folder)).not.toContain('server.json');
});

test('a port that another program has taken meanwhile is told without a start', async () => {
  const { endpoint } = await start();
  await stopLocalAws(folder);
  expect(await troubleOf(folder)).toBeUndefined();
  const other = createServer().listen(Number(new URL(endpoint).port), '127.0.0.1');
  await once(other, 'listening');

  expect(await troubleOf(folder)).toMatchObject({
    code: 'port-taken',
    hint: expect.stringContaining('local start --port 0'),
  });
  other.close();
});

describe('a start', () => {
  test('like AWS stays so until another one says otherwise', async () => {
    const first = await start({ likeAws: true });
    await stopLocalAws(folder);
    const second = await start();
    const third = await start({ likeAws: false });

    expect([first, second, third].map(({ likeAws }) => likeAws)).toEqual([true, true, false]);
  });

  test('while another server is ending waits for the state and gets it', async () => {
    const first = await start();
    process.kill(first.pid, 'SIGTERM');

    const second = await start();

    expect((await findLocalAws(folder))?.pid).toBe(second.pid);
  });

  test('beside others ends in one server, without a word in its log', async () => {
    const all = await Promise.all([start(), start(), start()]);

    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
    expect(await readFile(join(folder, 'server.log'), 'utf8')).toBe('');
  });

  test('with a configuration that cannot be read is refused, until a reset', async () => {
    await mkdir(folder, { recursive: true });
    const config = join(folder, 'config.json');
    await writeFile(config, 'not json');

    await expect(start()).rejects.toMatchObject({
      code: 'config-unreadable',
      message: expect.stringContaining(config),
    });
    expect(await readFile(config, 'utf8')).toBe('not json');

    await resetLocalAws(folder);
    expect((await start()).account).toBe('000000000000');
  });

  test('on the state of a newer version is refused without a word of a reset', async () => {
    await mkdir(folder, { recursive: true });
    const state = new Level(join(folder, 'state'));
    await state.put('meta/version', '1000');
    await state.close();

    await expect(start()).rejects.toMatchObject({
      code: 'state-newer',
      message: expect.stringContaining('was written by a newer lab-setup'),
      hint: expect.not.stringContaining('reset'),
    });
  });

  // Only Linux has a file that is always full, and one that nobody may write.
  (process.platform === 'linux' ? test : test.skip).each([
    ['state', 'MANIFEST-000001', '/dev/full', 'No space left on device', 'Make room on the disk'],
    ['dynamodb', 'MANIFEST-000001', '/dev/full', 'No space left on device', 'Make room on the disk'],
    ['state', 'LOCK', '/proc/sys/kernel/ostype', 'Permission denied', 'sudo chown -R'],
    ['dynamodb', 'LOCK', '/proc/sys/kernel/ostype', 'Permission denied', 'sudo chown -R'],
  ])(
    'whose %s cannot have a %s, as in %s, is refused with the reason and without a word of a reset',
    async (database, file, device, reason, cure) => {
      await mkdir(join(folder, database), { recursive: true });
      await symlink(device, join(folder, database, file));

      const failure = await start().catch((error: unknown) => error);

      expect(failure).toMatchObject({
        code: 'start-failed',
        message: expect.stringContaining(reason) as unknown,
        hint: expect.stringContaining(cure) as unknown,
      });
      expect(failure).toMatchObject({ hint: expect.not.stringContaining('reset') as unknown });
    },
  );

  test.each([
    ['process.exit(7)', 'exit code 7'],
    ["process.kill(process.pid, 'SIGKILL')", 'SIGKILL'],
  ])('whose server ends at once, by %s, says how: %s', async (code, how) => {
    const serverScript = join(folder, '..', 'server.cjs');
    await writeFile(serverScript, code);

    await expect(start({ serverScript })).rejects.toMatchObject({
      message: `The local AWS did not start: it ended with ${how}.`,
    });
  });

  test('in place of another ends that one, and none that another command starts meanwhile', async () => {
    await start();
    const serverScript = join(folder, '..', 'server.cjs');
    execFileSync('mkfifo', [serverScript]);

    const late = start({ serverScript });
    // It has found the first, and goes on when it has read what its own build is.
    const build = await open(serverScript, 'w');
    await findLocalAws(folder);
    await stopLocalAws(folder);
    const second = await start();
    await rm(serverScript);
    await writeFile(serverScript, "process.send({ kind: 'locked' })");
    await build.close();

    expect((await late).pid).toBe(second.pid);
  });

  test('where the log cannot be written is refused with a hint', async () => {
    await mkdir(join(folder, 'server.log'), { recursive: true });

    await expect(start()).rejects.toMatchObject({ name: 'LocalAwsError', code: 'folder-unwritable' });
  });

  test('begins a log anew that has become long', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'server.log'), 'x'.repeat(1_048_577));

    await start();

    expect(await readFile(join(folder, 'server.log'), 'utf8')).not.toContain('x'.repeat(100));
  });
});

describe('a server', () => {
  const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

  /** The built server, as another install has it. */
  const install = async (name: string): Promise<string> => {
    const root = join(folder, '..', name);
    await cp(DIST, join(root, 'dist'), { recursive: true, filter: (path) => !path.includes('code-cache') });
    await symlink(join(DIST, '..', 'node_modules'), join(root, 'node_modules'));
    return join(root, 'dist', 'local-aws.cjs');
  };

  /** Of the server that a command of another install then finds, or starts. */
  const pidAfter = async ({ endpoint }: LocalAws, serverScript: string): Promise<number> =>
    (await start({ serverScript, port: Number(new URL(endpoint).port) })).pid;

  test('serves another install of its build', async () => {
    const first = await start({ serverScript: await install('one') });

    expect(await pidAfter(first, await install('other'))).toBe(first.pid);
  });

  test('of another build is replaced, though its version is the same', async () => {
    const first = await start({ serverScript: await install('one') });
    const other = await install('other');
    await appendFile(other, '// built anew');

    expect(await pidAfter(first, other)).not.toBe(first.pid);
  });

  test.each<[string, (script: string) => Promise<void>]>([
    ['was built anew', (script) => utimes(script, new Date(), new Date())],
    ['is gone', (script) => rm(join(script, '..'), { recursive: true })],
  ])('whose install %s is replaced', async (_, change) => {
    const serverScript = await install('one');
    const first = await start({ serverScript });

    await change(serverScript);

    expect(await pidAfter(first, await install('other'))).not.toBe(first.pid);
  });
});

test('a bug is told in the log by its place, once, and by nothing that the caller sent', async () => {
  const { endpoint, region, credentials } = await start();
  // Where functions find the SDK; nobody expects a file there.
  await writeFile(join(folder, 'functions', 'node_modules'), '');
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  const [iam, lambda] = [new IAM(config), new Lambda(config)];
  const { Role } = await iam.createRole({ RoleName: 'r', AssumeRolePolicyDocument: TRUSTS_LAMBDA });
  await lambda.createFunction({
    FunctionName: 'f',
    Role: Role?.Arn,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipOf({ 'index.js': '' }) },
  });

  for (const attempt of ['the first', 'the second']) {
    const Payload = JSON.stringify(`${attempt} event`);
    await expect(lambda.invoke({ FunctionName: 'f', Payload })).rejects.toThrow(
      'Internal failure of the local AWS: its server.log says where.',
    );
  }

  const log = await readFile(join(folder, 'server.log'), 'utf8');
  expect(log.match(/Z Internal failure: Error\n +at /g)).toHaveLength(1);
  expect(log).not.toMatch(/(first|second) event/);
  iam.destroy();
  lambda.destroy();
});

(process.platform === 'linux' ? test : test.skip)(
  'holds nothing that was open where it was started: the lock of a script would last as long as it runs',
  async () => {
    // Node itself opens nothing that others inherit.
    const held = new Level(join(folder, '..', 'held'));
    await held.open();

    const { pid } = await start();
    await held.close();

    const descriptors = await readdir(`/proc/${pid}/fd`);
    const open = await Promise.all(
      descriptors.map((each) => readlink(`/proc/${pid}/fd/${each}`).catch(() => '')),
    );
    expect(open).toContain(join(folder, 'state', 'LOCK'));
    expect(open.filter((path) => path.includes('/held/'))).toEqual([]);
  },
);

test('a local AWS of another user is neither called stopped nor deleted: it is to be taken back', async () => {
  await start();
  const config = join(folder, 'config.json');

  const acts: ((folder: string) => Promise<unknown>)[] = [stopLocalAws, resetLocalAws];
  for (const act of acts) {
    await expect(withoutRightTo(config, () => act(folder))).rejects.toMatchObject({
      code: 'foreign',
      hint: expect.stringContaining(`sudo chown -R "$(id -un)" '${folder}'`) as unknown,
    });
  }

  expect(await stopLocalAws(folder)).toBe(true);
});

test('folders that a function has locked stand neither in the way of a start nor of a reset', async () => {
  const locked = join(folder, 'functions', 'scratch', 'locked');
  await mkdir(join(locked, 'inside'), { recursive: true });
  await chmod(locked, 0);

  await start();

  await expect(stat(locked)).rejects.toMatchObject({ code: 'ENOENT' });
  await stopLocalAws(folder);
  await mkdir(join(locked, 'inside'), { recursive: true });
  await chmod(locked, 0);

  await resetLocalAws(folder);

  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('what a dead process left behind counts as nothing running', async () => {
  const { pid } = await start();
  process.kill(pid, 'SIGKILL');

  expect(await stopLocalAws(folder)).toBe(false);
});

test('a reset deletes no folder that is only linked, and does not say that it has', async () => {
  const target = `${folder}-elsewhere`;
  await mkdir(target);
  await writeFile(join(target, 'kept'), '');
  await symlink(target, folder);

  await expect(resetLocalAws(folder)).rejects.toMatchObject({ code: 'folder-linked' });

  expect(await readdir(folder)).toEqual(['kept']);
});

test('a reset of what cannot be deleted says so', async () => {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'file');
  await writeFile(file, '');

  await expect(resetLocalAws(join(file, 'local-aws'))).rejects.toMatchObject({ code: 'folder-unwritable' });
});

(process.geteuid?.() === 0 ? test : test.skip)(
  'a configuration that another user has put there is not believed',
  async () => {
    await start();
    await stopLocalAws(folder);

    const found = withFileOfAnother(join(folder, 'config.json'), () => findLocalAws(folder));

    await expect(found).rejects.toMatchObject({
      code: 'foreign',
      message: expect.stringContaining('cannot be read: it belongs to another user') as unknown,
      // Taken over with the folder it would be believed.
      hint: expect.not.stringContaining('chown') as unknown,
    });
  },
);
