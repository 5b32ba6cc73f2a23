/** The tutorial from its first step to its last, as a new user runs it: the built binary, one command after the other. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentOf, newMachine, post, type Machine } from '../_helpers/cli.js';

const STEP_IDS = [
  'role',
  'function',
  'table',
  'api',
  'resource',
  'method',
  'permission',
  'deployment',
  'key',
  'usage-plan',
  'redeploy',
];

let machine: Machine;
beforeAll(async () => void (machine = await newMachine()));
afterAll(() => machine.leave());

/** The step lines on a stream: their ids with what happened. */
function stepsIn(text: string): [string, string][] {
  const line = /^ ?(\d+) {2}(\S+) +.*? {2,}(\S.*?) +\d+\.\d s/;
  return text.split('\n').flatMap((each): [string, string][] => {
    const [, , id = '', outcome = ''] = line.exec(each) ?? [];
    return id === '' ? [] : [[id, outcome]];
  });
}

const each = (outcome: string): [string, string][] => STEP_IDS.map((id) => [id, outcome]);

describe('the tutorial’s walk', () => {
  let invokeUrl = '';
  let apiKey = '';

  test('up builds the lab, step by step, and says where it is and what to type next', async () => {
    const { code, stdout, stderr } = await machine.run('up');

    expect(stepsIn(stderr)).toEqual([...each('created').slice(0, 10), ['redeploy', 'unchanged']]);
    expect(stderr).toMatch(
      /^lab-setup up: local AWS at http:\/\/127\.0\.0\.1:\d+, account 000000000000, region us-east-1\n/,
    );
    expect(stdout).toMatch(
      /Invoke URL {2}http:\/\/127\.0\.0\.1:\d+\/restapis\/[a-z0-9]{10}\/Prod\/_user_request_\/dynamodbmanager\n/,
    );
    expect(stdout).toContain('lab-setup invoke create');
    expect(code).toBe(0);
  });

  test('test-echo prints what it sent', async () => {
    const { code, stdout } = await machine.run('test-echo');

    expect([code, stdout]).toEqual([0, '{"somekey1":"somevalue1","somekey2":"somevalue2"}\n']);
  });

  test('invoke create puts the tutorial’s item', async () => {
    const { code, stderr } = await machine.run('invoke create');

    expect(code).toBe(0);
    expect(stderr).toContain('"payload":{"Item":{"id":"1234ABCD","number":5}}');
    expect(stderr).toContain('HTTP 200');
  });

  test('items shows it, read directly from the table', async () => {
    const { code, stdout } = await machine.run('items');

    expect([code, JSON.parse(stdout)]).toEqual([0, { id: '1234ABCD', number: 5 }]);
  });

  test.each([
    ['invoke list', { Count: 1, Items: [{ id: '1234ABCD', number: 5 }], ScannedCount: 1 }],
    ['invoke read --id 1234ABCD', { Item: { id: '1234ABCD', number: 5 } }],
    ['invoke update --id 1234ABCD --set number=6', { Attributes: { id: '1234ABCD', number: 6 } }],
    ['invoke delete --id 1234ABCD', {}],
    [`invoke echo --payload '{"a":1}'`, { a: 1 }],
    ['invoke echo --payload null', null],
    ['invoke ping', 'pong'],
  ])('%s answers HTTP 200 with %j', async (command, body) => {
    const { code, stdout, stderr } = await machine.run(command);

    expect([code, JSON.parse(stdout), stderr.includes('HTTP 200')]).toEqual([0, body, true]);
  });

  test('status finds every step in order, and shows the key when asked for it', async () => {
    const run = await machine.run('status --show-key --json');

    const document = documentOf(run);
    expect([run.code, document.ok]).toEqual([0, true]);
    expect(document).toMatchObject({ steps: STEP_IDS.map((id) => ({ id, outcome: 'in-order' })) });
    invokeUrl = String(document['invokeUrl']);
    apiKey = String(document['apiKey']);
  });

  test.each([
    [
      '{ "operation": "create", "tableName": "lambda-apigateway", "payload": { "Item": { "id": "1", "name": "Bob" } } }',
      {},
    ],
    [
      '{ "operation": "read", "tableName": "lambda-apigateway", "payload": { "Key": { "id": "1" } } }',
      { Item: { id: '1', name: 'Bob' } },
    ],
  ])('the tutorial’s %s can be posted with the key, and not without', async (sample, answer) => {
    const withKey = await post(invokeUrl, sample, { 'x-api-key': apiKey });
    const without = await post(invokeUrl, sample);

    expect([withKey.status, JSON.parse(withKey.body)]).toEqual([200, answer]);
    expect(without).toEqual({ status: 403, body: '{"message":"Forbidden"}' });
  });

  test('up again leaves every step unchanged', async () => {
    const { code, stderr } = await machine.run('up');

    expect([code, stepsIn(stderr)]).toEqual([0, each('unchanged')]);
  });

  test('the lab survives a restart of the local AWS, URL and key included', async () => {
    await machine.run('local stop');
    await machine.run('local start');

    const answer = await post(invokeUrl, '{"operation":"ping"}', { 'x-api-key': apiKey });

    expect(answer).toEqual({ status: 200, body: '"pong"' });
  });

  test('down removes everything, and prints the receipt', async () => {
    const { code, stdout } = await machine.run('down');

    expect([code, stepsIn(stdout)]).toEqual([0, [...each('removed'), ['teardown', 'removed']]]);
    expect(stdout).toContain('Everything is gone; it was read again to be sure.');
  });

  test('status afterwards finds everything missing, and exits 3', async () => {
    const { code, stdout } = await machine.run('status');

    expect([code, stepsIn(stdout)]).toEqual([3, each('missing')]);
  });
});
