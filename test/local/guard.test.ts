import { describe, expect, test } from '@jest/globals';
import { refuseForeign } from '../../src/local/guard.js';

const PORT = 4321;

describe('a request of a tool on this machine is let in', () => {
  test.each([
    ['127.0.0.1:4321'],
    ['localhost:4321'],
    ['LOCALHOST:4321'],
    ['[::1]:4321'],
    ['a1b2c3d4e5.execute-api.localhost:4321'],
  ])('with Host %s', (host) => {
    expect(refuseForeign({ host: [host] }, PORT)).toBeUndefined();
  });

  test.each([
    ['127.0.0.1'],
    ['localhost'],
    ['[::1]'],
    ['a1b2c3d4e5.execute-api.localhost'],
    ['localhost:80'],
  ])('with Host %s on port 80, which clients leave away', (host) => {
    expect(refuseForeign({ host: [host] }, 80)).toBeUndefined();
  });

  test('when a browser says that the reader typed the address', () => {
    expect(refuseForeign({ host: ['localhost:4321'], 'sec-fetch-site': ['none'] }, PORT)).toBeUndefined();
  });
});

describe('a request that only a web page would send is refused with 403', () => {
  test.each([
    ['a foreign Host', { host: ['evil.example:4321'] }],
    ['a Host that only begins like ours', { host: ['127.0.0.1.evil.example:4321'] }],
    ['a Host that only ends like ours', { host: ['evil.example.localhost:4321'] }],
    ['a Host of another port', { host: ['127.0.0.1:80'] }],
    ['a Host without the port', { host: ['localhost'] }],
    ['no Host', {}],
    ['two Hosts', { host: ['localhost:4321', 'evil.example'] }],
    ['an Origin', { host: ['localhost:4321'], origin: ['http://evil.example'] }],
    ['the Origin of a page on another port', { host: ['localhost:4321'], origin: ['http://localhost:3000'] }],
    ['a cross-site fetch', { host: ['localhost:4321'], 'sec-fetch-site': ['cross-site'] }],
    ['a same-site fetch', { host: ['localhost:4321'], 'sec-fetch-site': ['same-site'] }],
  ])('%s', (_what, headers) => {
    expect(refuseForeign(headers, PORT)?.status).toBe(403);
  });
});
