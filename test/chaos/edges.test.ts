/** What ends an `up` in the middle: limits of the account, a session that expires, a network that goes away. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { explain } from '../../src/aws/origin.js';
import { AwsError } from '../../src/local/errors.js';
import type { Ending } from '../../src/local/faults.js';
import {
  callsOf,
  changes,
  flawsAfterDown,
  flawsWhileUp,
  openStorm,
  type Plan,
  type Storm,
} from '../_helpers/chaos.js';
import { outcomes } from '../_helpers/lab.js';

let storm: Storm;
beforeAll(async () => void (storm = await openStorm()));
afterAll(() => storm.aws.stop());

/** How an `up` that goes wrong as planned ended, and what is wrong with what it says and with the runs after it. */
async function upThrough(name: string, plan: Plan) {
  const lab = await storm.open(name);
  storm.begin(plan);
  const report = await lab.up();
  storm.end();
  const error = report.kind === 'failed' ? explain(report.error) : undefined;
  const done = outcomes(report);
  const states = outcomes(await lab.status());
  const untrue = Object.keys(done).filter((id) => done[id] === 'created' && states[id] !== 'in-order');
  const again = await storm.open(name);
  const { kind } = await again.up();
  const flaws = [
    ...untrue.map((id) => `${id} is not as it was said`),
    ...(kind === 'up' ? [] : [`the next up ended as ${kind}`]),
    ...(await flawsWhileUp(storm, name, again)),
    ...(await flawsAfterDown(storm, name, await again.down())),
  ];
  storm.aws.release();
  return { error, flaws };
}

const refusing =
  (code: string, status = 400): (() => Ending) =>
  () =>
    new AwsError({ code, status, message: 'You have as many of them as you may have.' });

describe('a limit of the account', () => {
  test.each([
    ['iam:CreateRole', 'LimitExceeded', 409, 'AWS Identity and Access Management (IAM)'],
    ['lambda:CreateFunction', 'CodeStorageExceededException', 400, 'AWS Lambda'],
    ['lambda:AddPermission', 'PolicyLengthExceededException', 400, 'AWS Lambda'],
    ['logs:CreateLogGroup', 'LimitExceededException', 400, 'Amazon CloudWatch Logs'],
    ['dynamodb:CreateTable', 'LimitExceededException', 400, 'Amazon DynamoDB'],
    ['apigateway:CreateRestApi', 'LimitExceededException', 429, 'Amazon API Gateway'],
    ['apigateway:CreateResource', 'LimitExceededException', 429, 'Amazon API Gateway'],
    ['apigateway:CreateDeployment', 'LimitExceededException', 429, 'Amazon API Gateway'],
    ['apigateway:CreateApiKey', 'LimitExceededException', 429, 'Amazon API Gateway'],
    ['apigateway:CreateUsagePlan', 'LimitExceededException', 429, 'Amazon API Gateway'],
  ])('is named with its call and where it is raised, and up goes on once it is: %s', async (...row) => {
    const [call, code, status, quotas] = row;
    const name = `limit-${call.replace(/\W/g, '').toLowerCase()}`.slice(0, 30);

    const { error, flaws } = await upThrough(name, (point) =>
      point.startsWith(`${call}#`) ? { before: refusing(code, status) } : undefined,
    );

    expect(error).toMatchObject({
      code: 'quota',
      call,
      message: `A limit of the account stopped ${call}: You have as many of them as you may have.`,
      hint: expect.stringContaining(`(Service Quotas > ${quotas})`),
    });
    expect(flaws).toEqual([]);
  });
});

describe('in the middle of up', () => {
  test.each([
    ['the session expires', refusing('ExpiredTokenException', 403), 'credentials', 'They have expired'],
    ['the network goes away', (): Ending => 'reset', 'unreachable', 'start it with `lab-setup local start`'],
  ])(
    '%s: the error says what helps, what was done stands, and up goes on',
    async (_, how, code, hint) => {
      const calls = await callsOf(storm, `edge-all-well-${code}`, 'up');
      const starts = calls.filter(changes).filter((__, nth) => nth % 4 === 0);
      const ends: object[] = [];

      for (const [nth, start] of starts.entries()) {
        let begun = false;
        const { error, flaws } = await upThrough(`edge-${code}-${nth}`, (point) => {
          begun ||= point === start;
          return begun ? { before: how } : undefined;
        });
        ends.push({ start, code: error?.code, helps: error?.hint?.includes(hint), flaws });
      }

      expect(ends).toEqual(starts.map((start) => ({ start, code, helps: true, flaws: [] })));
    },
    60_000,
  );
});
