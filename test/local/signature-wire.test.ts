import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { postSigned } from '../_helpers/post-signed.js';
import { sign, withoutHost } from '../_helpers/sign.js';
import { startTestAws, TEST_CREDENTIALS, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

/** One harmless call of each service. */
const CALLS = {
  iam: { method: 'POST', path: '/', body: 'Action=ListRoles&Version=2010-05-08', target: undefined },
  sts: { method: 'POST', path: '/', body: 'Action=GetCallerIdentity&Version=2011-06-15', target: undefined },
  dynamodb: { method: 'POST', path: '/', body: '{}', target: 'DynamoDB_20120810.ListTables' },
  logs: { method: 'POST', path: '/', body: '{}', target: 'Logs_20140328.DescribeLogGroups' },
  lambda: { method: 'GET', path: '/2015-03-31/functions/', body: '', target: undefined },
  apigateway: { method: 'GET', path: '/restapis', body: '', target: undefined },
} as const;
type ServiceName = keyof typeof CALLS;

const send = async (
  service: ServiceName,
  headers: Record<string, string>,
): Promise<{ status: number; type: string; body: string }> => {
  const { method, path, body } = CALLS[service];
  const response = await fetch(aws.endpoint + path, {
    method,
    headers,
    ...(body === '' ? {} : { body }),
  });
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype') ?? '',
    body: await response.text(),
  };
};

const targetOf = (service: ServiceName): Record<string, string> => {
  const { target } = CALLS[service];
  return target === undefined ? {} : { 'x-amz-target': target };
};

const signed = (
  service: ServiceName,
  changes: Partial<Parameters<typeof sign>[1]> = {},
  body: string = CALLS[service].body,
): Record<string, string> => {
  const { method, path } = CALLS[service];
  const request = { method, path, query: '', body: Buffer.from(body), host: new URL(aws.endpoint).host };
  const headers = targetOf(service);
  const options = { ...TEST_CREDENTIALS, region: aws.region, service, at: Date.now(), headers, ...changes };
  return withoutHost(sign(request, options).headers);
};

const JSON_SERVICES = ['dynamodb', 'logs'] as const;
const REST_SERVICES = ['lambda', 'apigateway'] as const;
const QUERY_SERVICES = ['iam', 'sts'] as const;
const ALL = [...JSON_SERVICES, ...REST_SERVICES, ...QUERY_SERVICES];

test.each(ALL)('%s answers a call that is signed for it', async (service) => {
  expect((await send(service, signed(service))).status).toBe(200);
});

test.each(QUERY_SERVICES)('%s answers a call that is signed for us-east-1', async (service) => {
  expect((await send(service, signed(service, { region: 'us-east-1' }))).status).toBe(200);
});

/** What is wrong, and how each kind of service names it (aws-facts 1.3). */
const FAULTS: readonly [string, (service: ServiceName) => Record<string, string>, string, string][] = [
  ['unsigned', targetOf, 'MissingAuthenticationTokenException', 'MissingAuthenticationToken'],
  [
    'of an unknown key',
    (service) => signed(service, { accessKeyId: 'AKIANOBODY' }),
    'UnrecognizedClientException',
    'InvalidClientTokenId',
  ],
  [
    'signed with a wrong secret',
    (service) => signed(service, { secretAccessKey: 'guessed' }),
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
  ],
  [
    'signed an hour ago',
    (service) => signed(service, { at: Date.now() - 3_600_000 }),
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
  ],
  [
    'signed for another region',
    (service) => signed(service, { region: 'mars-north-1' }),
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
  ],
  [
    'signed for another service',
    (service) => signed(service, { service: 's3' }),
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
  ],
  [
    'signed for another body',
    (service) => signed(service, {}, 'what was signed'),
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
  ],
];

describe.each(FAULTS)('a call %s', (_fault, headers, code, queryCode) => {
  test.each(JSON_SERVICES)('is refused by %s with 400', async (service) => {
    const { status, body } = await send(service, headers(service));

    expect([status, body]).toEqual([400, expect.stringContaining(code)]);
  });

  test.each(REST_SERVICES)('is refused by %s with 403', async (service) => {
    const { status, type } = await send(service, headers(service));

    expect([status, type]).toEqual([403, code]);
  });

  test.each(QUERY_SERVICES)('is refused by %s with 403 and XML', async (service) => {
    const { status, body } = await send(service, headers(service));

    expect([status, body]).toEqual([403, expect.stringContaining(`<Code>${queryCode}</Code>`)]);
  });
});

test.each(JSON_SERVICES)(
  'a call of %s whose operation is not under the signature is refused',
  async (service) => {
    const { status, body } = await send(service, {
      ...signed(service, { headers: {} }),
      ...targetOf(service),
    });

    expect([status, body]).toEqual([400, expect.stringContaining("'x-amz-target' must be a 'SignedHeader'")]);
  },
);

const TEN_MINUTES = 600_000;

test.each([...JSON_SERVICES, ...QUERY_SERVICES])(
  '%s takes a signature that is ten minutes old',
  async (service) => {
    expect((await send(service, signed(service, { at: Date.now() - TEN_MINUTES }))).status).toBe(200);
  },
);

test.each(REST_SERVICES)('%s refuses a signature that is ten minutes old', async (service) => {
  const { status, body } = await send(service, signed(service, { at: Date.now() - TEN_MINUTES }));

  expect([status, body]).toEqual([403, expect.stringContaining('- 5 min.)')]);
});

test.each(JSON_SERVICES)('a call of %s that is signed for s3 is refused by it', async (service) => {
  const { body } = await send(service, signed(service, { service: 's3' }));

  expect(body).toContain(`Credential should be scoped to correct service: '${service}'.`);
});

/** How clients of the Query protocol, of the JSON protocols and of S3 ask. */
const ELSEWHERE: readonly [string, string, string, string][] = [
  [
    'sns',
    'application/x-www-form-urlencoded; charset=utf-8',
    'Action=ListTopics&Version=2010-03-31',
    '<Code>UnknownOperationException</Code><Message>The local AWS of lab-setup does not serve sns.',
  ],
  [
    'ssm',
    'application/x-amz-json-1.1',
    '{}',
    '"__type":"UnknownOperationException","message":"The local AWS of lab-setup does not serve ssm.',
  ],
  [
    's3',
    'application/xml',
    '<Delete/>',
    '<Code>UnknownOperationException</Code><Message>The local AWS of lab-setup does not serve s3.',
  ],
];

test.each(ELSEWHERE)('a call of %s, which is not here, is told so', async (service, type, body, answer) => {
  const told = await postSigned(aws, { service, body, headers: { 'content-type': type } });

  expect(told).toEqual({ status: 404, body: expect.stringContaining(answer) });
});
