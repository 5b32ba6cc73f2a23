/** The lines for the aws CLI that lab-setup prints, carried out with the SDK: as fast as a test needs it, and as strict. */
import * as gateway from '@aws-sdk/client-api-gateway';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import type { Aws } from '../../src/aws/clients.js';

/** `camel` where the service's members begin in lower case. */
const SERVICES = {
  apigateway: { module: gateway, camel: true, client: (aws: Aws) => aws.apiGateway },
  dynamodb: { module: dynamodb, camel: false, client: (aws: Aws) => aws.dynamodb },
  iam: { module: iam, camel: false, client: (aws: Aws) => aws.iam },
  lambda: { module: lambda, camel: false, client: (aws: Aws) => aws.lambda },
  logs: { module: logs, camel: true, client: (aws: Aws) => aws.logs },
} as const;

/** @throws Error for a line that is none of the aws CLI's, or whose call fails */
export async function runAwsLine(aws: Aws, line: string): Promise<void> {
  const [program, service = '', operation = '', ...rest] = words(line);
  if (program !== 'aws' || !isService(service)) throw new Error(`not a line for the aws CLI: ${line}`);
  // What it waits for is so at once on the local AWS.
  if (operation === 'wait') return;
  const { module, camel, client } = SERVICES[service];
  const Command: unknown = Reflect.get(module, `${pascal(operation)}Command`);
  if (typeof Command !== 'function') throw new Error(`there is no operation ${service} ${operation}`);
  const input: Record<string, unknown> = {};
  for (let at = 0; at < rest.length; at += 1) {
    const flag = rest[at]?.replace(/^--/, '') ?? '';
    const name = camel ? lowerFirst(pascal(flag)) : pascal(flag);
    const value = rest[at + 1];
    // The clients have a region of their own.
    if (flag === 'region') {
      at += 1;
      continue;
    }
    const isSwitch = value === undefined || value.startsWith('--');
    input[name] = isSwitch ? true : valueOf(flag, value);
    if (!isSwitch) at += 1;
  }
  const request: unknown = new (Command as new (input: unknown) => unknown)(input);
  await (client(aws) as { send(command: unknown): Promise<unknown> }).send(request);
}

const isService = (word: string): word is keyof typeof SERVICES => word in SERVICES;

/** Structures and lists are JSON; a policy document is text to the service too. */
function valueOf(flag: string, value: string): unknown {
  return /^[[{]/.test(value) && !/document$/.test(flag) ? JSON.parse(value) : value;
}

/** Words as a shell splits them, with 'single quotes' only. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|[^\s']+/g)].map(([word, quoted]) => quoted ?? word);

const pascal = (kebab: string): string =>
  kebab.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const lowerFirst = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);
