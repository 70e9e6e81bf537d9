import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeRegistries } from '../../transport/registry/support/registries.ts';
import type { Server } from '../../transport/registry/support/servers.ts';
import { digestOf } from './content.ts';
import { startRegistry, type Registry } from './registry.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = Buffer.from('{}');
const LAYER = Buffer.from('the bytes of a layer');
const OTHER = digestOf(Buffer.from('nothing that was pushed'));

const named = (mediaType: string, bytes: Buffer) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

const manifestOf = (more: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: named('application/vnd.oci.image.config.v1+json', CONFIG),
      layers: [named('application/vnd.oci.image.layer.v1.tar', LAYER)],
      ...more,
    }),
  );

/** Requests to the repository `strict/app`. */
const clientOf = (host: () => string) => {
  const send = async (
    method: string,
    path: string,
    { body, headers = {} }: { body?: Buffer; headers?: Record<string, string> } = {},
  ): Promise<Response> => {
    const url = new URL(path, `http://${host()}/v2/strict/app/`);
    const init: RequestInit = { method, headers: { accept: MANIFEST, ...headers } };
    return fetch(url, body ? { ...init, body: new Uint8Array(body) } : init);
  };
  /** Opens an upload and returns its address. */
  const open = async (): Promise<string> =>
    (await send('POST', 'blobs/uploads/')).headers.get('location') ?? '';
  const withDigest = (address: string, digest: string): string => {
    const url = new URL(address, `http://${host()}`);
    url.searchParams.set('digest', digest);
    return url.href;
  };
  const putBlob = async (bytes: Buffer, digest = digestOf(bytes)): Promise<Response> =>
    send('PUT', withDigest(await open(), digest), {
      body: bytes,
      headers: { 'content-type': 'application/octet-stream' },
    });
  const putManifest = (reference: string, body: Buffer, type = MANIFEST): Promise<Response> =>
    send('PUT', `manifests/${reference}`, { body, headers: { 'content-type': type } });
  return { send, open, withDigest, putBlob, putManifest };
};

const codeOf = async (response: Response): Promise<string> => {
  const { errors } = (await response.json()) as { errors: readonly { code: string }[] };
  return errors[0]?.code ?? '';
};

