import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim, type Outcome } from '../support/try-reslim.ts';
import { makeImage } from '../transport/registry/support/images.ts';
import { describeRegistries } from '../transport/registry/support/registries.ts';
import { USER, type Server } from '../transport/registry/support/servers.ts';
import { BASIC, pullFrom, pushTo } from '../transport/registry/support/transfer.ts';

let cwd: string;
beforeEach(() => {
  cwd = tempFolder();
});

const mirror = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> =>
  tryReslim(['mirror', ...args], { cwd, env: { XDG_STATE_HOME: join(cwd, 'state'), ...env } });

const write = (text: string, name = 'mirror.yaml'): Promise<void> =>
  writeFile(join(cwd, name), text);

const RIGHT = `mirrors:
  - from: docker.io/library/node
    to: registry.example/\${FOLDER:-mirror}/{name}
    tags: ['^22', latest]
`;

describe('reslim mirror lint', () => {
  test('has nothing to say about a file that is right', async () => {
    await write(RIGHT);
    expect(await mirror(['lint', 'mirror.yaml'])).toEqual({
      status: 0,
      stdout: 'mirror.yaml: 1 entry, nothing to complain about\n',
      stderr: '',
    });
  });

  test('tells all mistakes with their places and hints', async () => {
    await write(
      `${RIGHT}    order: created\n    copy: true\n    slim: { level: lean }\n    backup: '{time}'\n`,
    );
    expect(await mirror(['lint', 'mirror.yaml'])).toEqual({
      status: 2,
      stdout: `mirror.yaml:7:11: error: mirrors[0].slim: no effect beside \`copy: true\`
  leave one of them out
mirror.yaml:8:13: error: mirrors[0].backup: unknown {time}
  there are {tag} and {digest}
mirror.yaml:5:12: warning: mirrors[0].order: no effect: without \`newest\` all tags are taken
`,
      stderr: 'error: errors in mirror.yaml: 2\n',
    });
  });

  test('--json has the same for programs', async () => {
    await write(RIGHT.replace('tags:', 'tag:').replace(':-mirror', ''));
    const { status, stdout } = await mirror(['lint', 'mirror.yaml', '--json']);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      file: 'mirror.yaml',
      entries: 0,
      problems: [
        {
          line: 3,
          column: 9,
          message: 'FOLDER is not set',
          hint: 'set it, or write ${FOLDER:-default}',
        },
      ],
      warnings: [],
    });
    const second = await tryReslim(['mirror', 'lint', 'mirror.yaml', '--json'], {
      cwd,
      env: { FOLDER: 'x' },
    });
    expect(JSON.parse(second.stdout)).toMatchObject({
      problems: [
        { line: 4, column: 5, message: 'mirrors[0]: unknown key "tag", did you mean "tags"?' },
      ],
    });
  });
});

describe('reslim mirror import', () => {
  const SYNC =
    'quay.io:\n  tls-verify: false\n  cert-dir: /certs\n  images:\n    coreos/etcd: [latest] # keep\n';

  test('writes a file that lint is content with, and tells what is lost', async () => {
    await write(SYNC, 'sync.yml');
    const args = ['import', 'sync.yml', '--to', 'registry.example/x', '--all', '-o', 'mirror.yaml'];
    expect(await mirror(args)).toEqual({
      status: 0,
      stdout: '',
      stderr:
        'note: sync.yml:3: not imported: cert-dir /certs; put its files into /etc/containers/certs.d/quay.io\n',
    });
    expect(await readFile(join(cwd, 'mirror.yaml'), 'utf8'))
      .toBe(`# yaml-language-server: $schema=./node_modules/reslim/docs/mirror.schema.json
# Imported by \`reslim mirror import\` from a file of skopeo: docs/mirror-file.md

hosts:
  # not imported: cert-dir /certs; put its files into /etc/containers/certs.d/quay.io
  quay.io:
    insecure: true
# As skopeo does: copies, not slimmed. Without this line images are slimmed.
defaults:
  copy: true
mirrors:
  # keep
  - from: quay.io/coreos/etcd
    to: registry.example/x/{name}
    tags:
      - latest
`);
    expect((await mirror(['lint', 'mirror.yaml'])).status).toBe(0);
    expect(await mirror(args)).toMatchObject({
      status: 2,
      stderr:
        'error: there is a file already, mirror.yaml\nhint: name another one, or delete it first\n',
    });
  });

  test('says what is missing', async () => {
    await write(SYNC, 'sync.yml');
    expect(await mirror(['import', 'sync.yml'])).toMatchObject({
      status: 2,
      stderr: `error: no destination for sync.yml
hint: skopeo has it on its command line: --to registry.example/mirror
`,
    });
  });
});

describe('reslim mirror FILE', () => {
  test('refuses options of an entry, and a file that is not there', async () => {
    await write(RIGHT);
    expect(await mirror(['mirror.yaml', '--tags', '1'])).toMatchObject({
      status: 2,
      stderr: `error: --tags is for a SOURCE with a TARGET
hint: write it into the mirror file, mirror.yaml, or name a TARGET
`,
    });
    expect(await mirror(['docker://node'])).toMatchObject({
      status: 2,
      stderr:
        'error: no such file: docker://node\nhint: name a mirror file, or a SOURCE and a TARGET\n',
    });
  });
});

describeRegistries('a mirror file', { distribution: ['htpasswd'] }, (start) => {
  let server: Server;
  beforeAll(async () => {
    server = await start({ auth: 'htpasswd' });
    const layers = [await layerTar(entriesOf(['app/', 'app/main=run']))];
    const image = makeImage({ layers, isCompressed: true });
    await pushTo(`${server.host}/a/app:1.0`, image, { options: { credential: BASIC } });
    return () => server.close();
  });

  test('is done with the login that it refers to, which is printed nowhere', async () => {
    await write(`hosts:
  ${server.host}:
    username: ${USER.username}
    password: { env: HERE }
mirrors:
  - from: ${server.host}/a/app
    to: ${server.host}/b/{name}
    tags: /^1/
    copy: true
  - from: ${server.host}/a/app
    to: ${server.host}/c/{repository}
    tags: '1.0'
    tag-as: 'v{tag}'
`);
    const env = { HERE: USER.password };
    const { status, stdout, stderr } = await mirror(['mirror.yaml', '--json'], env);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toContain(USER.password);
    const names = [`${server.host}/b/app:1.0`, `${server.host}/c/a/app:v1.0`];
    for (const name of names) expect(stdout).toContain(name);
    await pullFrom(names[1] as string, { credential: BASIC });
    expect(await mirror(['mirror.yaml'], { HERE: 'wrong' })).toMatchObject({ status: 1 });
    expect(await mirror(['mirror.yaml'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('mirror.yaml:4:15: hosts.') as string,
    });
  });
});
