import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseImageName } from '../../../src/oci/image-name.ts';
import type { RegistryOptions } from '../../../src/transport/registry/options.ts';
import { openRegistrySource } from '../../../src/transport/registry/registry-source.ts';
import { isolated } from './support/fast.ts';
import { makeImage, makeIndex, type TestImage } from './support/images.ts';
import { describePlainRegistries, describeRegistries } from './support/registries.ts';
import type { Distribution, Server } from './support/servers.ts';
import { BASIC, pullFrom, pushTo, type PushToOptions } from './support/transfer.ts';

const roundTrip = async (
  name: string,
  image: TestImage,
  how: PushToOptions = {},
): Promise<void> => {
  await pushTo(name, image, how);
  const source = await openRegistrySource(parseImageName(name), isolated(how.options));
  await source.close();
  const { digest, size, mediaType } = image.root;
  expect(source.root).toMatchObject({ digest, size, mediaType });
  const digests = image.parts.map(({ descriptor }) => descriptor.digest);
  expect(await pullFrom(name, how.options)).toEqual(new Set(digests));
};

const suite = (start: () => Promise<Server>, options: () => RegistryOptions): void => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.close());

  test('an image is pushed and pulled', () =>
    roundTrip(`${server.host}/team/app:1.0`, makeImage(), { options: options() }));

  test('an image whose digests are not known before is pushed and pulled', () =>
    roundTrip(`${server.host}/team/unknown:1.0`, makeImage(), {
      isUnknown: true,
      options: options(),
    }));

  test('an index of two platforms is pushed and pulled', () =>
    roundTrip(
      `${server.host}/team/multi:1.0`,
      makeIndex([makeImage(), makeImage({ architecture: 'arm64' })]),
      {
        options: options(),
      },
    ));

  test('empty and odd layers are pushed and pulled', () =>
    roundTrip(
      `${server.host}/team/odd:1.0`,
      makeImage({ layers: [Buffer.alloc(0), randomBytes(1), randomBytes(65_537)] }),
      {
        isUnknown: true,
        options: options(),
      },
    ));
};

describePlainRegistries('to a registry', {}, (start) => suite(start, () => ({})));

describeRegistries('to a registry with passwords,', { distribution: ['htpasswd'] }, (start) =>
  suite(
    () => start({ auth: 'htpasswd' }),
    () => ({ credential: BASIC }),
  ),
);

describeRegistries('to a registry with tokens,', { distribution: ['openssl'] }, (start) =>
  suite(
    () => start({ auth: 'token' }),
    () => ({ credential: BASIC }),
  ),
);

describeRegistries('to a registry with TLS,', { tools: ['openssl'] }, (start) => {
  let server: Distribution;
  suite(
    async () => (server = await start({ tls: true })),
    () => ({ caFiles: [server.certificates?.ca ?? ''] }),
  );
});
