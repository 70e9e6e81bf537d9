import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { RebaseOptions, RebaseResult } from '../../src/api/rebase.ts';
import { copy } from '../../src/operations/copy.ts';
import { rebase } from '../../src/operations/rebase.ts';
import { validate } from '../../src/operations/validate.ts';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import type { Files } from '../support/fact-image.ts';
import { layerTar, type TestEntry } from '../support/layer-tar.ts';
import { differences, flatten, readImage } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import { describePlainRegistries } from '../transport/registry/support/registries.ts';
import type { Server } from '../transport/registry/support/servers.ts';

interface Made {
  readonly layers: readonly Files[];
  /** The `config` member. */
  readonly settings?: object;
  /** Commands of steps; an empty one for a step without a layer is written `# CMD`. */
  readonly steps?: readonly string[];
  readonly annotations?: Record<string, string>;
}

const folder = tempFolder();

const named = (tag: string): string => `oci:${join(folder, tag)}:1`;

const entries = (files: Files): TestEntry[] =>
  Object.entries(files).map(([name, body]) =>
    typeof body === 'string' && body.startsWith('-> ')
      ? { name, type: 'symlink', linkname: body.slice(3) }
      : { name, body: body ?? '', mode: /(^|\/)s?bin\/|\.so/.test(name) ? 0o755 : 0o644 },
  );

const make = async (tag: string, { layers, settings = {}, steps }: Made): Promise<string> => {
  const layout = join(folder, tag);
  await createLayout(layout);
  const written = [];
  for (const files of layers)
    written.push(await putLayer(layout, [await layerTar(entries(files))]));
  const history = (steps ?? layers.map((_, at) => `RUN step ${at}`)).map((step) =>
    step.startsWith('# ') ? { created_by: step.slice(2), empty_layer: true } : { created_by: step },
  );
  await putImage(layout, '1', { layers: written, config: { config: settings, history } });
  return named(tag);
};

const imageAt = (tag: string) => readImage(join(folder, tag), '1');

const run = (options: Omit<RebaseOptions, 'network'>): Promise<RebaseResult> =>
  rebase({ ...options, network });

/** Problems as lines. */
const problemsOf = ({ images }: RebaseResult): string[] =>
  images.flatMap(({ problems }) =>
    problems.map(({ check, where, message }) => `${check}: ${where} ${message}`),
  );

const OLD: Made = {
  layers: [{ 'bin/sh': 'shell 1', 'etc/issue': 'one' }],
  settings: {
    Env: ['PATH=/bin', 'BASE=1', 'GONE=yes'],
    Cmd: ['sh'],
    Labels: { version: '1', vendor: 'base' },
    StopSignal: 'SIGTERM',
  },
  steps: ['ADD old', '# CMD ["sh"]'],
};

const NEW: Made = {
  layers: [{ 'bin/sh': 'shell 2', 'etc/issue': 'two' }, { 'etc/added': 'more' }],
  settings: {
    Env: ['PATH=/bin', 'BASE=2', 'FRESH=1'],
    Cmd: ['sh', '-l'],
    Labels: { version: '2', vendor: 'base' },
    StopSignal: 'SIGINT',
  },
  steps: ['ADD new', 'RUN more', '# CMD ["sh", "-l"]'],
};

const APP: Files = { 'app/run': '#!/bin/sh\necho app\n', 'app/data': 'x' };

const appOn = (base: Made, own: Partial<Made> = {}): Made => ({
  layers: [...base.layers, APP],
  settings: {
    ...base.settings,
    Env: ['PATH=/app:/bin', 'BASE=1', 'GONE=yes', 'APP=1'],
    Cmd: ['/app/run'],
    Labels: { version: 'app', vendor: 'base' },
  },
  steps: [...(base.steps ?? []), '# ENV APP=1', 'COPY app /app', '# CMD ["/app/run"]'],
  ...own,
});

