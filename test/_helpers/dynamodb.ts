import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Principal } from '../../src/local/identity.js';
import { openDynamoDb } from '../../src/local/services/dynamodb/index.js';
import { AT_ONCE, type Delays } from '../../src/local/like-aws.js';
import type { Authorize } from '../../src/local/services/service.js';
import { openStore } from '../../src/local/store.js';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; an empty object when there is none. */
  readonly body: Record<string, unknown>;
}

export interface TestDynamoDb {
  /** Sends bytes as they are, signed by nobody: the signature is the server's business. */
  send(request: { target: string; body: string | Buffer }): Promise<RawAnswer>;
  /** Calls an operation of DynamoDB. */
  call(operation: string, input: object): Promise<RawAnswer>;
  /** Closes it and opens it again on the same state. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const OWNER: Principal = {
  kind: 'owner',
  account: '000000000000',
  arn: 'arn:aws:iam::000000000000:user/lab-setup',
  userId: 'AIDALABSETUPLOCALOWNR',
};

/** The DynamoDB of the local AWS by itself: without server, with a clock that the test holds. */
export async function openTestDynamoDb(
  options: { now?: () => number; delays?: Partial<Delays>; authorize?: Authorize } = {},
): Promise<TestDynamoDb> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-setup-test-'));
  const open = async () => {
    const store = await openStore(join(folder, 'state'));
    const clock = { now: options.now ?? Date.now };
    const dynamodb = await openDynamoDb(
      {
        account: '000000000000',
        region: 'eu-west-1',
        clock,
        store,
        delays: { ...AT_ONCE, ...options.delays },
      },
      {
        folder: join(folder, 'dynamodb'),
        authorize: options.authorize ?? (() => undefined),
      },
    );
    return { store, dynamodb };
  };
  let opened = await open();
  const close = async (): Promise<void> => {
    await opened.dynamodb.close();
    await opened.store.close();
  };
  const send: TestDynamoDb['send'] = async ({ target, body }) => {
    const response = await opened.dynamodb.service.handle(
      { method: 'POST', path: '/', query: '', headers: { 'x-amz-target': target }, body: Buffer.from(body) },
      { principal: OWNER, requestId: 'not used' },
    );
    await opened.store.flush();
    const text = response.body.toString();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  };
  return {
    send,
    call: (operation, input) =>
      send({ target: `DynamoDB_20120810.${operation}`, body: JSON.stringify(input) }),
    restart: async () => {
      await close();
      opened = await open();
    },
    stop: async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The input of CreateTable for the tutorial's table. */
export function labTable(TableName: string): CreateTableCommandInput {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  };
}

/** A table with an index of each kind; both hold the keys only. */
export const indexedTable: CreateTableCommandInput = {
  TableName: 'indexed',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'gsi', 'lsi'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'global',
      KeySchema: [{ AttributeName: 'gsi', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'local',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'lsi', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};
