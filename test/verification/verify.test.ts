import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { VerifyResult } from '../../src/api/verify.ts';
import { slim } from '../../src/operations/slim.ts';
import { verify } from '../../src/operations/verify.ts';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import type { Files } from '../support/fact-image.ts';
import { layerTar, type TestEntry } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
let count = 0;

const LOADER = '/lib64/ld-linux-x86-64.so.2';
const LIB = 'usr/lib/x86_64-linux-gnu';

/** Programs, libraries, scripts, links, accounts and packages; some of it broken from the start. */
const FILES: Files = dpkgFiles(
  [
    { name: 'libssl3', files: { [`${LIB}/libssl.so.3.0`]: elfFile({ needed: ['libz.so.1'] }) } },
    { name: 'zlib1g', files: { [`${LIB}/libz.so.1`]: elfFile() } },
    { name: 'dash', files: { 'usr/bin/dash': elfFile({ interpreter: LOADER }) } },
    { name: 'manpages', files: { 'usr/share/man/man1/ls.1': 'ls' } },
  ],
  {
    bin: '-> usr/bin',
    'lib64/ld-linux-x86-64.so.2': elfFile(),
    [`${LIB}/libssl.so.3`]: '-> libssl.so.3.0',
    'usr/bin/app': elfFile({
      interpreter: LOADER,
      needed: ['libssl.so.3', 'libprivate.so.1', 'libnowhere.so.9'],
      runpath: '$ORIGIN/../../opt/app',
    }),
    'opt/app/libprivate.so.1': elfFile({ needed: ['libz.so.1'] }),
    // The first of the search is for another machine.
    'opt/app/libssl.so.3': elfFile({ machine: 183 }),
    'usr/bin/sh': '-> dash',
    'usr/bin/python3': '-> python3.11',
    'usr/bin/python3.11': elfFile({ interpreter: LOADER }),
    'usr/bin/env': elfFile({ interpreter: LOADER }),
    'usr/local/bin/tool': '#!/usr/bin/env -S python3 -u\n',
    'usr/local/bin/other': '#!/usr/bin/no-such-program\n',
    'usr/bin/again': '-> /usr/local/bin/tool',
    'usr/bin/dangling': '-> nothing',
    'etc/passwd': 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/srv:/bin/sh\n',
    'etc/group': 'root:x:0:\napp:x:1000:\n',
    'srv/start.sh': '#!/bin/sh\nexec /usr/bin/app --config /srv/app.conf\n',
    'srv/app.conf': 'port = 80\n',
    'srv/data': null,
    'usr/lib/python3/dist-packages/flask/__init__.py': 'pass',
    'usr/lib/python3/dist-packages/flask-3.0.dist-info/METADATA': 'Name: flask\nVersion: 3.0\n',
    'usr/lib/python3/dist-packages/flask-3.0.dist-info/RECORD':
      'flask/__init__.py,,\nflask-3.0.dist-info/METADATA,,\n',
  },
);

const CONFIG = {
  Entrypoint: ['/srv/start.sh'],
  User: 'app',
  WorkingDir: '/srv',
  Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'MODE=fast'],
  ExposedPorts: { '80/tcp': {} },
  Volumes: { '/srv/data': {} },
  Healthcheck: { Test: ['CMD', '/usr/local/bin/tool'] },
};

const entriesOf = (files: Files): TestEntry[] =>
  Object.entries(files).map(([name, content]) => {
    if (content === null) return { name: `${name}/`, type: 'directory', mode: 0o755 };
    if (typeof content === 'string' && content.startsWith('-> '))
      return { name, type: 'symlink', linkname: content.slice(3) };
    const isProgram = Buffer.isBuffer(content) || content.startsWith('#!');
    return { name, body: content, mode: isProgram ? 0o755 : 0o644 };
  });

interface MadeImage {
  readonly entries?: readonly TestEntry[];
  readonly config?: object;
}

/** Writes an image into a layout of its own, and returns its name. */
const write = async ({ entries = entriesOf(FILES), config = CONFIG }: MadeImage) => {
  const layout = join(folder, `image-${count++}`);
  await createLayout(layout);
  const layers = [await putLayer(layout, [await layerTar(entries)], { gzip: false })];
  await putImage(layout, '1', { layers, config: { architecture: 'amd64', config } });
  return `oci:${layout}:1`;
};