describe('rebase', () => {
  test('puts the layers of the image on those of the new base, whose blobs stay', async () => {
    const [old, next] = [await make('old', OLD), await make('new', NEW)];
    const source = await make('app', appOn(OLD));
    const result = await run({ source, oldBase: old, newBase: next, target: named('out') });

    const [app, base, out] = [await imageAt('app'), await imageAt('new'), await imageAt('out')];
    expect(out.layers.map(({ digest }) => digest)).toEqual([
      ...base.layers.map(({ digest }) => digest),
      app.layers[1]?.digest,
    ]);
    expect(result).toMatchObject({
      passed: true,
      target: { digest: out.digest },
      images: [{ how: 'image', layers: { old: 1, new: 2, own: 1 }, problems: [], hidden: [] }],
    });
    expect(await validate({ source: named('out'), network })).toMatchObject({ valid: true });
  });

  test('takes the settings of the new base where the image has none of its own', async () => {
    const { config } = await imageAt('out');
    expect(config['config']).toEqual({
      // The variables of the base come first; PATH is the image's own.
      Env: ['PATH=/app:/bin', 'BASE=2', 'FRESH=1', 'APP=1'],
      Cmd: ['/app/run'],
      Labels: { version: 'app', vendor: 'base' },
      StopSignal: 'SIGINT',
    });
    const result = await run({
      source: named('app'),
      oldBase: named('old'),
      newBase: named('new'),
      dryRun: true,
    });
    expect(result.images[0]?.settings).toEqual([
      ...['env BASE', 'env FRESH', 'env GONE'],
      'stop-signal',
    ]);
    expect(result.target).toBeUndefined();
  });

  test('has the history of the new base, and then that of the image', async () => {
    const { history } = (await imageAt('out')).config as { history: { created_by: string }[] };
    expect(history.map((step) => step.created_by)).toEqual([
      ...['ADD new', 'RUN more', 'CMD ["sh", "-l"]'],
      ...['ENV APP=1', 'COPY app /app', 'CMD ["/app/run"]'],
    ]);
  });

  test('gives the same digest again, and changes nothing on the base that the image has', async () => {
    const options = { source: named('app'), oldBase: named('old'), newBase: named('new') };
    const again = await run({ ...options, target: named('again') });
    expect((await imageAt('again')).digest).toBe((await imageAt('out')).digest);
    const same = await run({
      source: named('out'),
      oldBase: named('new'),
      newBase: named('new'),
      target: named('same'),
    });
    expect((await imageAt('same')).digest).toBe(again.target?.digest);
    expect(same.notes).toEqual(['linux/amd64 is on this base already']);
  });

  test('finds the old base by the history, and then leaves the settings', async () => {
    const result = await run({
      source: named('app'),
      newBase: named('new'),
      target: named('found'),
    });
    expect(result.images[0]).toMatchObject({ how: 'history', layers: { old: 1 }, settings: [] });
    expect(result.notes).toContainEqual(expect.stringContaining('settings stay as they are'));
    const { config } = await imageAt('found');
    expect(config['config']).toMatchObject({ Env: expect.arrayContaining(['BASE=1']) });
    const { history } = config as { history: { created_by: string }[] };
    expect(history.map((step) => step.created_by)).toEqual([
      ...['ADD new', 'RUN more', 'CMD ["sh", "-l"]'],
      ...['ENV APP=1', 'COPY app /app', 'CMD ["/app/run"]'],
    ]);
  });

  test.runIf(requireTools('python3'))(
    'shows the files of the new base and of the image',
    async () => {
      await make('built', { layers: [...NEW.layers, APP] });
      const [rebased, built] = [
        await flatten(join(folder, 'out'), '1'),
        await flatten(join(folder, 'built'), '1'),
      ];
      expect(differences(built, rebased)).toEqual([]);
    },
  );

  test('goes back to the old base, byte for byte of the layers', async () => {
    await run({
      source: named('out'),
      oldBase: named('new'),
      newBase: named('old'),
      target: named('back'),
    });
    const [app, back] = [await imageAt('app'), await imageAt('back')];
    expect(back.layers).toEqual(app.layers);
    expect(back.config['rootfs']).toEqual(app.config['rootfs']);
    expect(back.config['history']).toEqual(app.config['history']);
  });

  test('lets the image be replaced only when that is asked for', async () => {
    await make('place', appOn(OLD));
    const swap = { source: named('place'), oldBase: named('old'), newBase: named('new') };
    await expect(run({ ...swap, target: named('place') })).rejects.toMatchObject({ code: 'usage' });
    await run({ ...swap, target: named('place'), inPlace: true });
    expect((await imageAt('place')).layers).toHaveLength(3);
  });

  test('refuses a base that the image is not built on, before anything is written', async () => {
    const swap = { source: named('app'), newBase: named('new'), target: named('never') };
    await expect(run({ ...swap, oldBase: named('new') })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(
        /^the image is not built on this base: --old .*: layer 1 of it/,
      ),
    });
    await expect(run({ ...swap, oldBase: '7' })).rejects.toMatchObject({
      message: 'the image is not built on this base: --old 7, and the image has 2 layers',
    });
    await expect(run({ source: named('app'), newBase: named('new') })).rejects.toMatchObject({
      code: 'usage',
      message: 'no target is named',
    });
    await make('bare', { layers: [APP] });
    await expect(run({ ...swap, source: named('bare') })).rejects.toMatchObject({
      message: expect.stringContaining('neither annotations nor the history show the base'),
    });
    expect(() => readFileSync(join(folder, 'never', 'index.json'))).toThrow('ENOENT');
  });
});

