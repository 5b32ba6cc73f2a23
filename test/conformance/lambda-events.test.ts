import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import fc from 'fast-check';
import { jsonFault } from '../../src/local/services/lambda/json-fault.js';
import { claim } from '../_helpers/conformance.js';
import { startTestLambda, type TestLambda } from '../_helpers/lambda.js';
import { plainFunction } from '../_helpers/lambda-shapes.js';

let aws: TestLambda;
beforeAll(async () => {
  aws = await startTestLambda();
  await aws.client.send(new CreateFunctionCommand(plainFunction('there')));
});
afterAll(() => aws.stop());

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const RECORDED = 'recorded: test_lambda_invoke_payload_encoding_error';
const JACKSON = 'the source of Jackson 2.17, whose texts the others here are';
const SOURCE = 'Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)';

const refused = (
  event: string | Buffer,
  evidence: string,
  [fault, line, column]: [string, number, number],
) => ({
  what: JSON.stringify(event.toString()),
  evidence,
  call: () =>
    aws.client.send(
      new InvokeCommand({ FunctionName: 'there', InvocationType: 'DryRun', Payload: Buffer.from(event) }),
    ),
  error: {
    name: 'InvalidRequestContentException',
    status: 400,
    message: `Could not parse request body into json: Could not parse payload into json: ${fault}\n at [${SOURCE}; line: ${line}, column: ${column}]`,
  },
});

describe('an event that is not JSON', () => {
  claim([
    refused(Buffer.from([0x99, 0xeb]), RECORDED, [
      `Unexpected character ((CTRL-CHAR, code 153)): expected a valid value ${VALUES}`,
      1,
      1,
    ]),
    refused(Buffer.from('6e87729e', 'hex'), RECORDED, ['Invalid UTF-8 start byte 0x87', 1, 3]),
    refused('test data', 'reported: alexcasalboni/aws-lambda-power-tuning#148', [
      `Unrecognized token 'test': was expecting ${VALUES}`,
      1,
      6,
    ]),
    refused("'test'", 'localstack’s note of AWS’s answer', [
      `Unexpected character (''' (code 39)): expected a valid value ${VALUES}`,
      1,
      1,
    ]),
    refused('{\n"a": "b"\n"c": 1}', 'reported: podaac/hydrocron#64', [
      `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`,
      3,
      1,
    ]),
    refused('{"a": 1,\n}', 'reported: aws-quickstart/quickstart-git2s3#11', [
      "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
      2,
      1,
    ]),
    refused('0D', 'reported: ballerina-platform/module-ballerina-c2c#15', [
      "Unexpected character ('D' (code 68)): Expected space separating root-level values",
      1,
      2,
    ]),
    refused('------WebKitFormBoundary', 'reported: an upload of a form', [
      "Unexpected character ('-' (code 45)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
      1,
      2,
    ]),
    refused('{"a" 1}', JACKSON, [
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
      1,
      6,
    ]),
    refused('{"a":', JACKSON, ['Unexpected end-of-input within/between Object entries', 1, 6]),
    refused('[1', JACKSON, [
      `Unexpected end-of-input: expected close marker for Array (start marker at [${SOURCE}; line: 1, column: 1])`,
      1,
      3,
    ]),
    refused('"a', JACKSON, ['Unexpected end-of-input in VALUE_STRING', 1, 3]),
    refused('"a\nb"', JACKSON, [
      'Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value',
      1,
      3,
    ]),
    refused(String.raw`"\x"`, JACKSON, ["Unrecognized character escape 'x' (code 120)", 1, 3]),
    refused('01', JACKSON, ['Invalid numeric value: Leading zeroes not allowed', 1, 3]),
    refused('[1}', JACKSON, [
      `Unexpected close marker '}': expected ']' (for Array starting at [${SOURCE}; line: 1, column: 1])`,
      1,
      4,
    ]),
  ]);
});

/** JSON, and what is nearly JSON. */
const nearlyJson = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom('', ',', '}', ']', '"', ':', '-', '.', 'e', '\\', 'x', '\n', '\v', '0'),
  )
  .map(([json, place, piece]) => {
    const at = place % (json.length + 1);
    return json.slice(0, at) + piece + json.slice(at + (place % 2));
  });

test('is all that is refused', () => {
  fc.assert(
    fc.property(nearlyJson, (text) => {
      const isJson = ((): boolean => {
        try {
          JSON.parse(text);
          return true;
        } catch {
          return false;
        }
      })();
      expect(jsonFault(Buffer.from(text)) === undefined).toBe(isJson);
    }),
    { numRuns: 5000, seed: 64 },
  );
});