/** `check where message` of each difference. */
const linesOf = ({ images }: VerifyResult): string[] =>
  images.flatMap(({ differences }) =>
    differences.map(({ check, where, message }) => `${check}: ${where} ${message}`),
  );

/** The image without some files, and with others; `undefined` removes one. */
const edited = (
  changes: Readonly<Record<string, Files[string] | undefined>>,
  files = FILES,
): TestEntry[] =>
  entriesOf(
    Object.fromEntries(
      Object.entries({ ...files, ...changes }).filter(([, content]) => content !== undefined),
    ) as Files,
  );

const without = (...paths: readonly string[]): TestEntry[] =>
  edited(Object.fromEntries(paths.map((path) => [path, undefined])));

/** The database of dpkg without the paragraph of a package. */
const statusWithout = (name: string): string =>
  String(FILES['var/lib/dpkg/status'])
    .split('\n\n')
    .filter((paragraph) => !paragraph.includes(`Package: ${name}\n`))
    .join('\n\n');

test.each<readonly [title: string, slim: MadeImage, lines: readonly string[]]>([
  ['the same files and config in another image', { entries: [...entriesOf(FILES)].reverse() }, []],
  [
    'a library that a program and a library need',
    { entries: without(`${LIB}/libz.so.1`) },
    [
      `libraries: /opt/app/libprivate.so.1 needs libz.so.1: /${LIB}/libz.so.1 is gone`,
      `libraries: /${LIB}/libssl.so.3.0 needs libz.so.1: /${LIB}/libz.so.1 is gone`,
      'packages: deb zlib1g 1.0-1 is listed, but none of its files is left: 1 file in the original',
    ],
  ],
  [
    'a library that only the program itself says where to find',
    { entries: without('opt/app/libprivate.so.1') },
    ['libraries: /usr/bin/app needs libprivate.so.1: /opt/app/libprivate.so.1 is gone'],
  ],
  [
    'the symlink by which a loader finds a library',
    { entries: without(`${LIB}/libssl.so.3`) },
    [
      `libraries: /usr/bin/app needs libssl.so.3: /${LIB}/libssl.so.3.0 is there, but nothing leads to it any more`,
    ],
  ],
  [
    'a library for another machine, which no loader takes',
    { entries: without('opt/app/libssl.so.3') },
    [],
  ],
  [
    'the loader',
    { entries: without('lib64/ld-linux-x86-64.so.2') },
    ['app', 'dash', 'env', 'python3.11'].map(
      (name) => `libraries: /usr/bin/${name} is loaded by ${LOADER}, which is gone`,
    ),
  ],
  [
    'another library that the loader finds in place of the first',
    {
      entries: edited({
        [`${LIB}/libz.so.1`]: undefined,
        'usr/lib/libz.so.1': elfFile({ needed: ['libc.so.6'] }),
      }),
    },
    [
      'files: /usr/lib/libz.so.1 is not in the original',
      `libraries: /opt/app/libprivate.so.1 needs libz.so.1: /${LIB}/libz.so.1 is not found, but /usr/lib/libz.so.1`,
      `libraries: /${LIB}/libssl.so.3.0 needs libz.so.1: /${LIB}/libz.so.1 is not found, but /usr/lib/libz.so.1`,
      'packages: deb zlib1g 1.0-1 is listed, but none of its files is left: 1 file in the original',
    ],
  ],
  [
    'the target of a symlink',
    { entries: without('usr/local/bin/tool') },
    [
      'links: /usr/bin/again leads to /usr/local/bin/tool, which is gone',
      'start: /usr/local/bin/tool is gone: healthcheck of the config',
    ],
  ],
  [
    'a symlink that leads elsewhere',
    { entries: edited({ 'usr/bin/again': '-> env' }) },
    [
      'files: /usr/bin/again leads to env, in the original to /usr/local/bin/tool',
      'links: /usr/bin/again leads to /usr/local/bin/tool, which is not found, but /usr/bin/env',
    ],
  ],
  [
    'the interpreter that env looks for, behind a symlink',
    { entries: without('usr/bin/python3.11') },
    [
      'links: /usr/bin/python3 leads to /usr/bin/python3.11, which is gone',
      'interpreters: /usr/local/bin/tool is run by python3: /usr/bin/python3.11 is gone',
      'start: /usr/bin/python3.11 is gone: file that /usr/local/bin/tool starts, line 1',
    ],
  ],
  [
    'a file that a script of the entrypoint names, and the volume',
    { entries: without('srv/app.conf', 'srv/data') },
    [
      'start: /srv/data is gone: volume /srv/data of the config',
      'start: /srv/app.conf is gone: file that /srv/start.sh names, line 2',
    ],
  ],
  [
    'the user that containers start as',
    { entries: edited({ 'etc/passwd': 'root:x:0:0::/root:/bin/sh\n' }) },
    [
      'files: /etc/passwd has other contents',
      'users: user app is gone from /etc/passwd: number 1000 in the original, which containers start as',
    ],
  ],
  [
    'a user by number, and a group that is another one',
    {
      config: { ...CONFIG, User: '1000' },
      entries: edited({
        'etc/passwd': 'root:x:0:0::/root:/bin/sh\napp:x:1001:1000::/srv:/bin/sh\n',
        'etc/group': 'root:x:0:\napp:x:1001:\n',
      }),
    },
    [
      'files: /etc/group has other contents',
      'files: /etc/passwd has other contents',
      'users: user app is another one in /etc/passwd: number 1000 in the original, which containers start as',
      'users: group app is another one in /etc/group: number 1000 in the original',
      'config: user is "1000", in the original "app"',
    ],
  ],
  [
    'the record of a package whose files are left',
    { entries: edited({ 'var/lib/dpkg/status': statusWithout('dash') }) },
    ['packages: deb dash 1.0-1 is not listed any more, but 1 file is left: /usr/bin/dash'],
  ],
  [
    'a package with its record, and documentation that its package can do without',
    {
      entries: edited({
        'var/lib/dpkg/status': statusWithout('manpages'),
        'usr/share/man/man1/ls.1': undefined,
      }),
    },
    [],
  ],
  ['documentation alone', { entries: without('usr/share/man/man1/ls.1') }, []],
  [
    'the module of a Python package',
    { entries: without('usr/lib/python3/dist-packages/flask/__init__.py') },
    ['packages: python flask 3.0 is listed, but none of its files is left: 1 file in the original'],
  ],
  [
    'the record of a Python package',
    { entries: without('usr/lib/python3/dist-packages/flask-3.0.dist-info/METADATA') },
    [
      'packages: python flask 3.0 is not listed any more, but 1 file is left: /usr/lib/python3/dist-packages/flask/__init__.py',
    ],
  ],
  [
    'a variable, a port and the health check',
    {
      config: { ...CONFIG, Env: CONFIG.Env.slice(0, 1), ExposedPorts: {}, Healthcheck: undefined },
    },
    [
      'config: env MODE is gone, in the original "fast"',
      'config: port 80/tcp is gone, in the original set',
      'config: healthcheck Test is gone, in the original "["CMD","/usr/local/bin/tool"]"',
    ],
  ],
  [
    'modes and owners',
    {
      entries: entriesOf(FILES).map((entry) =>
        entry.name === 'srv/data/' ? { ...entry, mode: 0o1777, uid: 7 } : entry,
      ),
    },
    [
      'files: /srv/data has the mode 1777, in the original 0755',
      'files: /srv/data has the owner 7:0, in the original 0:0',
    ],
  ],
])('finds what an image lacks: %s', async (_title, image, lines) => {
  const result = await verify({ original: await write({}), slim: await write(image) });
  const others = result.images.flatMap(({ differences }) => differences);
  expect(others.length).toBe(lines.length);
  expect(linesOf(result)).toEqual(lines);
  expect(result.passed).toBe(lines.length === 0);
});

