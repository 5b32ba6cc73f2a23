/** What `up` says of things by hand that it does not touch: of each what it is, and the ways out. */
import { expect, test } from '@jest/globals';
import { refusal } from '../../src/cli/adoption.js';
import type { Context } from '../../src/cli/context.js';
import { describeLab } from '../../src/tutorial/lab.js';
import type { Stranger } from '../../src/tutorial/step.js';

const HERE: Pick<Context, 'here' | 'lab'> = {
  lab: describeLab('default'),
  here: { schemaVersion: 1, target: 'local', account: '000000000000', region: 'us-east-1' },
};
const KEY: Stranger = { what: 'API key Lambda-key (k1)', id: 'k1' };
const TABLE: Stranger = {
  what: 'DynamoDB table lambda-apigateway',
  id: 'arn',
  unfit: 'its key is number (N)',
};
const ROLE: Stranger = { what: 'IAM role lambda-apigateway-role', id: 'arn', owner: 'the lab ana’s' };
const LEAVE = 'Delete or rename what you no longer need, or build beside it: `lab-setup up --lab NAME';

const refused = (strangers: readonly Stranger[], adopt = false) =>
  refusal(HERE, strangers, { adopt, adoptIds: [] });

test('what can be adopted is offered to be', () => {
  const { code, message, hint } = refused([TABLE, KEY]);

  expect([code, message]).toEqual([
    'made-by-hand',
    'Made by hand, not by lab-setup: DynamoDB table lambda-apigateway: its key is number (N), API key Lambda-key (k1). Nothing was touched.',
  ]);
  expect(hint).toMatch(/^Let the lab take it over: `lab-setup up --adopt`\n +Delete or rename/);
});

test('with the role that was given: nothing else knows it before the function is made', () => {
  const roleArn = 'arn:aws:iam::000000000000:role/given';
  const lab = describeLab('default', { roleArn });
  const hint = (adopt: boolean): string | undefined =>
    refusal({ ...HERE, lab }, [KEY, { ...KEY, id: 'k2' }], { adopt, adoptIds: [] }).hint;

  expect(hint(false)).toContain(`\`lab-setup up --adopt --role-arn ${roleArn}\``);
  expect(hint(true)).toContain(`\`lab-setup up --adopt --role-arn ${roleArn} --adopt-id k1\``);
});

test('with --adopt it is asked which of several is meant', () => {
  expect(refused([KEY, { ...KEY, id: 'k2' }], true).hint).toMatch(
    /^Several bear one name: .*`lab-setup up --adopt --adopt-id k1`\n +Delete or rename/,
  );
});

test.each([false, true])('what cannot be adopted is not offered to be (with --adopt: %s)', (adopting) => {
  expect(refused([TABLE, ROLE], adopting).hint).toMatch(new RegExp(`^${LEAVE}`));
});
