import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { ReslimError } from '../../src/base/errors.ts';
import type { Squash } from '../../src/api/vocabulary.ts';
import { bytesInMemory } from '../../src/layer/bytes-in-memory.ts';
import type { Entry } from '../../src/layer/entry.ts';
import type { LayerBytes } from '../../src/layer/layer-bytes.ts';
import type { Replacements } from '../../src/plan/plan.ts';
import type { Verdict, Verdicts } from '../../src/rules/verdict.ts';
import { pathOf, typeOf, walk, type Node } from '../../src/tree/node.ts';
import { squashLayers, type Tree } from '../../src/tree/squash.ts';
import { flatten } from '../support/layout.ts';
import { readTar } from '../support/read-tar.ts';
import { requireTools } from '../support/requires.ts';
import { squashTars } from '../support/squash-tars.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  applyLayers,
  BrokenStack,
  describeFiles,
  IMPLIED,
  type FileSystem,
  type Inode,
  type Step,
} from './naive-model.ts';
import { repaired, stack, stepsOfTar, tarOfSteps } from './stacks.ts';

/** Stacks of one run: `FUZZ_STACKS=20000` for the long one. */
const RUNS = Number(process.env['FUZZ_STACKS'] ?? 500);
const OPTIONS: fc.Parameters<unknown> = {
  numRuns: RUNS,
  ...(process.env['FUZZ_SEED'] !== undefined && { seed: Number(process.env['FUZZ_SEED']) }),
};
const TIMEOUT = 60_000 + RUNS * 100;

const naive = (layers: readonly (readonly Step[])[]): FileSystem | undefined => {
  try {
    return applyLayers(layers);
  } catch (error) {
    if (error instanceof BrokenStack) return undefined;
    throw error;
  }
};

const merged = (tars: readonly Buffer[]): Tree | undefined => {
  try {
    return squashLayers(
      tars.map((tar, layer) => readTar(tar).map((entry) => ({ ...entry, layer }))),
    );
  } catch (error) {
    if (error instanceof ReslimError) return undefined;
    throw error;
  }
};

/** The tree in the model's terms. */
const filesOf = ({ root }: Tree, tars: readonly Buffer[]): FileSystem => {
  const files: FileSystem = new Map();
  const inodes = new Map<Node['entry'], Inode>();
  for (const [path, node] of walk(root)) {
    const { entry } = node;
    if (!entry) {
      if (path !== '') files.set(path, IMPLIED);
      continue;
    }
    const start = entry.offset + entry.headerSize;
    const body = (tars[entry.layer] as Buffer).subarray(start, start + entry.bodySize).toString();
    const { mode, mtime, linkTarget: target } = entry;
    const inode = inodes.get(entry) ?? ({ type: typeOf(node), body, target, mode, mtime } as Inode);
    inodes.set(entry, inode);
    files.set(path, inode);
  }
  return files;
};

const flattened = async (tars: readonly Buffer[]): Promise<FileSystem> =>
  applyLayers(await Promise.all(tars.map(stepsOfTar)));

test(
  'random layers merge as a naive model of the specification merges them',
  () => {
    let broken = 0;
    fc.assert(
      fc.property(stack, fc.boolean(), (raw, repair) => {
        const layers = repair ? repaired(raw) : raw;
        const tars = layers.map(tarOfSteps);
        const expected = naive(layers);
        const tree = merged(tars);
        if (!expected) broken++;
        expect(tree && describeFiles(filesOf(tree, tars))).toEqual(
          expected && describeFiles(expected),
        );
      }),
      OPTIONS,
    );
    expect(broken).toBeLessThan(RUNS * 0.9);
  },
  TIMEOUT,
);

const isWhiteout = ({ path }: { readonly path: string }): boolean =>
  path.includes('/.wh.') || path.startsWith('.wh.');

type Layout = (layers: number) => { readonly squash: Squash; base?: number; layers?: number };

/** All ways to lay out the layers of a new image. */
const layouts: fc.Arbitrary<Layout> = fc.oneof(
  fc.constantFrom<Layout>(
    () => ({ squash: 'all' }),
    () => ({ squash: 'none' }),
  ),
  fc.nat(10).map<Layout>((n) => (layers) => ({ squash: 'base', base: 1 + (n % layers) })),
  fc.integer({ min: 1, max: 9 }).map<Layout>((layers) => () => ({ squash: 'all', layers })),
);

