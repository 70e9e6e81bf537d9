import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
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

const SQUASHES = ['all', 'none'] as const;

/** Folders that no entry describes, which have the time of unpacking. */
const IMPLIED = /^((?:etc\/sub|lib)\td 755 0:0) [\d.]+/;

const mounted = async (layout: string): Promise<string[]> =>
  (await withPodmanImage(layout, '1.0', findInMount)).map((line) => line.replace(IMPLIED, '$1'));

const pathsOf = (lines: readonly string[]): string[] =>
  lines.map((line) => line.slice(0, line.indexOf('\t'))).toSorted();

let linked: string;
let lower: string;

beforeAll(async () => {
  linked = await makeLayout('linked', BASE, LINKED);
  lower = await makeLayout('lower', [...BASE, ...LOWER], LINKED, BELOW_LOWER);
});

describe.runIf(requireTools('root', 'podman', 'skopeo'))('Podman with overlay', () => {
  test.each(SQUASHES)(
    'shows the same files, links of a layer followed, --squash %s',
    async (squash) => {
      const before = await mounted(linked);
      const target = await slimmed(linked, '--squash', squash);
      const after = await mounted(target);

      expect(pathsOf(before)).toEqual(EXPECTED);
      expect(differences(before, after)).toEqual([]);
    },
  );

  test.each(SQUASHES)('shows a folder for a lower symlink, --squash %s', async (squash) => {
    const before = await mounted(lower);
    const target = await slimmed(lower, '--squash', squash);
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

  test.each(SQUASHES)('unpacks the same files, --squash %s', async (squash) => {
    const source = await makeLayout(`umoci-${squash}`, BASE, LINKED);
    const target = await slimmed(source, '--squash', squash);
    const [before, after] = [await unpack(source), await unpack(target)];

    expect(pathsOf(before)).toEqual(EXPECTED);
    expect(differences(before, after)).toEqual([]);
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

  test.each(SQUASHES)('shows the same files, --squash %s', async (squash) => {
    const target = await slimmed(lower, '--squash', squash);
    const [before, after] = [await exported(lower), await exported(target)];

    const more = ['lib', 'lib/own', 'usr/lib/y'];
    expect(pathsOf(before)).toEqual(expect.arrayContaining([...EXPECTED, ...more]));
    expect(pathsOf(before)).not.toContain('part/old');
    expect(differences(before, after)).toEqual([]);
  });
});
