import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cache } from '../../src/cache/cache.ts';
import type { Compression } from '../../src/oci/media-type.ts';
import { OCI } from '../../src/oci/media-type.ts';
import { planSlim } from '../../src/plan/plan-slim.ts';
import type { Squash } from '../../src/api/vocabulary.ts';
import { writeLayer } from '../../src/write/write-layer.ts';
import type { Verdicts } from '../../src/rules/verdict.ts';
import type { SlimOptions } from '../../src/api/options.ts';
import type { Transformed } from '../../src/transform/transform.ts';
import { openTransformer } from '../../src/transform/transformer.ts';
import { squashLayers, type Tree } from '../../src/tree/squash.ts';
import { codec } from '../support/codec.ts';
import { memoryStore, openLayers, openSpools } from '../support/memory.ts';

export interface ShrinkTarsOptions extends Pick<SlimOptions, 'strip' | 'upx' | 'dedupe'> {
  /** An existing folder for what the tools need. */
  readonly folder: string;
  readonly squash?: Squash;
  readonly compression?: Compression;
  readonly volumes?: readonly string[];
  readonly timestamp?: number;
  readonly judge?: (tree: Tree) => Verdicts;
  /** None by default: tests should see the tools at work. */
  readonly cache?: Cache;
  readonly timeLimit?: number;
  readonly signal?: AbortSignal;
}

export interface ShrunkTars extends Transformed {
  /** Plain tars of the new layers. */
  readonly tars: readonly Buffer[];
}

/** Runs the core with transforms, from plain layer tars to the plain tars of the new image. */
export const shrinkTars = async (
  tars: readonly Buffer[],
  { folder, squash = 'all', compression = 'gzip', ...options }: ShrinkTarsOptions,
): Promise<ShrunkTars> => {
  const spools = await openSpools();
  const transformer = await openTransformer(options, {
    codec,
    newFolder: () => mkdtemp(join(folder, 'tools-')),
    newSpool: spools.newSpool,
    signal: options.signal,
    cache: options.cache,
    timeLimit: options.timeLimit,
  });
  const layers = await openLayers(tars, spools.newSpool);
  try {
    const tree = squashLayers(layers.map(({ entries }) => entries));
    const verdicts = options.judge?.(tree) ?? new Map();
    const { timestamp } = options;
    const transformed = await transformer.transform({
      layers,
      tree,
      verdicts,
      base: 0,
      changed: new Map(),
      recorded: new Map(),
      storageOf: () => ({ compression, level: undefined }),
      oneLayer: squash === 'all',
      volumes: options.volumes ?? [],
      timestamp,
      onStart: () => {},
      onProgress: () => {},
    });
    const { replacements } = transformed;
    const plan = planSlim(
      { layers, tree, verdicts, replacements },
      {
        squash,
        compression: 'none',
        plainAs: 'none',
        zstdAs: 'zstd',
        recompress: false,
        timestamp,
      },
    );
    const target = memoryStore();
    const written: Buffer[] = [];
    for (const planned of plan.layers) {
      if (planned.kind === 'carry') {
        written.push(tars[planned.from] as Buffer);
        continue;
      }
      const manifestType = OCI.manifest;
      const { descriptor } = await writeLayer(planned, layers, { target, codec, manifestType });
      written.push(target.blobs.get(descriptor.digest) as Buffer);
    }
    return { ...transformed, tars: written };
  } finally {
    await Promise.all(layers.map(({ bytes }) => bytes.close()));
    await transformer.close();
    await spools.close();
  }
};
