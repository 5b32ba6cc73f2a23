import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import * as errors from '../../src/aws/errors.js';
import { translate } from '../../src/aws/translate.js';
import { LabError } from '../../src/lab-error.js';

/** An error as the SDK throws it. */
function awsError(name: string, message = '', httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

const named = (name: string, error: Error): Error => Object.assign(error, { name });

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
    ['isThrottle', awsError('SomethingNew', '', 429), true],
    ['isThrottle', awsError('LimitExceededException', 'Maximum number of Rest APIs', 429), false],
    [
      'isThrottle',
      awsError(
        'LimitExceededException',
        'Subscriber limit exceeded: Only 10 tables can be created, updated, or deleted simultaneously',
      ),
      true,
    ],
    ['isStageNotFound', awsError('NotFoundException', 'API Stage not found: a1b2c3d4e5:Prod', 404), true],
    ['isStageNotFound', awsError('NotFoundException', 'Invalid Usage Plan ID specified', 404), false],
    ['isLost', awsError('ServiceUnavailableException', '', 503), true],
    ['isLost', named('TimeoutError', new Error('exceeded the configured 60000 ms requestTimeout')), true],
    ['isTimeout', named('TimeoutError', new Error('the request socket timed out')), true],
    // The SDK names these so, too.
    ['isTimeout', Object.assign(named('TimeoutError', new Error('reset')), { code: 'ECONNRESET' }), false],
    ['isLost', Object.assign(new Error('reset'), { code: 'ECONNRESET' }), true],
    ['isLost', awsError('BadRequestException'), false],
  ] as const)('%s(%s) is %s', (idiom, error, expected) => {
    expect(errors[idiom](error)).toBe(expected);
  });
});