describe('what the new base lacks', () => {
  /** Rebases an image with these layers, without a target. */
  const check = async (
    title: string,
    made: {
      readonly old: Files;
      readonly next: Files;
      readonly own: Files;
      readonly settings?: object;
    },
  ): Promise<RebaseResult> => {
    const { old, next, own, settings = {} } = made;
    const [oldBase, newBase] = [
      await make(`${title}-old`, { layers: [old] }),
      await make(`${title}-new`, { layers: [next] }),
    ];
    const source = await make(`${title}-app`, { layers: [old, own], settings });
    return run({ source, oldBase, newBase, dryRun: true });
  };

  const LIBRARY = 'usr/lib/x86_64-linux-gnu/libssl.so.1.1';

  test('is a library, and a loader', async () => {
    const program = elfFile({ needed: ['libssl.so.1.1'], interpreter: '/lib64/ld.so' });
    const result = await check('library', {
      old: { [LIBRARY]: elfFile(), 'lib64/ld.so': elfFile() },
      next: { 'usr/lib/x86_64-linux-gnu/libssl.so.3': elfFile() },
      own: { 'app/bin/server': program, 'app/bin/own': elfFile({ needed: ['libmissing.so'] }) },
    });
    expect(problemsOf(result)).toEqual([
      'libraries: /app/bin/server is loaded by /lib64/ld.so, which is gone',
      'libraries: /app/bin/server needs libssl.so.1.1, which is gone',
    ]);
    expect(result.passed).toBe(false);
  });

  test('is a program that scripts are run by, or that is started', async () => {
    const result = await check('program', {
      old: { 'usr/bin/perl': 'elf', 'usr/bin/curl': 'elf', 'bin/sh': 'elf' },
      next: { 'bin/sh': 'elf' },
      own: {
        'app/bin/start': '#!/bin/sh\nexec /usr/bin/curl -s http://localhost/\n',
        'app/bin/report': '#!/usr/bin/perl -w\nprint 1;\n',
      },
      settings: { Entrypoint: ['/app/bin/start'] },
    });
    expect(problemsOf(result)).toEqual([
      'programs: /usr/bin/curl is gone: file that /app/bin/start starts, line 2',
      'programs: /app/bin/report is run by /usr/bin/perl, which is gone',
    ]);
  });

  test('is a runtime of the version that packages were installed for', async () => {
    const python = (version: string): Files => ({
      'usr/bin/python3': `-> python${version}`,
      [`usr/bin/python${version}`]: 'elf',
      [`usr/lib/python${version}/os.py`]: 'x',
    });
    const result = await check('runtime', {
      old: python('3.11'),
      next: python('3.12'),
      own: {
        'usr/lib/python3.11/site-packages/flask/__init__.py': 'x',
        'opt/venv/lib/python3.11/site-packages/flask/__init__.py': 'x',
        'opt/venv/pyvenv.cfg': 'home = /usr/bin\n',
      },
    });
    expect(problemsOf(result)).toEqual([
      'runtimes: /usr/lib/python3.11 has files of the image beside those of the old base; the new base has no such folder',
      'runtimes: /opt/venv/lib/python3.11 is for python3.11, which the new base does not have',
    ]);
  });

  test('is the account that containers start as', async () => {
    const result = await check('user', {
      old: {
        'etc/passwd': 'root:x:0:0::/:/bin/sh\napp:x:7:7::/:/bin/sh\n',
        'etc/group': 'app:x:7:\n',
      },
      next: { 'etc/passwd': 'root:x:0:0::/:/bin/sh\n', 'etc/group': 'root:x:0:\n' },
      own: { 'app/data': 'x' },
      settings: { User: 'app:app' },
    });
    expect(problemsOf(result)).toEqual([
      'users: user app is not in /etc/passwd of the new base, and containers start as it',
      'users: group app is not in /etc/group of the new base, and containers start as it',
    ]);
  });

  test('is true records of packages, where the image has its own', async () => {
    const status = (version: string, more = ''): string =>
      `Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n${more}`;
    const tool = 'Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n';
    const base = (version: string): Files => ({
      ...dpkgFiles([{ name: 'libc6', files: { 'lib/libc.so.6': version } }]),
      'var/lib/dpkg/status': status(version),
    });
    const stale = await check('records', {
      old: base('2.36-1'),
      next: base('2.36-2'),
      own: {
        'usr/bin/tool': 'elf',
        'var/lib/dpkg/info/tool.list': '/.\n/usr\n/usr/bin\n/usr/bin/tool\n',
        'var/lib/dpkg/status': status('2.36-1', tool),
      },
    });
    expect(problemsOf(stale)).toEqual([
      'packages: records of deb come from the old base: they list libc6 2.36-1 in place of 2.36-2',
    ]);
    expect(stale.images[0]?.hidden).toEqual(['/var/lib/dpkg/status']);
    const untouched = await check('records-of-base', {
      old: base('2.36-1'),
      next: base('2.36-2'),
      own: { 'app/data': 'x' },
    });
    expect(problemsOf(untouched)).toEqual([]);
  });

  test('stops the run, unless it is to be written all the same', async () => {
    const swap = {
      source: named('user-app'),
      oldBase: named('user-old'),
      newBase: named('user-new'),
      target: named('forced'),
    };
    const refused = await run(swap);
    expect([refused.passed, refused.target]).toEqual([false, undefined]);
    expect(() => readFileSync(join(folder, 'forced', 'index.json'))).toThrow('ENOENT');
    expect(await run({ ...swap, force: true })).toMatchObject({
      passed: false,
      target: { digest: (await imageAt('forced')).digest },
    });
  });

  test.runIf(requireTools('gcc'))(
    'is a version of symbols that a library does not have',
    async () => {
      const work = join(folder, 'symbols');
      mkdirSync(work);
      const build = (name: string, versions: string): Buffer => {
        writeFileSync(
          join(work, 'lib.c'),
          'int old(void) { return 1; } int fresh(void) { return 2; }\n',
        );
        writeFileSync(join(work, 'map'), versions);
        execFileSync(
          'gcc',
          [
            '-shared',
            '-fPIC',
            '-nostdlib',
            '-Wl,--version-script=map',
            '-Wl,-soname,libword.so.1',
            '-o',
            name,
            'lib.c',
          ],
          { cwd: work },
        );
        return readFileSync(join(work, name));
      };
      const before = build(
        'libword.so.1',
        'WORD_1 { global: old; };\nWORD_2 { global: fresh; } WORD_1;\n',
      );
      const after = build('newer.so', 'WORD_1 { global: old; local: *; };\n');
      writeFileSync(join(work, 'app.c'), 'int fresh(void); int use(void) { return fresh(); }\n');
      execFileSync(
        'gcc',
        ['-shared', '-fPIC', '-nostdlib', '-o', 'app.so', 'app.c', 'libword.so.1'],
        {
          cwd: work,
        },
      );
      const place = 'usr/lib/libword.so.1';
      const result = await check('versions', {
        old: { [place]: before },
        next: { [place]: after },
        own: { 'app/app.so': readFileSync(join(work, 'app.so')) },
      });
      expect(problemsOf(result)).toEqual([
        'libraries: /app/app.so needs WORD_2 of libword.so.1, which the new one does not have',
      ]);
    },
  );
});

describePlainRegistries('a rebase in the registry', {}, (start) => {
  test('finds all layers in two repositories, and writes down the base, which is known from then on', async () => {
    const server: Server = await start();
    const at = (name: string): string => `docker://${server.host}/${name}`;
    const options = { network };
    for (const [tag, name] of [
      ['old', 'base:1'],
      ['new', 'base:2'],
      ['app', 'app:1'],
    ] as const)
      await copy({ source: named(tag), target: at(name), ...options });
    const swap = { source: at('app:1'), oldBase: at('base:1'), newBase: at('base:2') };
    const { target } = await rebase({ ...swap, target: at('app:2'), ...options });
    expect(target?.digest).toMatch(/^sha256:/);
    await copy({ source: at('app:2'), target: named('pulled'), ...options });
    const pulled = await imageAt('pulled');
    expect(pulled.layers).toHaveLength(3);
    // The base is known from now on.
    const again = await rebase({
      source: at('app:2'),
      newBase: at('base:1'),
      target: at('app:3'),
      ...options,
    });
    expect(again.images[0]).toMatchObject({ how: 'annotation', layers: { old: 2, new: 1 } });
  });
});
