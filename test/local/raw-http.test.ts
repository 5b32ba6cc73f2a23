import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { sendRaw, statusesOf } from '../_helpers/raw-http.js';

let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

const POST = 'POST / HTTP/1.1\r\nHost: HOST\r\n';
const GET = 'GET / HTTP/1.1\r\nHost: HOST\r\n';
/** Were it read as a request of its own, it would be the second to be answered. */
const SMUGGLED = 'GET /restapis HTTP/1.1\r\nHost: HOST\r\n\r\n';

/** What is said, and the statuses of all that is answered before the connection ends. */
const SAID: readonly [what: string, bytes: string, statuses: number[]][] = [
  ['a request', `${GET}\r\n`, [404]],
  ['three requests at once', `${GET}\r\n`.repeat(3), [404, 404, 404]],
  ['garbage', '\0\x01\x02garbage\r\n\r\n', [400]],
  ['the beginning of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
  ['an unknown method', 'FOO / HTTP/1.1\r\nHost: HOST\r\n\r\n', [400]],
  ['a tunnel to elsewhere', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\n\r\n', []],
  ['an upgrade', `${GET}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`, [404]],
  ['the address of elsewhere', 'GET http://evil.example/restapis HTTP/1.1\r\nHost: HOST\r\n\r\n', [404]],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', [400]],
  ['no Host, in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', [403]],
  ['two Hosts', `${GET}Host: evil.example\r\n\r\n`, [403]],
  ['two lengths', `${POST}Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde`, [400]],
  ['a length below nothing', `${POST}Content-Length: -1\r\n\r\n`, [400]],
  [
    'a length and chunks',
    `${POST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    [400],
  ],
  ['chunks that may be none', `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`, [400]],
  [
    'chunks and something else',
    `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
    [400],
  ],
  ['a space before the colon', `${POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`, [400]],
  ['a chunk of no size', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n`, [400]],
  [
    'a chunk beyond all sizes',
    `${POST}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc\r\n`,
    [400],
  ],
  [
    'a chunk with a tale',
    `${POST}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\na\r\n0\r\n\r\n`,
    [413],
  ],
  ['half a body', `${POST}Content-Length: 100\r\n\r\nabc`, [400]],
  ['a huge header', `${GET}X: ${'x'.repeat(20_000)}\r\n\r\n`, [431]],
  ['a huge path', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: HOST\r\n\r\n`, [431]],
  ['a folded header', `${GET}X: a\r\n b\r\n\r\n`, [400]],
  ['a header with a null', `${GET}X: a\0b\r\n\r\n`, [400]],
  ['a header with half a line end', `${GET}X: a\rb\r\n\r\n`, [400]],
  ['lines without returns', 'GET / HTTP/1.1\nHost: HOST\n\n', [400]],
  ['an expectation', `${POST}Expect: magic\r\nContent-Length: 1\r\n\r\na`, [417]],
  [
    'a call that is signed in its query',
    `GET /restapis?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=x&X-Amz-Signature=${'0'.repeat(64)} HTTP/1.1\r\nHost: HOST\r\n\r\n`,
    [403],
  ],
  [
    'what a form can post',
    `${POST}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 35\r\n\r\nAction=ListUsers&Version=2010-05-08`,
    [403],
  ],
  [
    'what a page can post as text',
    `${POST}Content-Type: text/plain\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Length: 2\r\n\r\n{}`,
    [400],
  ],
];

test.each(SAID)('%s is answered, or not, and nothing else is', async (_what, bytes, statuses) => {
  const { host } = new URL(aws.endpoint);

  expect(statusesOf(await sendRaw(aws.endpoint, bytes.replaceAll('HOST', host)))).toEqual(statuses);
});
