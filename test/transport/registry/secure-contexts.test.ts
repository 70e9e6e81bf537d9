import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { SecureContexts } from '../../../src/transport/registry/http/secure-contexts.ts';

test('certificates are read once for all connections that use the same', () => {
  const contexts = new SecureContexts();
  const ca = [rootCertificates[0] as string];
  const first = contexts.prepare({ ca });
  expect(first).toMatchObject({ secureContext: expect.any(Object) as object });
  expect(contexts.prepare({ ca: [...ca], rejectUnauthorized: false })).toEqual({
    ...first,
    rejectUnauthorized: false,
  });
  const other = contexts.prepare({ ca: [...ca, rootCertificates[1] as string] });
  expect((other as typeof first & { secureContext: object }).secureContext).not.toBe(
    (first as typeof other & { secureContext: object }).secureContext,
  );
});

test('settings without certificates, or with some that cannot be read, stay as they are', () => {
  const contexts = new SecureContexts();
  for (const settings of [{}, { rejectUnauthorized: false }, { ca: ['no certificate'], key: 'x' }])
    expect(contexts.prepare(settings)).toBe(settings);
});