/** Alpine: another loader with settings of its own, and another database. */
const APK = (names: readonly string[]): string =>
  names.map((name) => `P:${name}\nV:1.0-r0\nA:x86_64\nF:usr/lib\nR:lib${name}.so.1\n`).join('\n');
const ALPINE: Files = {
  'lib/ld-musl-x86_64.so.1': elfFile(),
  'etc/ld-musl-x86_64.path': '/usr/lib:/opt/lib\n',
  'lib/apk/db/installed': APK(['ssl', 'zed']),
  'usr/lib/libssl.so.1': elfFile({ needed: ['libown.so.1', 'libc.musl-x86_64.so.1'] }),
  'usr/lib/libzed.so.1': elfFile(),
  'opt/lib/libown.so.1': elfFile(),
  'opt/other/libown.so.1': elfFile(),
  'lib/libc.musl-x86_64.so.1': '-> ld-musl-x86_64.so.1',
};

test.each<
  readonly [title: string, changes: Parameters<typeof edited>[0], lines: readonly string[]]
>([
  ['nothing', {}, []],
  ['a library that no folder of the loader has', { 'opt/other/libown.so.1': undefined }, []],
  [
    'a library that the settings of the loader lead to',
    { 'opt/lib/libown.so.1': undefined },
    ['libraries: /usr/lib/libssl.so.1 needs libown.so.1: /opt/lib/libown.so.1 is gone'],
  ],
  [
    'the settings of the loader',
    { 'etc/ld-musl-x86_64.path': undefined },
    [
      'libraries: /usr/lib/libssl.so.1 needs libown.so.1: /opt/lib/libown.so.1 is there, but nothing leads to it any more',
    ],
  ],
  [
    'the files of a package, and the record of another one',
    { 'lib/apk/db/installed': APK(['zed']), 'usr/lib/libzed.so.1': undefined },
    [
      'packages: apk ssl 1.0-r0 is not listed any more, but 1 file is left: /usr/lib/libssl.so.1',
      'packages: apk zed 1.0-r0 is listed, but none of its files is left: 1 file in the original',
    ],
  ],
])('finds what an image of Alpine lacks: %s', async (_title, changes, lines) => {
  const original = await write({ entries: edited({}, ALPINE), config: {} });
  const slimmed = await write({ entries: edited(changes, ALPINE).reverse(), config: {} });
  expect(linesOf(await verify({ original, slim: slimmed }))).toEqual(lines);
});

