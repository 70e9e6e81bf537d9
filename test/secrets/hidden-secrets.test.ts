import { expect, test } from 'vitest';
import type { FoundSecret } from '../../src/api/found-secret.ts';
import { layerNames } from '../../src/oci/layer-names.ts';
import { findHiddenSecrets, startReader } from '../../src/secrets/hidden-secrets.ts';
import { SECRET_KINDS } from '../../src/secrets/secret-kinds.ts';
import { squashLayers } from '../../src/tree/squash.ts';
import { entriesOf, layerTar, type TestEntry } from '../support/layer-tar.ts';
import { openLayers, openSpools } from '../support/memory.ts';

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXkt\n';

/** Findings when all files of a layer are deleted by the next one. */
const secretsOf = async (files: Record<string, string>): Promise<FoundSecret[]> => {
  const entries: TestEntry[] = Object.entries(files).map(([name, body]) => ({ name, body }));
  const tops = new Set(Object.keys(files).map((name) => `.wh.${name.split('/')[0]}`));
  const spools = await openSpools();
  const layers = await openLayers(
    [await layerTar(entries), await layerTar(entriesOf([...tops]))],
    spools.newSpool,
  );
  const { hidden } = squashLayers(layers.map(({ entries: each }) => each));
  const found = await findHiddenSecrets(hidden, {
    history: [],
    layers: layerNames(2),
    readStart: startReader(layers),
  });
  await Promise.all(layers.map(({ bytes }) => bytes.close()));
  await spools.close();
  return found;
};

const historyOf = async (...steps: string[]): Promise<string[]> =>
  (
    await findHiddenSecrets([], {
      history: steps.map((createdBy) => ({ createdBy, emptyLayer: false, raw: {} })),
      layers: [],
      readStart: async () => Buffer.alloc(0),
    })
  ).map(({ step, message }) => `${step} ${message.split(':')[0]}`);

test('a private key that an upper layer deletes is found, with what to do', async () => {
  expect(await secretsOf({ 'root/.ssh/id_ed25519': KEY })).toEqual([
    {
      severity: 'high',
      kind: 'private key',
      path: '/root/.ssh/id_ed25519',
      layer: { number: 1, count: 2 },
      message:
        'private key /root/.ssh/id_ed25519: layer 2 of 2 deleted it, but layer 1 of 2 of the source still holds it; replace it wherever it is used',
    },
  ]);
});

const SECRETS: Record<string, string> = {
  'etc/tls/server.key': KEY,
  'app/cert.pem': '-----BEGIN RSA PRIVATE KEY-----\n',
  'app/keystore.p12': '\x30\x82',
  'root/.npmrc': '//registry.npmjs.org/:_authToken=npm_abcdef\n',
  'app/.yarnrc.yml': 'npmAuthToken: "abc"\n',
  'root/.docker/config.json': '{"auths":{"x":{"auth":"dXNlcg=="}}}',
  'root/.cargo/credentials.toml': '[registry]\ntoken = "abc"\n',
  'root/.composer/auth.json': '{"github-oauth":{"github.com":"abc"}}',
  'root/.netrc': 'machine x login u password p\n',
  'root/.git-credentials': 'https://user:pw@host\n',
  'etc/pip.conf': '[global]\nindex-url = https://user:pw@host/simple\n',
  'root/.pgpass': 'host:5432:db:user:pw\n',
  'root/.pypirc': '[pypi]\npassword = pypi-abc\n',
  'root/.m2/settings.xml': '<server><password>abc</password></server>',
  'root/.vault-token': 's.abc',
  'root/.aws/credentials': '[default]\naws_secret_access_key = abc\n',
  'root/.config/gcloud/application_default_credentials.json': '{}',
  'app/robot.json': '{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----"}',
  'root/.kube/config': 'users:\n- user:\n    token: abc\n',
  'app/.env.production': 'PORT=1\nDB_PASSWORD=abc\n',
};

test('secrets of many tools are found', async () => {
  const found = await secretsOf(SECRETS);
  expect(found.map(({ path }) => path?.slice(1)).sort()).toEqual(Object.keys(SECRETS).sort());
  expect(found.some(({ message }) => /abc|pw\b|npm_/.test(message))).toBe(false);
});

test('files that only look like secrets are not reported', async () => {
  expect(
    await secretsOf({
      'etc/ssl/cert.pem': '-----BEGIN CERTIFICATE-----\n',
      'root/.ssh/id_rsa.pub': 'ssh-rsa AAAA',
      'root/.npmrc': '//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nregistry=https://x\n',
      'app/.env': 'PORT=1\nTOKEN=$OTHER\nSECRET=\n',
      'app/.env.example': 'PASSWORD=change-me\n',
      'root/.docker/config.json': '{"credsStore":"x"}',
      'app/package.json': '{"type":"module"}',
      'etc/pip.conf': '[global]\nindex-url = https://host/simple\n',
      'root/.aws/config': '[default]\nregion = x\n',
    }),
  ).toEqual([]);
});

test('keys for the tests of a library are reported at a lower severity', async () => {
  expect(await secretsOf({ 'usr/lib/x/test/keys/a.pem': KEY })).toMatchObject([
    { severity: 'medium' },
  ]);
});

test('no content makes the search for secrets slow', () => {
  const pieces = [
    '\n',
    ' ',
    '_',
    'A',
    '"type":"service_account"',
    '_auth ',
    'SECRET',
    'BUNDLE_',
    ':',
    '://a',
    '-----BEGIN ',
    'password',
    '"auth"',
    'token',
  ];
  for (const piece of pieces) {
    const text = piece.repeat(65_536 / piece.length);
    for (const { content, path } of SECRET_KINDS) {
      const started = process.cpuUsage();
      content?.test(text);
      content?.test(`BUNDLE_${text}`);
      path.test(text.slice(0, 4096));
      expect(process.cpuUsage(started).user / 1000, `${path} ${piece}`).toBeLessThan(200);
    }
  }
});

test('secret build arguments in the history are named, and their values never shown', async () => {
  const steps = await historyOf(
    'RUN |2 NPM_TOKEN=abc123 VERSION=1.0 /bin/sh -c npm ci # buildkit',
    'ENV GITHUB_TOKEN=abc123',
    'RUN /bin/sh -c API_KEY="abc123" ./build.sh',
    'RUN git clone https://user:abc123@host/repo',
    'ARG AUTHOR=me',
    'RUN PASSWORD=$PASSWORD TOKEN="$(cat /run/secrets/x)" make',
    'RUN pip install https://host/a:b@1',
    'COPY keys /keys',
  );
  expect(steps).toEqual([
    '1 build argument NPM_TOKEN',
    '2 build argument GITHUB_TOKEN',
    '3 build argument API_KEY',
    '4 build argument in a URL',
  ]);
});
