import { OCI } from '../../src/oci/media-type.ts';
import { planSlim, type PlanOptions } from '../../src/plan/plan-slim.ts';
import type { Replacements } from '../../src/plan/plan.ts';
import { writeLayer } from '../../src/write/write-layer.ts';
import type { Verdicts } from '../../src/rules/verdict.ts';
import type { Tree } from '../../src/tree/squash.ts';
import { squashLayers } from '../../src/tree/squash.ts';
import { codec } from './codec.ts';
import { memoryStore, openLayers, openSpools } from './memory.ts';

export interface SquashTarsOptions extends Partial<PlanOptions> {
  /** Stands in for the rules. */
  readonly judge?: (tree: Tree) => Verdicts;
  /** Stands in for what changes files. */
  readonly replace?: (tree: Tree) => Replacements;
}

/** Runs the core, from plain layer tars to the plain tars of the new image. */
export const squashTars = async (
  tars: readonly Buffer[],
  options: SquashTarsOptions = {},
): Promise<Buffer[]> => {
  const spools = await openSpools();
  const layers = await openLayers(tars, spools.newSpool);
  try {
    const tree = squashLayers(layers.map(({ entries }) => entries));
    const verdicts = options.judge?.(tree) ?? new Map();
    const plan = planSlim(
      { layers, tree, verdicts, replacements: options.replace?.(tree) ?? new Map() },
      {
        squash: 'all',
        compression: 'none',
        plainAs: 'none',
        zstdAs: 'zstd',
        recompress: false,
        ...options,
      },
    );
    const target = memoryStore();
    const written: Buffer[] = [];
    for (const planned of plan.layers) {
      if (planned.kind === 'carry') written.push(tars[planned.from] as Buffer);
      else {
        const { descriptor } = await writeLayer(planned, layers, {
          target,
          codec,
          manifestType: OCI.manifest,
        });
        written.push(target.blobs.get(descriptor.digest) as Buffer);
      }
    }
    return written;
  } finally {
    await Promise.all(layers.map(({ bytes }) => bytes.close()));
    await spools.close();
  }
};
