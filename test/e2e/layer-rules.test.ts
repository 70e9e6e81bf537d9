import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { END, gnuSparseMember, rawMember } from '../../fixtures/raw-tar.ts';
import { findInMount, withPodmanImage } from '../support/engine.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { differences } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startDocker, type RunningEngine } from '../transport/engine/support/engines.ts';

/* What docs/layer-rules.md says, by the engines themselves: the same files before and after. */

const BASE = [
  ...['etc/', 'etc/old=1', 'whole/', 'whole/old=1', 'part/', 'part/old=1', 'part/kept=1'],
  ...['usr/', 'usr/lib/', 'usr/lib/x=1', 'folder/', 'folder/old=1', 'again->etc', 'deep/'],
];

const LINKED = [
  ...['etc/', 'abs->/etc', 'abs/through-absolute=2', 'abs/sub/implied=2', 'abs/folder/'],
  ...['up/', 'up/climb->../../../../etc', 'up/climb/through-climbing=2', 'abs/soft->old'],
  ...['hard=>abs/through-absolute', 'own=2', 'up/climb/hard-named=>own'],
  ...['chain-b->etc', 'chain-a->chain-b', 'chain-a/through-chain=2', 'here->.', 'here/in-root=2'],
  ...['whole/', 'w->whole', 'w/.wh..wh..opq', 'w/new=2', 'part/', 'p->part', 'p/.wh.old'],
  ...['new/', 'folder->new', 'folder/moved=2', 'again->etc', 'again/through-again=2'],
];

/** Forms of files that no engine unpacks, with what is in them. */
const OLD_FILES: Readonly<Record<string, string>> = {
  'old/sparse': `${'\0'.repeat(4096)}in the middle${'\0'.repeat(5904)}`,
  'old/many': Array.from({ length: 30 }, (_, at) => `${at}`.padEnd(600, '\0')).join(''),
  'old/contiguous': 'in one piece',
};
const OLD_LAYER = Buffer.concat([
  gnuSparseMember({ name: 'old/sparse' }, OLD_FILES['old/sparse']?.length ?? 0, [
    [4096, Buffer.from('in the middle')],
  ]),
  gnuSparseMember(
    { name: 'old/many' },
    30 * 600,
    Array.from({ length: 30 }, (_, at) => [at * 600, Buffer.from(`${at}`)] as const),
  ),
  rawMember({ name: 'old/contiguous', type: '7', body: 'in one piece' }),
  END,
]);

/** Symlinks of a lower layer: umoci follows them, the engines make folders of them. */
const LOWER = ['lib->usr/lib'];
const BELOW_LOWER = ['lib/own=3', 'usr/', 'usr/lib/', 'usr/lib/y=3'];

const EXPECTED = [
  ...['abs', 'again', 'chain-a', 'chain-b', 'etc', 'etc/folder', 'etc/hard-named', 'etc/old'],
  ...['etc/soft', 'etc/sub', 'etc/sub/implied', 'etc/through-absolute', 'etc/through-again'],
  ...['etc/through-chain', 'etc/through-climbing', 'deep', 'folder', 'hard', 'here', 'in-root'],
  ...['new', 'new/moved', 'own', 'p', 'part', 'part/kept', 'up', 'up/climb', 'usr', 'usr/lib'],
  ...['usr/lib/x', 'w', 'whole', 'whole/new'],
].toSorted();

const folder = tempFolder();
const exec = promisify(execFile);

const makeLayout = async (
  name: string,
  ...stack: readonly (readonly string[])[]
): Promise<string> => {
  const layout = join(folder, name);
  await createLayout(layout);
  const layers = [];
  for (const lines of stack)
    layers.push(await putLayer(layout, [await layerTar(entriesOf(lines))]));
  await putImage(layout, '1.0', { layers, config: { config: { Cmd: ['/none'] } } });
  return layout;
};

const slimmed = async (source: string, ...options: readonly string[]): Promise<string> => {
  const target = `${source}-${options.join('')}`;
  const common = ['--profile', 'none', ...options];
  await runReslim(`oci:${source}:1.0`, '-o', `oci:${target}:1.0`, ...common);
  return target;
};

const readOld = async (root: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      Object.keys(OLD_FILES).map(
        async (path) => [path, await readFile(join(root, path), 'latin1')] as const,
      ),
    ),
  );

const SQUASHES = ['all', 'none'] as const;

/** All ways to lay out the layers of a new image. */
const LAYOUTS = ['--squash=all', '--squash=none', '--squash=base --base=1', '--layers=5'] as const;

/** Folders that no entry describes, which have the time of unpacking. */
const IMPLIED = /^((?:etc\/sub|lib)\td 755 0:0) [\d.]+/;

const mounted = async (layout: string): Promise<string[]> =>
  (await withPodmanImage(layout, '1.0', findInMount)).map((line) => line.replace(IMPLIED, '$1'));

const pathsOf = (lines: readonly string[]): string[] =>
  lines.map((line) => line.slice(0, line.indexOf('\t'))).toSorted();

let linked: string;
let lower: string;
let old: string;

beforeAll(async () => {
  old = join(folder, 'old');
  await createLayout(old);
  const layers = [
    await putLayer(old, [await layerTar(entriesOf(BASE))]),
    await putLayer(old, [OLD_LAYER]),
  ];
  await putImage(old, '1.0', { layers, config: { config: { Cmd: ['/none'] } } });
  linked = await makeLayout('linked', BASE, LINKED);
  lower = await makeLayout('lower', [...BASE, ...LOWER], LINKED, BELOW_LOWER);
});

