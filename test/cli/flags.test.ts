import { describe, expect, test } from '@jest/globals';
import { checkFlags } from '../../src/cli/flags.js';
import { LabError } from '../../src/lab-error.js';

function faultsOf(flags: Parameters<typeof checkFlags>[0]): string[] {
  try {
    checkFlags(flags);
  } catch (error) {
    if (error instanceof LabError && error.code === 'usage') return error.message.split('\n');
    throw error;
  }
  return [];
}

const hinting = (hint: string): unknown => expect.objectContaining({ hint });

describe('flags', () => {
  test('that were not given stay undefined, for the record and the environment to fill in', () => {
    expect(checkFlags({})).toMatchObject({ lab: 'default', target: undefined, region: undefined });
  });

  test.each([
    [{ region: 'here' }, '--region here: not a region, such as us-east-1'],
    [{ lab: 'Ana!' }, '--lab Ana!: use 1 to 30 of a-z, 0-9 and hyphens, no hyphen at either end'],
    [
      { roleArn: 'mine' },
      '--role-arn mine: not the ARN of a role, such as arn:aws:iam::123456789012:role/NAME',
    ],
    [{ endpointUrl: 'ftp://x' }, '--endpoint-url ftp://x: not a URL, such as http://127.0.0.1:5000'],
  ])('%j is refused', (flags, fault) => {
    expect(faultsOf(flags)).toEqual([fault]);
  });

  test('are told of by the help that knows them', () => {
    expect(() => checkFlags({ region: 'here' })).toThrow(hinting('See what there is: `lab-setup --help`'));
    expect(() => checkFlags({ roleArn: 'mine' })).toThrow(
      hinting('See what there is: `lab-setup up --help`'),
    );
  });

  test('name one server by one endpoint, with a slash behind it or without', () => {
    const endpointUrl = 'http://127.0.0.1:5000/';

    expect(checkFlags({ target: 'aws', endpointUrl }).endpoint).toBe('http://127.0.0.1:5000');
  });

  test('are all looked at before they are refused', () => {
    expect(faultsOf({ lab: 'Ana!', region: 'here', roleArn: 'mine' })).toHaveLength(3);
  });

  test.each(['us-east-1', 'us-gov-west-1', 'ap-southeast-2', 'cn-north-1', 'me-central-1', 'eusc-de-east-1'])(
    '%s is a region',
    (region) => {
      expect(faultsOf({ region })).toEqual([]);
    },
  );
});
