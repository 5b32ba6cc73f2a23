/** `down` in a real account: it asks first, and says what it did with each thing. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateApiKeyCommand, DeleteApiKeyCommand, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { BatchWriteItemCommand, TagResourceCommand } from '@aws-sdk/client-dynamodb';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import { down } from '../../src/cli/commands/down.js';
import type { Context } from '../../src/cli/context.js';
import { readRecord, writeRecord } from '../../src/cli/home.js';
import { arnsOf } from '../../src/tutorial/lab.js';
import { rolePolicy, TRUST_POLICY } from '../../src/tutorial/policies.js';
import { createApiKey } from '../../src/tutorial/requests.js';
import { AwsError } from '../../src/local/errors.js';
import { ending, faulty } from '../_helpers/faults.js';
import { runAwsLine } from '../_helpers/aws-program.js';
import { sitAt } from '../_helpers/command.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
const faults = faulty();
beforeAll(async () => void (aws = await startTestAws({ faults: faults.plan })));
afterEach(() => aws.release());
afterAll(() => aws.stop());

const ASK = { yes: false, includeAdopted: false };

async function upLab(name: string): Promise<TestLab> {
  const lab = await openLab(aws, name);
  await lab.up();
  return lab;
}

async function putItems({ aws: { dynamodb }, lab }: TestLab, count: number, bytes: number): Promise<void> {
  const blob = { S: 'x'.repeat(bytes) };
  const requests = Array.from({ length: count }, (_, nth) => ({
    PutRequest: { Item: { id: { S: `item-${nth}` }, blob } },
  }));
  await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [lab.table.name]: requests } }));
}

/** A managed policy of the customer's own on the lab's role. */
async function attachPolicy({ aws: { iam }, lab, env }: TestLab, PolicyName: string): Promise<string> {
  const PolicyDocument = JSON.stringify(rolePolicy('least', lab, env.place));
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: lab.role.name, PolicyArn: Policy?.Arn }));
  return Policy?.Arn ?? '';
}

describe('down in a real account', () => {
  test('asks first, and shows account, region, each thing and how many items there are', async () => {
    const lab = await upLab('asked');
    await putItems(lab, 3, 10);
    const { context, said } = sitAt(aws, lab, { types: 'n\n' });

    const { exitCode } = await down(context, ASK);

    const words = said();
    expect(words).toContain('This deletes the lab asked in account 000000000000, region us-east-1:');
    for (const name of ['lambda-apigateway-role-asked', 'LambdaFunctionOverHttps-asked', 'Lambda-key-asked'])
      expect(words).toContain(name);
    expect(words).toContain('The table lambda-apigateway-asked holds 3 items.');
    expect(words).toContain('Delete all of it? [y/N]');
    expect(words).toContain('Nothing was deleted.');
    expect(exitCode).toBe(1);
    expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
  });

  test('asks for what it deletes alone, and says what it keeps: an adopted table, and a role that was given', async () => {
    const { iam } = (await openLab(aws, 'giver')).aws;
    const AssumeRolePolicyDocument = JSON.stringify(TRUST_POLICY);
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'given-role', AssumeRolePolicyDocument }),
    );
    const lab = await openLab(aws, 'partly', { roleArn: Role?.Arn });
    await lab.up();
    const Tags = [{ Key: 'lab-setup:adopted', Value: 'true' }];
    const ResourceArn = arnsOf(lab.lab, lab.env.place).table;
    await lab.aws.dynamodb.send(new TagResourceCommand({ ResourceArn, Tags }));
    const { context, said } = sitAt(aws, lab, { types: 'y\n' });

    await down(context, ASK);

    const [, asked = ''] = /(This keeps[^]*)Delete the rest\? /.exec(said()) ?? [];
    const [kept, deleted] = asked.split(
      'This deletes the rest of it in account 000000000000, region us-east-1:',
    );
    expect(kept).toMatch(/ 1 {2}role .*given role[^]* 3 {2}table .*--include-adopted removes it too/);
    expect(deleted).toMatch(/ 2 {2}function/);
    expect(deleted).not.toMatch(/role|holds|table/);
    expect(outcomes(await lab.status())).toMatchObject({ table: 'in-order', api: 'missing' });
  });

  test('names the lab that stands in another region, where this one has nothing to remove', async () => {
    const { context, said } = sitAt(aws, await openLab(aws, 'abroad'));
    const here = { ...context, record: { ...context.here, region: 'eu-west-1' } };

    await down({ ...here, located: Promise.resolve(here) }, ASK);

    expect(said()).toContain('There was nothing to remove.');
    expect(said()).toContain(
      'The lab abroad on AWS, account 000000000000, region eu-west-1 was not touched; `lab-setup down --target aws --lab abroad` takes that one down.',
    );
    expect(said()).not.toContain('From now on');
  });

  test('does not count for ever: a page tells that there are more', async () => {
    const lab = await upLab('heavy');
    // A page of a Scan ends at one megabyte.
    await putItems(lab, 4, 380_000);
    const { context, said } = sitAt(aws, lab, { types: 'n\n' });
    const before = lab.calls.length;

    await down(context, ASK);

    expect(said()).toMatch(/The table lambda-apigateway-heavy holds more than [123] items\./);
    expect(lab.calls.slice(before).filter((call) => call === 'dynamodb:Scan')).toHaveLength(1);
  });

  test.each(['y\n', 'YES\n'])('deletes at %j, and says of each thing that it is gone', async (types) => {
    const lab = await upLab('agreed');
    const { context, said } = sitAt(aws, lab, { types });

    const { exitCode } = await down(context, ASK);

    expect(said().match(/removed/g)).toHaveLength(12);
    expect(said()).toContain('Everything is gone; it was read again to be sure.');
    expect(exitCode).toBe(0);
  });

  test('deletes nothing when the terminal goes away at the question', async () => {
    const lab = await upLab('hung-up');
    const { context, said } = sitAt(aws, lab);

    await expect(down(context, ASK)).rejects.toMatchObject({
      code: 'interrupted',
      message: 'Interrupted: nothing was deleted.',
    });
    expect(said()).toMatch(/\[y\/N\] \n$/);
    expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
  });

  test('asks nothing where there is nothing of the lab’s', async () => {
    const { context, said } = sitAt(aws, await openLab(aws, 'nobody'));

    const { exitCode } = await down(context, ASK);

    expect([exitCode, said().includes('There was nothing to remove.')]).toEqual([0, true]);
  });
});

