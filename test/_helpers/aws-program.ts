import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import * as gateway from '@aws-sdk/client-api-gateway';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as sts from '@aws-sdk/client-sts';
import * as v from 'valibot';
import type { Aws } from '../../src/aws/clients.js';
import { words } from './cli.js';
import type { TestAws } from './local-aws.js';

/**
 * A stand-in for the aws CLI: bash itself reads the lines, as a reader's shell would, and what it makes of them is sent by
 * the SDK's own clients, which know each operation's members and their types. It shares no code with what writes the lines.
 */
export interface Bash {
  /** Runs lines in one shell that ends at the first failure. @throws with what went wrong */
  run(lines: readonly string[], folder: string): Promise<void>;
  close(): Promise<void>;
}

/** `aws` in bash: hands its arguments over, and prints and returns what comes back. */
const AWS_FUNCTION = `aws() {
  exec 3<>"/dev/tcp/127.0.0.1/$STAND_IN_PORT"
  printf '%s\\0' "$#" "$PWD" "$@" >&3
  local status
  IFS= read -r status <&3
  cat <&3
  exec 3>&-
  return "$status"
}`;

export async function openBash(aws: TestAws): Promise<Bash> {
  const { clientConfig } = aws;
  const clients = clientsOf({
    apiGateway: new gateway.APIGatewayClient(clientConfig),
    dynamodb: new dynamodb.DynamoDBClient(clientConfig),
    iam: new iam.IAMClient(clientConfig),
    lambda: new lambda.LambdaClient(clientConfig),
    logs: new logs.CloudWatchLogsClient(clientConfig),
    sts: new sts.STSClient(clientConfig),
  });
  const faults: string[] = [];
  const server = createServer((socket) => {
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
      const [count = '0', folder = '', ...words] = received.split('\0');
      if (words.length <= Number(count)) return;
      void answer(clients, words.slice(0, -1), folder).then(
        (output) => socket.end(`0\n${output}\n`),
        (error: unknown) => {
          faults.push(`${words.slice(0, 2).join(' ')}: ${String(error)}`);
          socket.end('1\n');
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    run: async (lines, folder) => {
      const script = ['set -eu', AWS_FUNCTION, ...lines].join('\n');
      const child = spawn('bash', ['-c', script], {
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', STAND_IN_PORT: String(port), AWS_REGION: aws.region },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      const [code, complaints] = await Promise.all([ended, text(child.stderr)]);
      if (code !== 0) throw new Error(`bash ended with ${String(code)}: ${complaints}${faults.join('; ')}`);
    },
    close: async () => {
      for (const { client } of Object.values(clients)) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * One line without a shell, for what has nothing in it that only a shell can read.
 * @throws Error for a line that is none of the aws CLI's, or whose call fails
 */
export async function runAwsLine(aws: Aws, line: string): Promise<void> {
  const [program, ...rest] = words(line);
  if (program !== 'aws') throw new Error(`not a line for the aws CLI: ${line}`);
  await answer(clientsOf(aws), rest, '.');
}

interface Sender {
  send(command: unknown): Promise<unknown>;
  destroy(): void;
}

interface ClientOf {
  readonly client: Sender;
  readonly library: Readonly<Record<string, unknown>>;
}

const clientsOf = (aws: Omit<Aws, 'apiGatewayOnce'>): Readonly<Record<string, ClientOf>> => ({
  apigateway: { client: aws.apiGateway, library: gateway },
  dynamodb: { client: aws.dynamodb, library: dynamodb },
  iam: { client: aws.iam, library: iam },
  lambda: { client: aws.lambda, library: lambda },
  logs: { client: aws.logs, library: logs },
  sts: { client: aws.sts, library: sts },
});

type Command = new (input: object) => unknown;

/** The waiters of the aws CLI, by the operation that each asks. */
const WAITERS: Readonly<Record<string, string>> = {
  'role-exists': 'get-role',
  'function-active-v2': 'get-function',
  'table-exists': 'describe-table',
  'table-not-exists': 'describe-table',
};

async function answer(
  clients: ReturnType<typeof clientsOf>,
  [service = '', verb = '', ...rest]: readonly string[],
  folder: string,
): Promise<string> {
  const found = clients[service];
  if (!found) throw new Error(`no service ${service}`);
  const [operation = verb, ...words] =
    verb === 'wait' ? [WAITERS[rest[0] ?? ''], ...rest.slice(1)] : [verb, ...rest];
  const { name, members } = shapeOf(found.library, operation);
  const { input, query } = await readOptions(words, { members, folder });
  const sent = found.client.send(new (found.library[`${name}Command`] as Command)(input));
  if (verb === 'wait' && rest[0]?.endsWith('-not-exists') === true) return gone(sent);
  const output = await sent;
  return query === undefined ? '' : queried(output, query);
}

const gone = (looked: Promise<unknown>): Promise<string> =>
  looked.then(
    () => Promise.reject(new Error('it is still there')),
    () => '',
  );

const Shape = v.looseTuple([
  v.number(),
  v.string(),
  v.string(),
  v.unknown(),
  v.array(v.string()),
  v.array(v.unknown()),
]);
const Operation = v.looseTuple([v.number(), v.string(), v.string(), v.unknown(), v.function()]);

/** What the SDK's model says of an operation: its name, and the type of each member by name. */
function shapeOf(
  library: ClientOf['library'],
  operation: string,
): { name: string; members: ReadonlyMap<string, unknown> } {
  const wanted = `${operation.replaceAll('-', '')}$`;
  const key = Object.keys(library).find((each) => each.toLowerCase() === wanted) ?? '';
  const [, , name, , inputOf] = v.parse(Operation, library[key]);
  const [, , , , names, types] = v.parse(Shape, inputOf());
  return { name, members: new Map(names.map((each, index) => [each, types[index]])) };
}

/** What the aws CLI and its clients settle between themselves. */
const ELSEWHERE = ['--output', '--region'];

async function readOptions(
  words: readonly string[],
  { members, folder }: { members: ReadonlyMap<string, unknown>; folder: string },
): Promise<{ input: Record<string, unknown>; query: string | undefined }> {
  const input: Record<string, unknown> = {};
  let query: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const option = words[index] ?? '';
    const following = words[index + 1];
    const value = following?.startsWith('--') === false ? following : undefined;
    if (value !== undefined) index += 1;
    if (option === '--query') query = value;
    else if (option === '--zip-file') {
      input['Code'] = { ZipFile: await readFile(`${folder}/${(value ?? '').replace('fileb://', '')}`) };
    } else if (!ELSEWHERE.includes(option)) {
      const wanted = option.replaceAll('-', '');
      const member = [...members.keys()].find((each) => each.toLowerCase() === wanted);
      if (member === undefined) throw new Error(`no option ${option}`);
      input[member] = value === undefined ? true : typed(value, members.get(member));
    }
  }
  return { input, query };
}

/** Text stays text where the model says so; all else is JSON. */
function typed(value: string, type: unknown): unknown {
  const simple: unknown = Array.isArray(type) ? type[0] : type;
  return simple === 0 ? value : (JSON.parse(value) as unknown);
}

/** As much of JMESPath as the lines use: `Role.Arn`, `items[?name=='x'].id`. */
function queried(output: unknown, query: string): string {
  const [, list, key = '', wanted, rest = ''] = /^(\w+)\[\?(\w+)=='([^']*)'\]\.(\w+)$/.exec(query) ?? [];
  const at = (value: unknown, path: string): unknown =>
    path.split('.').reduce<unknown>((whole, name) => Reflect.get(Object(whole) as object, name), value);
  if (list === undefined) return String(at(output, query));
  const items = at(output, list) as unknown[];
  return items
    .filter((item) => at(item, key) === wanted)
    .map((item) => String(at(item, rest)))
    .join('\t');
}
