import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReslimEvent } from '../../../src/api/events.ts';
import { inspect } from '../../../src/operations/inspect.ts';
import { formatImageName, parseImageName } from '../../../src/oci/image-name.ts';
import { pullPlaces } from '../../../src/transport/registry/mirrors/pull-places.ts';
import { readRegistriesConf } from '../../../src/transport/registry/mirrors/registries-conf.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { FAST } from './support/fast.ts';
import { makeImage } from './support/images.ts';
import { describeRegistries } from './support/registries.ts';
import type { Distribution } from './support/servers.ts';
import { startSilent } from './support/silent-server.ts';
import { pushTo } from './support/transfer.ts';

const folder = tempFolder();
let files = 0;
const confFile = (text: string): string => {
  const path = join(folder, `registries-${files++}.conf`);
  writeFileSync(path, text);
  return path;
};
const read = (text: string) =>
  readRegistriesConf({ env: { CONTAINERS_REGISTRIES_CONF: confFile(text) }, home: folder });

const CONF = `
unqualified-search-registries = ["docker.io"]
[[registry]]
prefix = "docker.io"
location = "docker.io"
[[registry.mirror]]
location = "mirror.example:5000/hub"
insecure = true
[[registry.mirror]]
location = "digests.example"
pull-from-mirror = "digest-only"
[[registry]]
prefix = "docker.io/team"
location = "moved.example/new"
insecure = true
[[registry]]
location = "bad.example"
blocked = true
[[registry]]
prefix = "*.corp.example"
[[registry.mirror]]
location = "cache.example/corp"
`;

const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  ['app:1', ['!mirror.example:5000/hub/library/app:1', 'docker.io/library/app:1']],
  [
    `app@${DIGEST}`,
    [
      `!mirror.example:5000/hub/library/app@${DIGEST}`,
      `digests.example/library/app@${DIGEST}`,
      `docker.io/library/app@${DIGEST}`,
    ],
  ],
  ['team/app:1', ['!moved.example/new/app:1']],
  ['teamwork/app:1', ['!mirror.example:5000/hub/teamwork/app:1', 'docker.io/teamwork/app:1']],
  ['a.corp.example:5000/x/y:1', ['cache.example/corp/x/y:1', 'a.corp.example:5000/x/y:1']],
  ['corp.example/x/y:1', ['corp.example/x/y:1']],
  ['docker.io.evil.example/x:1', ['docker.io.evil.example/x:1']],
])('registries.conf has %s pulled from %j', async (name, expected) => {
  const places = pullPlaces(parseImageName(name), await read(CONF));
  const spelled = places.map(
    ({ image, isInsecure }) => `${isInsecure ? '!' : ''}${formatImageName(image)}`,
  );
  expect(spelled).toEqual(expected);
});

test('a registry that registries.conf blocks is refused by name', async () => {
  const rules = await read(CONF);
  expect(() => pullPlaces(parseImageName('bad.example/app:1'), rules)).toThrow(
    'pulling from there is blocked, bad.example/app:1',
  );
});

test.each([
  ['[[registry', /^Invalid TOML/],
  ['[[registry]]\nblocked = "yes"', /^registry\.0\.blocked: .*boolean/],
])('registries.conf with %j is refused with the name of the file', async (text, told) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(told) as string,
  });
  await expect(read(text)).rejects.toThrow(/registries-\d+\.conf$/);
});

test("the user's registries.conf replaces the machine's", async () => {
  const home = join(folder, 'home');
  mkdirSync(join(home, '.config/containers'), { recursive: true });
  writeFileSync(join(home, '.config/containers/registries.conf'), CONF);
  expect(await readRegistriesConf({ env: {}, home })).toHaveLength(4);
});

describeRegistries('a mirror', {}, (start) => {
  let mirror: Distribution;
  const image = makeImage();
  beforeAll(async () => {
    mirror = await start({ isInMemory: true });
    await pushTo(`${mirror.host}/cache/team/app:1.0`, image);
  });
  afterAll(() => mirror.close());

  const look = async (source: string, mirrors: readonly string[], settings = {}) => {
    const lines = mirrors.map((location) => `[[registry.mirror]]\nlocation = "${location}"\n`);
    const conf = confFile(`[[registry]]\nlocation = "127.0.0.1:1"\n${lines.join('')}`);
    const env = { CONTAINERS_REGISTRIES_CONF: conf };
    const events: ReslimEvent[] = [];
    const network = { env, home: folder, settings: { ...FAST, ...settings } };
    const result = await inspect({
      source,
      network,
      read: 'documents',
      onEvent: (event) => events.push(event),
    });
    const notes = events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
    return { result, notes };
  };

  test('gives an image that its registry lacks, under the name that was asked for', async () => {
    const { result, notes } = await look('127.0.0.1:1/team/app:1.0', [`${mirror.host}/cache`]);
    expect(result).toMatchObject({ name: '127.0.0.1:1/team/app:1.0', digest: image.root.digest });
    expect(notes).toEqual([]);
  });

  test('without the image is skipped with a note', async () => {
    const mirrors = [`${mirror.host}/empty`, `${mirror.host}/cache`];
    const { result, notes } = await look('127.0.0.1:1/team/app:1.0', mirrors);
    expect(result.digest).toBe(image.root.digest);
    expect(notes).toEqual([
      expect.stringMatching(/^the mirror \S+ was skipped: the registry answered 404/),
    ]);
  });

  test('that does not answer is skipped in time', async () => {
    const silent = await startSilent();
    const started = performance.now();
    const mirrors = [`${silent.host}/cache`, `${silent.host}/hub`, `${mirror.host}/cache`];
    const { result } = await look('127.0.0.1:1/team/app:1.0', mirrors, { requestTimeout: 2000 });
    await silent.close();
    expect(result.digest).toBe(image.root.digest);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('without the image leaves the failure of the registry to be reported', async () => {
    await expect(look('127.0.0.1:1/team/other:1', [`${mirror.host}/cache`])).rejects.toThrow(
      /connection refused, GET https:\/\/127\.0\.0\.1:1\//,
    );
  });
});