test('what the original lacks is not held against its copy, and each check looks at something', async () => {
  const [original, copy] = [await write({}), await write({ entries: entriesOf(FILES).reverse() })];
  const { images } = await verify({ original, slim: copy });
  const counts = images[0]?.checks.map(({ check, checked }) => [check, checked > 0]);
  expect(counts).toEqual(images[0]?.checks.map(({ check }) => [check, true]));
  expect(images[0]?.checks).toContainEqual({ check: 'interpreters', checked: 3, different: 0 });
  expect(images[0]?.checks).toContainEqual({ check: 'libraries', checked: 8, different: 0 });
});

test.each(['safe', 'lean'] as const)(
  'what a slim at %s makes is as its original',
  async (level) => {
    const source = await write({
      entries: [...entriesOf(FILES), { name: 'var/cache/apt/pkgcache.bin', body: 'x'.repeat(999) }],
    });
    const target = `oci:${join(folder, `slim-${level}`)}:1`;
    const { changed } = await slim({ source, target, level });
    const result = await verify({ original: source, slim: target });
    expect({ changed, lines: linesOf(result) }).toEqual({ changed: true, lines: [] });
  },
);

test('records that changed are named; other contents of a program count where nothing says it was stripped', async () => {
  const original = await write({});
  const entries = edited({
    'var/lib/dpkg/status': statusWithout('manpages'),
    'usr/share/man/man1/ls.1': undefined,
    'usr/bin/env': elfFile(),
  });
  const { images } = await verify({ original, slim: await write({ entries }) });
  expect(images[0]).toMatchObject({
    changed: [{ path: '/var/lib/dpkg/status', why: 'package record' }],
    differences: [{ check: 'files', where: '/usr/bin/env', message: 'has other contents' }],
  });
});

test('one image is the same as itself, and is not read', async () => {
  const name = await write({});
  const { passed, images } = await verify({ original: name, slim: name });
  expect({ passed, checks: images[0]?.checks }).toEqual({ passed: true, checks: [] });
});
