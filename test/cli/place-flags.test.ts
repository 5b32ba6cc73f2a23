import { describe, expect, test } from '@jest/globals';
import type { LabRecord } from '../../src/cli/home.js';
import { flagsOf, repeatedFlags } from '../../src/cli/place-flags.js';

const URL = 'http://127.0.0.1:5000';
const AWS: LabRecord = {
  schemaVersion: 1,
  target: 'aws',
  account: '111122223333',
  region: 'us-east-1',
  endpoint: URL,
  profile: 'mine',
};
const LOCAL: LabRecord = { schemaVersion: 1, target: 'local', account: '000000000000', region: 'us-east-1' };

describe('typed flags are repeated', () => {
  test.each([
    ['no record says', undefined, { target: 'aws' }, ' --target aws'],
    [
      'the record says elsewhere',
      LOCAL,
      { target: 'aws', region: 'eu-west-1' },
      ' --target aws --region eu-west-1',
    ],
    ['the record says another region', AWS, { region: 'eu-west-1' }, ' --region eu-west-1'],
    ['the record says another server', AWS, { endpointUrl: `${URL}1` }, ` --endpoint-url ${URL}1`],
    ['the record says AWS', AWS, { target: 'local' }, ' --target local'],
    [
      'they say in which region the local AWS begins',
      undefined,
      { region: 'eu-west-1' },
      ' --region eu-west-1',
    ],
    [
      'and quoted where a shell needs it',
      undefined,
      { target: 'aws', profile: `it's mine`, endpointUrl: `${URL}/?a&b` },
      ` --target aws --profile 'it'\\''s mine' --endpoint-url '${URL}/?a&b'`,
    ],
  ] as const)('where %s', (_, known, typed, flags) => {
    expect(repeatedFlags(typed, () => known)).toBe(flags);
  });
});

describe('typed flags are not repeated', () => {
  test.each([
    ['nothing is typed', AWS, {}],
    ['the record says the same', AWS, { target: 'aws', region: 'us-east-1', endpointUrl: `${URL}/` }],
    ['they say less than the record', AWS, { target: 'aws' }],
    ['the record is of another profile of that account', AWS, { target: 'aws', profile: 'other' }],
    ['without a record they say what is meant anyway', undefined, { target: 'local' }],
    ['they name a region of the local AWS, which has one', LOCAL, { region: 'eu-west-1' }],
  ] as const)('where %s', (_, known, typed) => {
    expect(repeatedFlags(typed, () => known)).toBe('');
  });
});

test('a place that no record will say is named whole, and the local AWS not at all', () => {
  expect(flagsOf(AWS)).toBe(` --target aws --region us-east-1 --profile mine --endpoint-url ${URL}`);
  expect(flagsOf(LOCAL)).toBe('');
});
