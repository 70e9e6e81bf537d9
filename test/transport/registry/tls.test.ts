import { mkdirSync, copyFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeImage } from './support/images.ts';
import { describeRegistries } from './support/registries.ts';
import type { Distribution } from './support/servers.ts';
import { pullFrom, pushTo } from './support/transfer.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let home: string;
beforeEach(() => {
  home = tempFolder();
});

describeRegistries('a registry with TLS', { tools: ['openssl'] }, (start) => {
  let server: Distribution;
  let strict: Distribution;
  const image = makeImage();
  beforeAll(async () => {
    [server, strict] = await Promise.all([
      start({ tls: true }),
      start({ tls: true, clientCertificates: true }),
    ]);
    await pushTo(`${server.host}/tls/app:1.0`, image, {
      options: { caFiles: [server.certificates?.ca ?? ''] },
    });
  });
  afterAll(() => Promise.all([server.close(), strict.close()]));

  test('is refused with a hint when its authority is unknown', async () => {
    await expect(pullFrom(`${server.host}/tls/app:1.0`)).rejects.toMatchObject({
      message: expect.stringContaining('certificate not trusted') as string,
      hint: expect.stringContaining('--ca-file') as string,
    });
  });

  test('is accepted when its host is named as insecure', async () => {
    expect(
      await pullFrom(`${server.host}/tls/app:1.0`, { insecure: [server.host] }),
    ).toHaveProperty('size', 4);
    await expect(
      pullFrom(`${server.host}/tls/app:1.0`, { insecure: ['other.example'] }),
    ).rejects.toThrow(/not trusted/);
  });

  test.each(['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])(
    'is trusted by an authority that %s names',
    async (name) => {
      expect(
        await pullFrom(`${server.host}/tls/app:1.0`, { env: { [name]: server.certificates?.ca } }),
      ).toHaveProperty('size', 4);
    },
  );

  test('is not reached when the file of authorities is missing, which is named', async () => {
    await expect(
      pullFrom(`${server.host}/tls/app:1.0`, { caFiles: [join(home, 'none.pem')] }),
    ).rejects.toThrow(/no such file or folder, .*none\.pem/);
  });

  test('is reached with authorities and client certificates of certs.d', async () => {
    const folder = join(home, strict.host);
    mkdirSync(folder);
    copyFileSync(strict.certificates?.ca ?? '', join(folder, 'ca.crt'));
    await expect(
      pushTo(`${strict.host}/tls/app:1.0`, image, { options: { certsFolders: [home] } }),
    ).rejects.toMatchObject({ code: 'io' });
    copyFileSync(strict.certificates?.clientCert ?? '', join(folder, 'me.cert'));
    await expect(
      pushTo(`${strict.host}/tls/app:1.0`, image, { options: { certsFolders: [home] } }),
    ).rejects.toThrow(/no me\.key beside it/);
    copyFileSync(strict.certificates?.clientKey ?? '', join(folder, 'me.key'));
    await pushTo(`${strict.host}/tls/app:1.0`, image, { options: { certsFolders: [home] } });
  });

  test('is reached through a proxy by TLS all the way', async () => {
    const tunnels: string[] = [];
    const proxy = await startTunnel(server.host, (host) => tunnels.push(host));
    const { port } = proxy.address() as { port: number };
    try {
      const env = { HTTPS_PROXY: `http://me:secret@127.0.0.1:${port}` };
      expect(
        await pullFrom('registry.test/tls/app:1.0', {
          env,
          caFiles: [server.certificates?.ca ?? ''],
        }),
      ).toHaveProperty('size', 4);
      expect(new Set(tunnels)).toEqual(new Set(['registry.test:443']));
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

/** An HTTP proxy that leads every tunnel to one place. */
const startTunnel = async (
  place: string,
  onTunnel: (host: string) => void,
): Promise<HttpServer> => {
  const [host = '', port] = place.split(':');
  const server = createServer();
  server.on('connect', (request, socket) => {
    onTunnel(request.url ?? '');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [upstream, socket]) end.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