describe('a down that does not come to its end', () => {
  const YES = { ...ASK, yes: true };

  /** Somebody at the lab, of which a record says that it is here. */
  async function atRecorded(lab: TestLab): Promise<Context> {
    const { context } = sitAt(aws, lab);
    await writeRecord(context.edge.home, lab.lab.name, context.here);
    const recorded = { ...context, record: context.here };
    return { ...recorded, located: Promise.resolve(recorded) };
  }
  const remembered = ({ edge, lab }: Context) => readRecord(edge.home, lab.name);

  test('ends with what stopped it, remembers the lab, and forgets it once a later one has removed the rest', async () => {
    const context = await atRecorded(await upLab('stopped'));
    const denied = new AwsError({ code: 'AccessDeniedException', status: 403, message: 'not for you' });
    faults.set('lambda:DeleteFunction', { before: ending(denied) });

    const first = await down(context, YES);
    faults.clear();
    const before = await remembered(context);
    const second = await down(context, YES);

    expect(first).toMatchObject({ exitCode: 5, error: { code: 'denied', step: 'function' } });
    expect(second.exitCode).toBe(0);
    expect([before, await remembered(context)]).toEqual([context.here, undefined]);
  });

  test('does not forget the lab of this name that stands elsewhere', async () => {
    const context = await atRecorded(await openLab(aws, 'two-places'));
    const record = { ...context.here, region: 'eu-west-1' };
    const abroad = { ...context, record };

    await down({ ...abroad, located: Promise.resolve(abroad) }, YES);

    expect(await remembered(context)).toEqual(context.here);
  });

  test('interrupted, says what still stands', async () => {
    const ctrlC = new AbortController();
    await upLab('cut-off');
    const lab = await openLab(aws, 'cut-off', {}, { signal: ctrlC.signal });
    const interrupt = () => {
      ctrlC.abort();
      return undefined;
    };
    faults.set('lambda:DeleteFunction', { before: interrupt });

    const { exitCode, error } = await down(await atRecorded(lab), YES);
    faults.clear();

    expect(exitCode).toBe(130);
    expect(error?.message).toMatch(/^Interrupted\. What still stands: role, api, .*perhaps gone: function/);
  });

  test('beside a run that makes something anew is not in order', async () => {
    const lab = await upLab('raced');
    const { apiGateway } = lab.aws;
    const { items = [] } = await apiGateway.send(new GetApiKeysCommand({ nameQuery: lab.lab.key.name }));
    await apiGateway.send(new DeleteApiKeyCommand({ apiKey: items[0]?.id }));
    const makeKey = async () => {
      await apiGateway.send(new CreateApiKeyCommand(createApiKey(lab.lab)));
      return undefined;
    };
    faults.set('dynamodb:DeleteTable', { before: makeKey });

    const { exitCode, error } = await down(await atRecorded(lab), YES);
    faults.clear();

    expect({ exitCode, error }).toMatchObject({ exitCode: 3, error: { code: 'not-in-order' } });
  });
});