describeRegistries('a registry for tests', {}, (start) => {
  let server: Server;
  const client = clientOf(() => server.host);
  beforeAll(async () => {
    server = await start();
    for (const blob of [CONFIG, LAYER]) expect((await client.putBlob(blob)).status).toBe(201);
  });
  afterAll(() => server.close());

  test('stores a manifest under a tag and gives it back', async () => {
    const bytes = manifestOf();
    const put = await client.putManifest('1.0', bytes);
    expect(put.status).toBe(201);
    expect(put.headers.get('docker-content-digest')).toBe(digestOf(bytes));
    const got = await client.send('GET', 'manifests/1.0');
    expect(got.headers.get('content-type')).toBe(MANIFEST);
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('gives a range of a blob', async () => {
    const path = `blobs/${digestOf(LAYER)}`;
    const part = await client.send('GET', path, { headers: { range: 'bytes=4-8' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 4-8/${LAYER.length}`);
    expect(await part.text()).toBe('bytes');
    const outside = await client.send('GET', path, { headers: { range: 'bytes=999-' } });
    expect(outside.status).toBe(416);
  });

  test('refuses a blob with another digest than its own', async () => {
    const response = await client.putBlob(Buffer.from('other bytes'), digestOf(LAYER));
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('DIGEST_INVALID');
  });

  test('refuses a manifest that names a blob it does not have', async () => {
    const layers = [{ ...named('application/vnd.oci.image.layer.v1.tar', LAYER), digest: OTHER }];
    const response = await client.putManifest('missing', manifestOf({ layers }));
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await codeOf(response)).toBe('MANIFEST_BLOB_UNKNOWN');
  });

  test.each([
    ['with another digest than its own', OTHER, manifestOf(), 'DIGEST_INVALID'],
    ['that is no JSON', 'broken', Buffer.from('{'), 'MANIFEST_INVALID'],
  ])('refuses a manifest %s', async (_, reference, bytes, code) => {
    const response = await client.putManifest(reference, bytes);
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe(code);
  });

  test('says that an upload or a manifest is unknown', async () => {
    const upload = 'blobs/uploads/00000000-0000-4000-8000-000000000000';
    const answers = [
      await client.send('PATCH', upload, { body: LAYER }),
      await client.send('GET', 'manifests/none'),
      await client.send('GET', `blobs/${OTHER}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await Promise.all(answers.map(codeOf))).toEqual([
      // Version 2 of distribution calls it invalid.
      expect.stringMatching(/^BLOB_UPLOAD_(UNKNOWN|INVALID)$/),
      'MANIFEST_UNKNOWN',
      'BLOB_UNKNOWN',
    ]);
  });
});

describe('the registry in this process', () => {
  let registry: Registry;
  const client = clientOf(() => registry.host);
  beforeAll(async () => {
    registry = await startRegistry({ pageSize: 2 });
    for (const blob of [CONFIG, LAYER]) await client.putBlob(blob);
  });
  afterAll(() => registry.close());

  test('refuses a chunk out of order', async () => {
    const headers = (range: string) => ({
      'content-type': 'application/octet-stream',
      'content-range': range,
    });
    const body = Buffer.from('abc');
    const first = await client.send('PATCH', await client.open(), {
      body,
      headers: headers('0-2'),
    });
    expect(first.status).toBe(202);
    expect(first.headers.get('range')).toBe('0-2');
    const address = first.headers.get('location') ?? '';
    const again = await client.send('PATCH', address, { body, headers: headers('0-2') });
    expect(again.status).toBe(416);
  });

  test('refuses the address of an upload that was answered with another since', async () => {
    const address = await client.open();
    const body = Buffer.from('abc');
    expect((await client.send('PATCH', address, { body })).status).toBe(202);
    expect((await client.send('PATCH', address, { body })).status).toBe(404);
  });

  test('refuses a manifest whose type is not the one it is sent as', async () => {
    const type = 'application/vnd.docker.distribution.manifest.v2+json';
    expect((await client.putManifest('typed', manifestOf(), type)).status).toBe(400);
  });

  test('refuses a manifest to a client that does not accept its type', async () => {
    await client.putManifest('accepted', manifestOf());
    const headers = { accept: 'application/json' };
    expect((await client.send('GET', 'manifests/accepted', { headers })).status).toBe(404);
  });

  test('lists tags and referrers page by page', async () => {
    for (const tag of ['c', 'a', 'b']) await client.putManifest(tag, manifestOf());
    const first = await client.send('GET', 'tags/list?n=2');
    expect(await first.json()).toEqual({ name: 'strict/app', tags: ['a', 'accepted'] });
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const second = (await (await client.send('GET', next)).json()) as { tags: string[] };
    expect(second.tags).toEqual(['b', 'c']);
    const subject = named(MANIFEST, manifestOf());
    for (const artifactType of ['x/one', 'x/two', 'x/three']) {
      const bytes = manifestOf({ subject, artifactType });
      const put = await client.putManifest(digestOf(bytes), bytes);
      expect(put.headers.get('oci-subject')).toBe(subject.digest);
    }
    const listed = await client.send('GET', `referrers/${subject.digest}`);
    expect(((await listed.json()) as { manifests: object[] }).manifests).toHaveLength(2);
    expect(listed.headers.get('link')).toContain('rel="next"');
    const one = await client.send('GET', `referrers/${subject.digest}?artifactType=x/two`);
    expect(one.headers.get('oci-filters-applied')).toBe('artifactType');
    expect(((await one.json()) as { manifests: object[] }).manifests).toMatchObject([
      { artifactType: 'x/two' },
    ]);
  });
});
