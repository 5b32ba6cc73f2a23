import { describe, expect, test } from '@jest/globals';
import * as errors from '../../src/aws/errors.js';
import { translate } from '../../src/aws/translate.js';

/** An error as the SDK throws it. */
function awsError(name: string, message = '', httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

const CONCURRENT = 'Unable to complete operation due to concurrent modification. Please try again later.';

describe('AWS errors are told apart', () => {
  test.each([
    ['isGone', awsError('NoSuchEntityException'), true],
    ['isGone', awsError('NotFoundException'), true],
    ['isGone', awsError('AccessDeniedException'), false],
    ['isTaken', awsError('EntityAlreadyExistsException'), true],
    ['isTaken', awsError('ConflictException', 'Stage already exists'), true],
    ['isTaken', awsError('ConflictException', CONCURRENT), false],
    ['isTaken', awsError('ResourceConflictException', 'Function already exist: f'), true],
    [
      'isTaken',
      awsError('ResourceConflictException', 'The operation cannot be performed at this time.'),
      false,
    ],
    ['isConcurrentModification', awsError('ConflictException', CONCURRENT), true],
    ['isConcurrentModification', awsError('ConflictException', 'Stage already exists'), false],
    [
      'isFunctionBusy',
      awsError('ResourceConflictException', 'The operation cannot be performed at this time.'),
      true,
    ],
    [
      'isRoleNotAssumable',
      awsError(
        'InvalidParameterValueException',
        'The role defined for the function cannot be assumed by Lambda.',
      ),
      true,
    ],
    ['isThrottle', awsError('TooManyRequestsException', '', 429), true],
    ['isLost', awsError('ServiceUnavailableException', '', 503), true],
    ['isLost', Object.assign(new Error('reset'), { code: 'ECONNRESET' }), true],
    ['isLost', awsError('BadRequestException'), false],
  ] as const)('%s(%s) is %s', (idiom, error, expected) => {
    expect(errors[idiom](error)).toBe(expected);
  });
});

describe('an error in the reader’s words', () => {
  const here = { call: 'iam:CreateRole', server: undefined };

  test.each([
    ['credentials', awsError('ExpiredToken', 'The security token included in the request is expired', 403)],
    ['denied', awsError('AccessDenied', 'User: x is not authorized to perform: iam:CreateRole', 403)],
    ['quota', awsError('LimitExceededException', 'Cannot exceed quota for RolesPerAccount: 1000', 409)],
    ['unreachable', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['failed', awsError('MalformedPolicyDocumentException')],
  ])('is %s', (code, error) => {
    expect(translate(error, here)).toMatchObject({ code, call: 'iam:CreateRole' });
  });

  test('names the server that did not answer', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

    expect(
      translate(refused, { call: 'sts:GetCallerIdentity', server: 'http://127.0.0.1:1' }).hint,
    ).toContain('http://127.0.0.1:1');
  });
});