/** What flatten.py says of plain tars as the layers of an image; `undefined` where it refuses them. */
const flattenTars = async (
  folder: string,
  tars: readonly Buffer[],
): Promise<readonly string[] | undefined> => {
  const layout = join(folder, String(made++));
  await createLayout(layout);
  const layers = [];
  for (const tar of tars) layers.push(await putLayer(layout, [tar], { gzip: false }));
  await putImage(layout, 'x', { layers, config: {} });
  try {
    return await flatten(layout, 'x');
  } catch (error) {
    if ((error as Error).message.includes('flatten.py: ')) return undefined;
    throw error;
  }
};
let made = 0;

/** A file system in the words of flatten.py. */
const flattenedLines = (files: FileSystem): string[] => {
  const names = new Map<Inode, string[]>();
  const root = { ...IMPLIED, mode: 0o755 };
  const all = new Map([['', root], ...files]);
  for (const path of [...all.keys()].sort()) {
    const inode = all.get(path) as Inode;
    names.set(inode, [...(names.get(inode) ?? []), path || '.']);
  }
  return [...all.keys()].sort().map((path) => {
    const inode = all.get(path) as Inode;
    const { type, body, target } = inode;
    const linked = names.get(inode) as string[];
    return JSON.stringify({
      path: path || '.',
      type: type === 'directory' ? 'dir' : type,
      mode: inode.mode.toString(8).padStart(4, '0'),
      mtime: String(inode.mtime),
      ...(type === 'file' && { size: body.length, sha256: sha256(body) }),
      ...(type === 'symlink' && { target }),
      ...(type !== 'directory' && linked.length > 1 && { links: linked[0] }),
    });
  });
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Owners are all root's; the order of members is JSON.stringify's. */
const withoutOwners = (lines: readonly string[] | undefined): string[] | undefined =>
  lines?.map((line) => JSON.stringify({ ...JSON.parse(line), uid: undefined, gid: undefined }));

test.runIf(requireTools('python3'))(
  'the merge, before and after writing, is what an independent reader sees',
  async () => {
    const folder = tempFolder();
    await fc.assert(
      fc.asyncProperty(stack, fc.boolean(), layouts, async (raw, repair, layout) => {
        const tars = (repair ? repaired(raw) : raw).map(tarOfSteps);
        const tree = merged(tars);
        const seen = withoutOwners(await flattenTars(folder, tars));
        expect(seen?.toSorted()).toEqual(tree && flattenedLines(filesOf(tree, tars)).toSorted());
        if (!tree) return;
        const written = await squashTars(tars, layout(tars.length));
        expect(withoutOwners(await flattenTars(folder, written))).toEqual(seen);
      }),
      { ...OPTIONS, numRuns: Math.ceil(RUNS / 20) },
    );
  },
  TIMEOUT,
);

test(
  'every byte of random layers is either visible or listed as hidden',
  () => {
    fc.assert(
      fc.property(stack, (raw) => {
        const tree = merged(repaired(raw).map(tarOfSteps));
        if (!tree) return;
        const names = [...walk(tree.root)].flatMap(([, { via, older }]) => [
          ...(via ? [via] : []),
          ...(older ?? []),
        ]);
        const listed = new Set([...names, ...tree.hidden.map(({ entry }) => entry)]);
        expect(listed.size).toBe(names.length + tree.hidden.length);
      }),
      OPTIONS,
    );
  },
  TIMEOUT,
);

const DROP: Verdict = { action: 'drop', by: 'user', id: 'x', category: 'user', reason: '' };

/** Drops what `pick` says: files by themselves, folders with all in them. */
const dropping =
  (pick: (path: string) => boolean, dropped: Set<string>) =>
  ({ root }: Tree): Verdicts => {
    const verdicts = new Map<Node, Verdict>();
    for (const [path, node] of walk(root)) {
      if (path === '' || !pick(path)) continue;
      for (const [, each] of walk(node, path)) {
        verdicts.set(each, DROP);
        dropped.add(pathOf(each));
      }
    }
    return verdicts;
  };

test(
  'random layers are written as they were seen, without what was dropped, in one layer or many',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        stack,
        layouts,
        fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1000 })),
        async (raw, layout, salt) => {
          const layers = repaired(raw);
          const options = layout(layers.length);
          const { squash, base, layers: most } = options;
          const files = naive(layers);
          if (!files) return;
          const dropped = new Set<string>();
          const pick = (path: string): boolean => salt > 0 && hash(path, salt) % 4 === 0;
          const written = await squashTars(layers.map(tarOfSteps), {
            ...options,
            judge: dropping(pick, dropped),
          });
          for (const path of dropped) files.delete(path);
          expect(describeFiles(await flattened(written))).toEqual(describeFiles(files));
          const limit = { all: 1, base: (base ?? 0) + 1, none: layers.length }[squash];
          expect(written.length).toBeLessThanOrEqual(most ?? limit);
          // Whiteouts are for what stays below, and for nothing else.
          const mayHide = (await Promise.all(written.slice(base).map(stepsOfTar))).flat();
          if (base === undefined) expect(mayHide.filter(isWhiteout)).toEqual([]);
          // Slimming again changes nothing.
          const again = await squashTars(written, options);
          expect(again.map((tar) => tar.toString('latin1'))).toEqual(
            written.map((tar) => tar.toString('latin1')),
          );
        },
      ),
      OPTIONS,
    );
  },
  TIMEOUT,
);