describe('the receipt', () => {
  test('says why something is kept: made by hand, not made by lab-setup', async () => {
    const lab = await openLab(aws, 'kept');
    await lab.aws.logs.send(new CreateLogGroupCommand({ logGroupName: lab.lab.function.logGroup }));
    await lab.up();
    await lab.aws.iam.send(new UntagRoleCommand({ RoleName: lab.lab.role.name, TagKeys: ['lab-setup:lab'] }));
    const { context, said } = sitAt(aws, lab, { types: 'y\n' });

    const { exitCode } = await down(context, ASK);

    expect(said()).toMatch(/ 1 {2}role .* kept .*\(made by hand\)/);
    expect(said()).toMatch(/12 {2}teardown +log group .* kept .*\(not made by lab-setup\)/);
    expect(said()).toContain('Everything else is gone; 2 kept, as said above.');
    // Nothing remembers the place any more.
    const flags = '--target aws --region us-east-1 --lab kept';
    expect(said()).toContain(`To remove what is kept: \`lab-setup steps 12 ${flags}\``);
    expect(said()).toContain(`\`lab-setup status ${flags}\` then lists what is left`);
    expect(exitCode).toBe(0);
  });

  test('says which policies were taken off a role and are still there', async () => {
    const lab = await upLab('attached');
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    await lab.aws.iam.send(new AttachRolePolicyCommand({ RoleName: lab.lab.role.name, PolicyArn }));
    const { context, said } = sitAt(aws, lab, { types: 'y\n' });

    await down(context, ASK);

    expect(said()).toContain(`detached, not deleted: ${PolicyArn}`);
  });

  test('keeps a managed policy by hand, says so with the line that removes it, and claims no more', async () => {
    const lab = await upLab('managed');
    const PolicyArn = await attachPolicy(lab, 'of-their-own');
    const { context, said } = sitAt(aws, lab, { types: 'y\n' });

    await down(context, ASK);
    const [line = ''] = /aws iam delete-policy .*/.exec(said()) ?? [];
    const { Policy } = await lab.aws.iam.send(new GetPolicyCommand({ PolicyArn }));
    await runAwsLine(lab.aws, line.replace(/ --region [\w-]+/, ''));

    expect(said()).not.toContain('Everything is gone');
    expect(said()).toContain('Everything else is gone; 1 kept, as said above.');
    expect(Policy?.AttachmentCount).toBe(0);
    await expect(lab.aws.iam.send(new GetPolicyCommand({ PolicyArn }))).rejects.toThrow('not found');
  });

  test('keeps a policy that another role bears too, although it was adopted with this one', async () => {
    const lab = await upLab('shared');
    const PolicyArn = await attachPolicy(lab, 'for-two');
    await lab.adopt();
    const other = await upLab('sharing');
    await other.aws.iam.send(new AttachRolePolicyCommand({ RoleName: other.lab.role.name, PolicyArn }));
    const { context, said } = sitAt(aws, lab, { types: 'y\n' });

    await down(context, ASK);

    expect(said().replaceAll(/\s+/g, ' ')).toContain(`${PolicyArn}, others bear it too`);
    expect(said()).not.toMatch(/Everything is gone|delete-policy/);
    expect((await lab.aws.iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount).toBe(1);
  });

  test('says of an adopted policy that cannot be deleted that it stays: no later run would find it', async () => {
    const lab = await upLab('undeleted');
    const PolicyArn = await attachPolicy(lab, 'undeletable');
    await lab.adopt();
    const { context, said } = sitAt(aws, lab, { types: 'y\n' });
    const denied = new AwsError({ code: 'AccessDenied', status: 403, message: 'not for you' });
    faults.set('iam:DeletePolicy', { before: ending(denied) });

    const { exitCode } = await down(context, ASK);
    faults.clear();

    expect(said().replaceAll(/\s+/g, ' ')).toContain(`${PolicyArn}, it could not be deleted: not for you`);
    expect(said()).toContain('Everything else is gone; 1 kept, as said above.');
    expect(exitCode).toBe(0);
  });

  test('of a second down says that nothing was there', async () => {
    const lab = await upLab('again');
    await down(sitAt(aws, lab, { types: 'y\n' }).context, ASK);
    const { context, said } = sitAt(aws, lab);

    const { exitCode } = await down(context, ASK);

    expect([exitCode, said().match(/not there/g)?.length]).toEqual([0, 12]);
  });
});
