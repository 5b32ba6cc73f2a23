import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { awsLine, shellQuote } from '../../src/cli/render/aws-line.js';

/** The words that bash makes of a line. */
async function wordsOf(line: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('bash', ['-c', `printf '%s\\0' ${line}`], {
    env: { API_ID: 'a1b2c3', KEY_ID: 'k9', PATH: process.env['PATH'] ?? '' },
  });
  return stdout.split('\0').slice(0, -1);
}

describe('a quoted text', () => {
  test('reaches the program as it is, whatever is in it', async () => {
    const texts = fc.sample(
      fc.string({ unit: fc.constantFrom(...Array.from(`ab $"'\\!\`(){}|&;<>*?~#\n=-API_ID`)) }),
      300,
    );
    const usual = texts.filter((text) => !/\$(API_ID|KEY_ID)/.test(text));

    expect(await wordsOf(usual.map(shellQuote).join(' '))).toEqual(usual);
  });

  test('has its variables filled in, wherever they stand', async () => {
    const texts = [
      '$API_ID',
      'of $API_ID and $KEY_ID',
      '{"id":"$API_ID","price":"$5"}',
      '`$KEY_ID`',
      "it's $API_ID",
    ];

    expect(await wordsOf(texts.map(shellQuote).join(' '))).toEqual([
      'a1b2c3',
      'of a1b2c3 and k9',
      '{"id":"a1b2c3","price":"$5"}',
      '`k9`',
      "it's a1b2c3",
    ]);
  });
});

describe('a call as a line of the aws CLI', () => {
  test('names operation and members as the aws CLI does', () => {
    const input = { restApiId: '$API_ID', apiKeyRequired: true, enabled: false, limit: 3, tags: { a: 'b' } };

    expect(awsLine({ service: 'apigateway', operation: 'PutMethod', input })).toBe(
      [
        'aws apigateway put-method',
        '--rest-api-id "$API_ID"',
        '--api-key-required',
        '--no-enabled',
        '--limit 3',
        `--tags '{"a":"b"}'`,
      ].join(' \\\n  '),
    );
  });

  test('keeps what is captured in its variable', () => {
    expect(
      awsLine({
        service: 'iam',
        operation: 'GetRole',
        input: { RoleName: 'r' },
        capture: { variable: 'ROLE_ARN', query: 'Role.Arn' },
      }),
    ).toBe('ROLE_ARN=$(aws iam get-role --role-name r --query Role.Arn --output text)');
  });

  test('waits by the waiters of the aws CLI', () => {
    expect(
      awsLine({ service: 'iam', operation: 'GetRole', input: { RoleName: 'r' }, until: 'role-exists' }),
    ).toBe('aws iam wait role-exists --role-name r');
  });

  test('has code from a file', () => {
    expect(
      awsLine({
        service: 'lambda',
        operation: 'CreateFunction',
        input: { FunctionName: 'f', Code: { ZipFile: 'function.zip' } },
      }),
    ).toBe('aws lambda create-function --function-name f --zip-file fileb://function.zip');
  });
});
