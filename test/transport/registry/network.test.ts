import { describe, expect, test } from 'vitest';
import { parseRealm } from '../../../src/transport/registry/auth/realm.ts';
import type { HttpRequest, HttpResponse } from '../../../src/transport/registry/http/exchange.ts';
import { networkError } from '../../../src/transport/registry/http/network-error.ts';
import { proxyFor } from '../../../src/transport/registry/http/proxy.ts';
import { redirectedRequest } from '../../../src/transport/registry/http/redirect.ts';
import { parseRetryAfter } from '../../../src/transport/registry/http/retry.ts';
import {
  hostnameOf,
  isListed,
  isLoopback,
  printableUrl,
} from '../../../src/transport/registry/http/url.ts';

describe('proxies', () => {
  const env = { HTTPS_PROXY: 'http://proxy.example:3128', http_proxy: 'plain.example:80' };

  test('are separate for https and http', () => {
    expect(proxyFor(new URL('https://r.example'), env)?.href).toBe('http://proxy.example:3128/');
    expect(proxyFor(new URL('http://r.example'), env)?.href).toBe('http://plain.example/');
    expect(proxyFor(new URL('https://r.example'), {})).toBeUndefined();
  });

  test.each(['localhost:5000', '127.0.0.1', '127.8.8.8:1', '[::1]:5000'])(
    'are not used for %s',
    (host) => {
      expect(proxyFor(new URL(`https://${host}`), env)).toBeUndefined();
    },
  );

  test.each([
    ['*', 'r.example', true],
    ['r.example', 'r.example', true],
    ['r.example', 'sub.r.example', true],
    ['.r.example', 'sub.r.example', true],
    ['.r.example', 'r.example', false],
    ['r.example', 'other-r.example', false],
    ['r.example:5000', 'r.example', false],
    ['r.example:5000', 'r.example:5000', true],
    ['r.example:443', 'r.example', true],
    ['10.0.0.0/8', '10.1.2.3:5000', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['fd00::/8', '[fd12::1]:5000', true],
    ['[fd12::1]:5000', '[fd12::1]:5000', true],
    ['fd12::1', '[fd12::1]', true],
    ['a.example, r.example', 'R.Example', true],
    ['999.0.0.0/99', '10.1.2.3', false],
  ])('are chosen with NO_PROXY=%s for %s: %s', (noProxy, host, isExcepted) => {
    expect(proxyFor(new URL(`https://${host}`), { ...env, NO_PROXY: noProxy }) === undefined).toBe(
      isExcepted,
    );
  });

  test('are refused, and not shown, when the value is no address', () => {
    const secret = { HTTPS_PROXY: 'socks://me:hunter2@proxy' };
    expect(() => proxyFor(new URL('https://r.example'), secret)).toThrow(
      /^HTTPS_PROXY is not an HTTP URL$/,
    );
  });
});

const follow = (
  from: string,
  location: string,
  { method = 'GET', status = 307, insecure = [] as string[] } = {},
) => {
  const asked = {
    method,
    url: new URL(from),
    headers: { authorization: 'Bearer x', range: 'bytes=1-' },
  } as HttpRequest;
  return redirectedRequest(asked, { status, headers: { location } } as unknown as HttpResponse, {
    insecure,
  });
};

describe('redirects', () => {
  test('keep credentials with their origin', () => {
    expect(follow('https://r.example/a', '/b')?.headers).toHaveProperty('authorization');
    for (const place of [
      'https://other.example/b',
      'https://r.example:444/b',
      'https://sub.r.example/b',
      '//r.example.evil/b',
    ]) {
      expect(follow('https://r.example/a', place)?.headers).toEqual({ range: 'bytes=1-' });
    }
  });

  test('do not leave TLS', () => {
    expect(() => follow('https://r.example/a', 'http://other.example/b')).toThrow(/plain http/);
    expect(() => follow('https://r.example/a', 'http://127.0.0.1/b')).toThrow(/plain http/);
    expect(() => follow('http://127.0.0.1/a', 'http://r.example/b')).toThrow(/plain http/);
    expect(follow('http://127.0.0.1/a', 'http://localhost:81/b')?.url.href).toBe(
      'http://localhost:81/b',
    );
    expect(
      follow('https://r.example/a', 'http://s.example/b', { insecure: ['s.example'] })?.url
        .protocol,
    ).toBe('http:');
    // The registry does not know of the TLS in front of it.
    expect(follow('https://r.example/a', 'http://r.example/b')?.url.href).toBe(
      'https://r.example/b',
    );
  });

  test('drop a user name in the address, and are refused for other schemes', () => {
    expect(follow('https://r.example/a', 'https://u:p@other.example/b')?.url.href).toBe(
      'https://other.example/b',
    );
    for (const place of ['ftp://x/y', 'file:///etc/passwd', 'https://[', 'javascript:1']) {
      expect(() => follow('https://r.example/a', place)).toThrow(/other than an HTTP URL/);
    }
  });

  test('are followed by a write only where they keep its method', () => {
    expect(() => follow('https://r.example/a', '/b', { method: 'PUT', status: 302 })).toThrow(
      /PUT was redirected/,
    );
    expect(follow('https://r.example/a', '/b', { method: 'PUT', status: 308 })?.method).toBe('PUT');
    expect(follow('https://r.example/a', '/b', { method: 'HEAD', status: 303 })?.method).toBe(
      'HEAD',
    );
    expect(follow('https://r.example/a', '/b', { status: 200 })).toBeUndefined();
  });
});

describe('a token server', () => {
  const https = new URL('https://r.example');
  test.each([
    ['https://auth.example/token', https, true],
    ['http://auth.example/token', https, false],
    ['http://r.example/token', https, false],
    ['https://me:x@auth.example/token', https, false],
    ['https://127.0.0.1/token', https, false],
    ['https://[::ffff:127.0.0.1]/token', https, false],
    ['https://[::1]/token', https, false],
    ['https://0.0.0.0/token', https, false],
    ['https://[::]/token', https, false],
    ['https://localhost./token', https, false],
    ['file:///token', https, false],
    ['', https, false],
    ['http://auth.example/token', new URL('http://r.example'), true],
    ['http://auth.example/token', new URL('http://127.0.0.1:5000'), false],
    ['http://127.0.0.1:5001/token', new URL('http://127.0.0.1:5000'), true],
  ])('at %s for the registry %s is trusted: %s', (realm, registry, isFine) => {
    if (isFine) expect(parseRealm(realm, registry).href).toBe(realm);
    else expect(() => parseRealm(realm, registry)).toThrow(/token server/);
  });
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(parseRetryAfter('120', now)).toBe(120_000);
  expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:10 GMT', now)).toBe(10_000);
  expect(parseRetryAfter('Thu, 01 Jan 2015 00:00:10 GMT', now)).toBe(0);
  expect(parseRetryAfter('soon', now)).toBeUndefined();
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});

test('URLs are printed without secrets', () => {
  expect(
    printableUrl(new URL('https://u:p@r.example:5000/v2/x?_state=abc&X-Amz-Signature=1#f')),
  ).toBe('https://r.example:5000/v2/x');
});

test('insecure hosts are matched with and without ports', () => {
  expect(hostnameOf('[FD12::1]:5000')).toBe('fd12::1');
  expect(isListed(['r.example'], 'r.example:5000')).toBe(true);
  expect(isListed(['r.example:80'], 'r.example:5000')).toBe(false);
  expect(isListed(['[::1]:5000'], '[::1]:5000')).toBe(true);
  expect(isLoopback('127.evil.example')).toBe(false);
  expect(isLoopback('localhost.evil.example')).toBe(false);
});

test.each([
  ['CERT_HAS_EXPIRED', false],
  ['SELF_SIGNED_CERT_IN_CHAIN', false],
  ['ENOTFOUND', false],
  ['ERR_SSL_WRONG_VERSION_NUMBER', false],
  ['ECONNRESET', true],
  ['UND_ERR_SOCKET', true],
  ['HPE_INVALID_CONSTANT', true],
])('%s may pass: %s', (code, retryable) => {
  const cause = new TypeError('failed', { cause: Object.assign(new Error('inner'), { code }) });
  expect(networkError(cause, 'GET https://r.example/')).toMatchObject({ code: 'io', retryable });
});
