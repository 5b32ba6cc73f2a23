/** Bad input: whatever an operation is sent, the answer is the caller's fault, in AWS's form, and the server lives. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import type { StaticOperationSchema } from '@smithy/types';
import { createSender, operationsOf, type Answer } from '../_helpers/fuzz-requests.js';
import { valuesOf, variantsOf } from '../_helpers/fuzz-values.js';
import { makeWorld, type FuzzWorld } from '../_helpers/fuzz-world.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import type { SigningName } from '../../src/local/services/service.js';

const SEED = 20150709;
const RUNS = 4;

let aws: TestAws;
let world: FuzzWorld;
let sender: ReturnType<typeof createSender>;
const strays: unknown[] = [];
const onStray = (error: unknown): void => {
  strays.push(error);
};
beforeAll(async () => {
  aws = await startTestAws();
  sender = createSender(aws);
  world = await makeWorld(aws);
  process.on('unhandledRejection', onStray);
});
afterAll(async () => {
  process.off('unhandledRejection', onStray);
  sender.close();
  await aws.stop();
});

/** What is wrong with an answer; undefined when nothing is. */
function wrongWith({ status, body }: Answer): string | undefined {
  if (status >= 500) return `${status} ${body}`;
  if (status >= 300 && !/"__type"|"message"|<Code>/i.test(body)) return `no error of AWS: ${status} ${body}`;
  if (/\bat [^\n]+:\d+:\d+|node_modules|TypeError|RangeError/.test(body)) return `a stack trace: ${body}`;
  if (body.includes(aws.folder)) return `a path of this machine: ${body}`;
  return undefined;
}

function inputsOf(operation: StaticOperationSchema, { known, examples }: FuzzWorld): Arbitrary<unknown> {
  const example = examples[operation[2]];
  const madeUp = valuesOf(operation[4], known);
  return example
    ? fc.oneof({ weight: 1, arbitrary: madeUp }, { weight: 3, arbitrary: variantsOf(example) })
    : madeUp;
}

/** Those that remove things come last, so that the others find them. */
const lastTheDeletes = (operations: StaticOperationSchema[]): StaticOperationSchema[] =>
  [...operations].sort((a, b) => Number(a[2].startsWith('Delete')) - Number(b[2].startsWith('Delete')));

describe('whatever it is sent, an answer with 4xx at most comes from', () => {
  test.each<SigningName>(['iam', 'sts', 'logs', 'dynamodb', 'lambda', 'apigateway'])(
    '%s',
    async (service) => {
      for (const operation of lastTheDeletes(operationsOf(service))) {
        const property = fc.asyncProperty(inputsOf(operation, world), async (input) => {
          const answer = await sender.send(service, operation, input);
          expect([operation[2], wrongWith(answer)]).toEqual([operation[2], undefined]);
        });
        await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
      }
      expect(strays).toEqual([]);
    },
  );
});
