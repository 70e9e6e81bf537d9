import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspect } from '../../../src/operations/inspect.ts';
import { FAST } from './support/fast.ts';
import { makeImage } from './support/images.ts';
import { describeRegistries } from './support/registries.ts';
import { USER, type Distribution } from './support/servers.ts';
import { BASIC, pullFrom, pushTo } from './support/transfer.ts';

const hasIpv6 = (): boolean => {
  const here = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  if (here.some(({ address }) => address === '::1')) return true;
  process.stderr.write('SKIPPED TESTS, this machine has no ::1\n');
  return false;
};

describe.runIf(hasIpv6())('on [::1]', () => {
  describeRegistries('a registry', { tools: ['openssl'] }, (start) => {
    let plain: Distribution;
    let secure: Distribution;
    const image = makeImage();
    beforeAll(async () => {
      [plain, secure] = await Promise.all([
        start({ address: '::1', auth: 'token' }),
        start({ address: '::1', tls: true }),
      ]);
    });
    afterAll(() => Promise.all([plain.close(), secure.close()]));

    test('is used over plain http, with logins and a bare name', async () => {
      const name = `${plain.host}/team/app:1.0`;
      expect(name).toMatch(/^\[::1\]:\d+/);
      await pushTo(name, image, { options: { credential: BASIC } });
      const env = {
        RESLIM_USERNAME: USER.username,
        RESLIM_PASSWORD: USER.password,
        HTTP_PROXY: 'http://127.0.0.1:1',
        HTTPS_PROXY: 'http://127.0.0.1:1',
      };
      const network = { env, home: '/nonexistent', settings: FAST };
      expect(await inspect({ source: name, network, read: 'documents' })).toMatchObject({
        name,
        digest: image.root.digest,
      });
    });

    test('is on this machine, in another spelling of the address', async () => {
      const host = plain.host.replace('[::1]', '[0:0:0:0:0:0:0:1]');
      expect(await pullFrom(`${host}/team/app:1.0`, { credential: BASIC })).toHaveProperty(
        'size',
        4,
      );
    });

    test('is trusted with a certificate for the address, and not with another', async () => {
      const options = { caFiles: [secure.certificates?.ca ?? ''] };
      const name = `${secure.host}/team/app:1.0`;
      await pushTo(name, image, { options });
      expect(await pullFrom(name, options)).toHaveProperty('size', 4);
      await expect(pullFrom(name)).rejects.toThrow(/certificate not trusted/);
    });
  });
});
