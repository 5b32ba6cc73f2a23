/** What is told of an answer that is a failure, where the answer alone does not say what the matter is. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteStageCommand } from '@aws-sdk/client-api-gateway';
import { explainFailure } from '../../src/cli/explain-failure.js';
import { failureOf } from '../../src/tutorial/advice/answers.js';
import { sitAt } from '../_helpers/command.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { standLab, type Standing } from '../_helpers/standing-lab.js';

let aws: TestAws;
let lab: Standing;
beforeAll(async () => {
  aws = await startTestAws();
  lab = await standLab(aws, 'default');
});
afterAll(() => aws.stop());

const PING = { operation: 'ping' } as const;

describe('a request too many', () => {
  const refusedFor = (limit: 'rate' | 'quota') =>
    explainFailure(sitAt(aws, lab).context, {
      failure: { meaning: '', stops: [limit] },
      event: PING,
      what: '',
    });

  test('by a quota that the plan no longer shows is one that no slower asking helps', async () => {
    const { error } = await refusedFor('quota');

    expect(error.hint).toMatch(/day, week or month is over, or once it is raised or removed/);
  });

  test('by a rate that the plan allows is one that slower asking helps', async () => {
    const { error } = await refusedFor('rate');

    expect(error.message).toContain('allows 100 requests a second, and 20 at once.');
    expect(error.hint).toBe('Wait a moment, and try again more slowly.');
  });
});

test('a missing stage is found, though it may be answered like a missing method', async () => {
  const { aws: clients, restApiId } = lab;
  await clients.apiGateway.send(new DeleteStageCommand({ restApiId, stageName: 'Prod' }));
  const answer = { status: 403, body: '{"message":"Missing Authentication Token"}', ms: 1 };
  const failure = failureOf(answer, PING, lab.lab.table) ?? { meaning: '', stops: [] };

  const { error } = await explainFailure(sitAt(aws, lab).context, { failure, event: PING, what: '' });

  expect(error.message).toContain('Nothing of the API answers before it is deployed to the stage Prod.');
});
