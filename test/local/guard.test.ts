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
    expect(refuseForeign({ rawHeaders: ['Host', host] }, PORT)).toBeUndefined();
  });

  test.each([
    ['127.0.0.1'],
    ['localhost'],
    ['[::1]'],
    ['a1b2c3d4e5.execute-api.localhost'],
    ['localhost:80'],
  ])('with Host %s on port 80, which clients leave away', (host) => {
    expect(refuseForeign({ rawHeaders: ['Host', host] }, 80)).toBeUndefined();
  });

  test('when a browser says that the reader typed the address', () => {
    expect(
      refuseForeign({ rawHeaders: ['Host', 'localhost:4321', 'Sec-Fetch-Site', 'none'] }, PORT),
    ).toBeUndefined();
  });
});

describe('a request that only a web page would send is refused with 403', () => {
  test.each([
    ['a foreign Host', ['Host', 'evil.example:4321']],
    ['a Host that only begins like ours', ['Host', '127.0.0.1.evil.example:4321']],
    ['a Host that only ends like ours', ['Host', 'evil.example.localhost:4321']],
    ['a Host of another port', ['Host', '127.0.0.1:80']],
    ['a Host without the port', ['Host', 'localhost']],
    ['no Host', []],
    ['two Hosts', ['Host', 'localhost:4321', 'host', 'evil.example']],
    ['the same Host twice', ['Host', 'localhost:4321', 'Host', 'localhost:4321']],
    ['an Origin', ['Host', 'localhost:4321', 'Origin', 'http://evil.example']],
    ['the Origin of a page on another port', ['Host', 'localhost:4321', 'Origin', 'http://localhost:3000']],
    ['a cross-site fetch', ['Host', 'localhost:4321', 'Sec-Fetch-Site', 'cross-site']],
    ['a same-site fetch', ['Host', 'localhost:4321', 'Sec-Fetch-Site', 'same-site']],
  ])('%s', (_what, rawHeaders) => {
    expect(refuseForeign({ rawHeaders }, PORT)?.status).toBe(403);
  });
});