describe.runIf(requireTools('root', 'podman', 'skopeo'))('Podman with overlay', () => {
  test.each(LAYOUTS)('shows the same files, links of a layer followed, %s', async (layout) => {
    const before = await mounted(linked);
    const target = await slimmed(linked, ...layout.split(' '));
    const after = await mounted(target);

    expect(pathsOf(before)).toEqual(EXPECTED);
    expect(differences(before, after)).toEqual([]);
  });

  test('has the contents of old sparse and contiguous files', async () => {
    const target = await slimmed(old, '--squash', 'none');
    const found = await withPodmanImage(target, '1.0', async (image) => {
      const { stdout } = await exec('podman', ['image', 'mount', image]);
      try {
        return await readOld(stdout.trim());
      } finally {
        await exec('podman', ['image', 'unmount', image]);
      }
    });
    expect(found).toEqual(OLD_FILES);
  });

  test.each(LAYOUTS)('shows a folder for a lower symlink, %s', async (layout) => {
    const before = await mounted(lower);
    const target = await slimmed(lower, ...layout.split(' '));
    const after = await mounted(target);

    const more = ['lib', 'lib/own', 'usr/lib/y'];
    expect(pathsOf(before)).toEqual([...EXPECTED, ...more].toSorted());
    expect(differences(before, after)).toEqual([]);
  });
});

describe.runIf(requireTools('root', 'umoci'))('umoci', () => {
  /** It leaves a folder the time at which it wrote something to it through a symlink. */
  const FOLDER = /(\td \d+ 0:0) [\d.]+/;

  const unpack = async (layout: string): Promise<readonly string[]> => {
    const bundle = `${layout}-bundle`;
    await exec('umoci', ['raw', 'unpack', '--image', `${layout}:1.0`, bundle]);
    const { stdout } = await exec('find', [bundle, '-mindepth', '1', '-printf', LINE]);
    return stdout
      .split('\0')
      .slice(0, -1)
      .map((line) => line.replace(FOLDER, '$1'))
      .toSorted();
  };
  const LINE = '%P\\t%y %m %U:%G %T@ %l %n\\0';

  test.each(LAYOUTS)('unpacks the same files, %s', async (layout) => {
    const source = await makeLayout(`umoci-${LAYOUTS.indexOf(layout)}`, BASE, LINKED);
    const target = await slimmed(source, ...layout.split(' '));
    const [before, after] = [await unpack(source), await unpack(target)];

    expect(pathsOf(before)).toEqual(EXPECTED);
    expect(differences(before, after)).toEqual([]);
  });
});

describe.runIf(requireTools('root', 'umoci'))('umoci, of old sparse and contiguous files', () => {
  test.each(SQUASHES)('refuses them before, and has them after, --squash %s', async (squash) => {
    const bundle = join(folder, `old-bundle-${squash}`);
    const unpack = (layout: string) =>
      exec('umoci', ['raw', 'unpack', '--image', `${layout}:1.0`, bundle]);
    await expect(unpack(old)).rejects.toThrow('unknown typeflag');
    await rm(bundle, { recursive: true, force: true });
    await unpack(await slimmed(old, `--squash=${squash}`));

    expect(await readOld(bundle)).toEqual(OLD_FILES);
  });
});

describe.runIf(requireTools('root', 'dockerd', 'docker', 'skopeo'))('Docker with overlay2', () => {
  let docker: RunningEngine;
  beforeAll(async () => {
    docker = await startDocker('overlay2');
  }, 120_000);
  afterAll(() => docker.close(), 60_000);

  let archives = 0;

  /** Names, types and targets of a container made of the image, as `docker export` tells them. */
  const exported = async (layout: string): Promise<string[]> => {
    const archive = `${layout}.${archives++}.tar`;
    await exec('skopeo', ['copy', '-q', `oci:${layout}:1.0`, `docker-archive:${archive}:t/x:1`]);
    await docker.ask('load', '-q', '-i', archive);
    const id = (await docker.ask('create', 't/x:1')).trim();
    const tar = `${archive}.export`;
    await docker.ask('export', '-o', tar, id);
    await docker.ask('rm', id);
    await docker.ask('rmi', 't/x:1');
    const lines: string[] = [];
    const reader = extract();
    reader.end(await readFile(tar));
    for await (const entry of reader) {
      const { name, type, linkname, mode, size } = entry.header;
      lines.push(`${name.replace(/\/$/, '')}\t${type} ${linkname} ${mode?.toString(8)} ${size}`);
      entry.resume();
    }
    return lines.toSorted();
  };

  test('has old sparse and contiguous files', async () => {
    const target = await slimmed(old, '--squash=all', '--compression=none');
    const lines = (await exported(target)).filter((line) => line.startsWith('old/'));

    expect(lines).toEqual([
      'old/contiguous\tfile null 100644 12',
      'old/many\tfile null 100644 18000',
      `old/sparse\tfile null 100644 ${OLD_FILES['old/sparse']?.length}`,
    ]);
  });

  test.each(LAYOUTS)('shows the same files, %s', async (layout) => {
    const target = await slimmed(lower, ...layout.split(' '));
    const [before, after] = [await exported(lower), await exported(target)];

    const more = ['lib', 'lib/own', 'usr/lib/y'];
    expect(pathsOf(before)).toEqual(expect.arrayContaining([...EXPECTED, ...more]));
    expect(pathsOf(before)).not.toContain('part/old');
    expect(differences(before, after)).toEqual([]);
  });
});
