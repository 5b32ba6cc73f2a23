import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { bareEnvironment } from './command.js';
import { BUNDLE } from './handler.js';

/** How a bare server can hand requests to a process that is warm. */
export const KINDS = ['stdio', 'ipc', 'unix', 'poll'] as const;
export type Kind = (typeof KINDS)[number];

/** Bare servers, and what they need; nothing of it is left. */
export interface Floors extends AsyncDisposable {
  /** Starts one whose process gives an event's payload back. @returns its port */
  echo(kind: Kind): Promise<number>;
  /** Starts one whose process runs the shipped handler, with the SDK in it, on a dynalite that keeps its table on disk. */
  put(kind: Kind, table: string): Promise<number>;
}

const CREDENTIALS = { accessKeyId: 'floor', secretAccessKey: 'floor' };
const REGION = 'us-east-1';

export async function openFloors(): Promise<Floors> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-setup-bench-'));
  const children: ChildProcess[] = [];
  let dynalite: Promise<string> | undefined;
  const start = async (
    script: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<number> => {
    const child = fork(fileURLToPath(new URL(`./floor/${script}`, import.meta.url)), args, {
      env: { ...bareEnvironment(folder), ...env },
      execArgv: [],
    });
    children.push(child);
    const [port] = v.parse(v.tuple([v.number(), v.unknown()]), await once(child, 'message'));
    return port;
  };
  const openDynalite = async (table: string): Promise<string> => {
    const endpoint = `http://127.0.0.1:${await start('dynalite.js', [join(folder, 'dynalite')])}`;
    await createTable(endpoint, table);
    return endpoint;
  };
  return {
    echo: (kind) => start('server.js', [kind, folder]),
    put: async (kind, table) => {
      dynalite ??= openDynalite(table);
      // By itself in a folder: below this package's own manifest it would be taken for an ES module.
      const handler = join(folder, 'index.js');
      await copyFile(BUNDLE, handler);
      return start('server.js', [kind, folder, handler], {
        AWS_ENDPOINT_URL: await dynalite,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      });
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of children) {
        if (child.exitCode !== null) continue;
        const ended = once(child, 'exit');
        child.disconnect();
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function createTable(endpoint: string, TableName: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  client.destroy();
}