test(
  '--timestamp clamps times of random layers and changes nothing else',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        stack,
        fc.constantFrom('all' as const, 'none' as const),
        async (raw, squash) => {
          const layers = repaired(raw);
          const files = naive(layers);
          if (!files) return;
          const written = await squashTars(layers.map(tarOfSteps), { squash, timestamp: 50 });
          const clamped = new Map<Inode, Inode>();
          for (const inode of files.values())
            clamped.set(inode, { ...inode, mtime: Math.min(inode.mtime, 50) });
          const expected = new Map(
            [...files].map(([path, inode]) => [path, clamped.get(inode) as Inode]),
          );
          expect(describeFiles(await flattened(written))).toEqual(describeFiles(expected));
        },
      ),
      { ...OPTIONS, numRuns: Math.ceil(RUNS / 2) },
    );
  },
  TIMEOUT,
);

test(
  'with its complement, an image of random layers is the one it was made from, however it was laid out',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        stack,
        layouts,
        fc.nat(1000),
        fc.nat(1000),
        async (raw, layout, one, other) => {
          const layers = repaired(raw);
          const options = layout(layers.length);
          const files = naive(layers);
          if (!files) return;
          const make = (complement: boolean): Promise<Buffer[]> =>
            squashTars(layers.map(tarOfSteps), {
              ...options,
              judge: dropping((path) => one > 0 && hash(path, one) % 4 === 0, new Set()),
              replace: replacing((path) => other > 0 && hash(path, other) % 3 === 0),
              complement,
            });
          const [slim, twin] = [await make(false), await make(true)];
          expect(twin.slice(0, slim.length)).toEqual(slim);
          expect(twin.length - slim.length).toBeLessThanOrEqual(1);
          expect(describeFiles(await flattened(twin))).toEqual(describeFiles(files));
          // What was neither removed nor changed is in no layer twice.
          const before = await flattened(slim);
          const isSame = (path: string, inode: Inode): boolean =>
            JSON.stringify(before.get(path)) === JSON.stringify(inode);
          const written = twin.slice(slim.length).flatMap((tar) => readTar(tar));
          for (const { path, type } of written) {
            if (type === 'directory') continue;
            const inode = files.get(path) as Inode;
            const names = [...files.keys()].filter((name) => files.get(name) === inode);
            expect(names.every((name) => isSame(name, inode))).toBe(false);
          }
        },
      ),
      { ...OPTIONS, numRuns: Math.ceil(RUNS / 2) },
    );
  },
  TIMEOUT,
);

/** Gives files other contents. */
const replacing =
  (pick: (path: string) => boolean) =>
  ({ root }: Tree): Replacements => {
    const contents = new Map<Entry, LayerBytes>();
    for (const [path, { entry }] of walk(root))
      if (entry?.type === 'file' && pick(path))
        contents.set(entry, bytesInMemory(Buffer.from('changed')));
    return contents;
  };

const hash = (text: string, salt: number): number => {
  let value = salt;
  for (const char of text) value = (Math.imul(value, 31) + char.charCodeAt(0)) >>> 0;
  return value >>> 3;
};