describe('an error in the reader’s words', () => {
  const here = { call: 'iam:CreateRole', server: undefined };

  test('names the local AWS where it has gone, and the flag where a server was given', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const there = { ...here, server: 'http://127.0.0.1:1' };

    expect(translate(error, { ...there, isLocal: true }).hint).toContain('`lab-setup local start`');
    expect(translate(error, there).hint).toContain('--endpoint-url');
  });

  test.each([
    ['credentials', awsError('ExpiredToken', 'The security token included in the request is expired', 403)],
    ['denied', awsError('AccessDenied', 'User: x is not authorized to perform: iam:CreateRole', 403)],
    ['quota', awsError('LimitExceededException', 'Cannot exceed quota for RolesPerAccount: 1000', 409)],
    ['unreachable', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['failed', awsError('MalformedPolicyDocumentException')],
  ])('is %s', (code, error) => {
    expect(translate(error, here)).toMatchObject({ code, call: 'iam:CreateRole' });
  });

  test.each([
    [
      'the permission that AWS names, on its resource',
      'User: x is not authorized to perform: apigateway:POST on resource: arn:aws:apigateway:us-east-1::/restapis',
      'Ask for the permission apigateway:POST on arn:aws:apigateway:us-east-1::/restapis, ',
    ],
    [
      'the resource without the reason',
      'x is not authorized to perform: iam:GetRole on resource: role r because no identity-based policy allows the iam:GetRole action',
      'Ask for the permission iam:GetRole on role r, ',
    ],
    [
      'an exception where a policy denies it',
      'x is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::1:role/r with an explicit deny in a service control policy',
      'Ask for an exception for iam:CreateRole on arn:aws:iam::1:role/r from the explicit deny in a service control policy, ',
    ],
    [
      'the permission without the end of the sentence',
      'x is not authorized to perform: iam:PassRole.',
      'iam:PassRole, ',
    ],
    [
      'the call, where AWS names none',
      'Access denied',
      'Ask for the permission for apigateway:CreateRestApi, ',
    ],
  ])('of a denied call hints at %s', (_what, message, expected) => {
    const error = awsError('AccessDeniedException', message, 403);

    expect(translate(error, { ...here, call: 'apigateway:CreateRestApi' }).hint).toContain(expected);
  });

  test.each([
    [
      'CredentialsProviderError',
      'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.',
      'Sign in again with `aws sso login --profile work`.',
    ],
    [
      'TokenProviderError',
      "Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
      'Sign in again with `aws sso login --profile work`.',
    ],
    [
      'CredentialsProviderError',
      'Failed to load token from /home/ana/.aws/login/cache/0a1b.json: Error: ENOENT: no such file or directory',
      'Sign in with `aws login --profile work`.',
    ],
    [
      'CredentialsProviderError',
      'Failed to load a token for session arn:aws:iam::1:user/ana, please re-authenticate using aws login',
      'Sign in with `aws login --profile work`.',
    ],
    [
      'CredentialsProviderError',
      'Profile work requires multi-factor authentication, but no MFA code callback was provided.',
      '`eval "$(aws configure export-credentials --profile work --format env)"`',
    ],
    // Of a lab whose record is of AWS, AWS is meant without --target too.
    [
      'CredentialsProviderError',
      'Could not load credentials from any providers',
      'or say --target local to use the local AWS.',
    ],
    ['ExpiredToken', 'The security token included in the request is expired', 'They have expired: sign in'],
    [
      'ExpiredTokenException',
      'The security token included in the request is expired',
      'They have expired: sign in',
    ],
    [
      'InvalidClientTokenId',
      'The security token included in the request is invalid',
      'AWS does not know this access key, or the account has not enabled the region',
    ],
    ['SignatureDoesNotMatch', 'The request signature we calculated does not match', 'The secret access key'],
    ['CredentialsProviderError', 'Could not load credentials from any providers', 'Set some up with'],
  ])('of credentials says what helps: %s, %s', (name, message, hint) => {
    const error = translate(awsError(name, message, 403), { ...here, profile: 'work' });

    expect(error).toMatchObject({ code: 'credentials', hint: expect.stringContaining(hint) });
  });

  test('tells of a credential_process what it said, and nothing of what it was given', () => {
    const failed = awsError('CredentialsProviderError', 'Command failed: helper --pin 1234\nwrong PIN\n', 0);

    const told = translate(failed, { ...here, profile: 'work' });

    expect(told).toMatchObject({
      code: 'credentials',
      message: `There are no credentials for ${here.call}: the credential_process of the profile failed: wrong PIN`,
    });
    // Its stack and that of its cause, which --verbose prints, included.
    expect(inspect(told)).not.toContain('1234');
  });

  test('writes a profile as a shell must be given it', () => {
    const expired = awsError('ExpiredToken', 'The security token included in the request is expired', 403);

    expect(translate(expired, { ...here, profile: "ana's own" }).hint).toContain(
      "`aws sso login --profile 'ana'\\''s own'`",
    );
  });

  test.each([
    ['CredentialsProviderError', 'There are no credentials for iam:CreateRole: Why.'],
    ['ExpiredToken', 'AWS did not accept the credentials at iam:CreateRole: Why.'],
  ])('tells apart who has none from whose are refused: %s', (name, message) => {
    expect(translate(awsError(name, 'Why.', 403), here).message).toBe(message);
  });

  test.each([
    ['lambda:Invoke', 'TooManyRequestsException', 'The concurrency of the function is used up: Why.'],
    ['lambda:CreateFunction', 'TooManyRequestsException', 'A limit of the account stopped'],
    ['lambda:Invoke', 'ServiceException', 'lambda:Invoke failed: Why.'],
  ])('of %s says what %s means there', (call, name, message) => {
    expect(translate(awsError(name, 'Why.'), { ...here, call }).message).toContain(message);
  });

  test('of a denied invocation names the permission as IAM does', () => {
    const { hint } = translate(awsError('AccessDeniedException'), { ...here, call: 'lambda:Invoke' });

    expect(hint).toContain('the permission for lambda:InvokeFunction');
  });

  test('of a token that is not there names the settings that say where it is, also that of a container', () => {
    const error = Object.assign(new Error("ENOENT: no such file, open '/token'"), { syscall: 'open' });

    expect(translate(error, here)).toMatchObject({
      code: 'credentials',
      hint: expect.stringMatching(/AWS_WEB_IDENTITY_TOKEN_FILE.*AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE/),
    });
  });

  test.each(['SignatureDoesNotMatch', 'InvalidSignatureException'])(
    'blames the region where %s does, not the secret or the clock',
    (name) => {
      const message = "Credential should be scoped to a valid region, not 'us-esat-1'. ";

      expect(translate(awsError(name, message, 403), here)).toMatchObject({
        code: 'failed',
        hint: expect.stringContaining('Check --region'),
      });
    },
  );

  test('names the server that did not answer', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

    expect(
      translate(refused, { call: 'sts:GetCallerIdentity', server: 'http://127.0.0.1:1' }).hint,
    ).toContain('http://127.0.0.1:1');
  });
});

describe('an error that is placed', () => {
  test('keeps what it knows', () => {
    const placed = new LabError('timed-out', 'Gave up.', { hint: 'Again.' })
      .at('iam:CreateRole')
      .inStep('role');

    expect(placed).toMatchObject({ code: 'timed-out', hint: 'Again.', call: 'iam:CreateRole', step: 'role' });
  });

  test('stays where it was placed first', () => {
    const error = new LabError('failed', 'x', { call: 'iam:GetRole', step: 'role' });

    expect(error.at('iam:CreateRole').inStep('function')).toMatchObject({
      call: 'iam:GetRole',
      step: 'role',
    });
  });
});
