import { TEST_CREDENTIALS, type TestAws } from './local-aws.js';
import { sign, withoutHost } from './sign.js';

/** Sends a body to the root of a test's AWS, signed for a service; `headers` beside the usual ones are signed too. */
export async function postSigned(
  { endpoint, region }: Pick<TestAws, 'endpoint' | 'region'>,
  { service, body, headers }: { service: string; body: string; headers: Readonly<Record<string, string>> },
): Promise<{ status: number; body: string }> {
  const { host } = new URL(endpoint);
  const request = { method: 'POST', path: '/', query: '', body: Buffer.from(body), host };
  const { headers: signed } = sign(request, {
    ...TEST_CREDENTIALS,
    ...{ region, service, headers, at: Date.now() },
  });
  const response = await fetch(endpoint, { method: 'POST', headers: withoutHost(signed), body });
  return { status: response.status, body: await response.text() };
}
