import { OCI } from '../../src/oci/media-type.ts';
import { shareGroups, type ContentKind } from '../../src/plan/content-layers.ts';
import { membersOfComplement } from '../../src/plan/complement.ts';
import { planSlim, type PlanOptions } from '../../src/plan/plan-slim.ts';
import type { Replacements } from '../../src/plan/plan.ts';
import { writeLayer } from '../../src/write/write-layer.ts';
import type { Verdicts } from '../../src/rules/verdict.ts';
import { pathOf } from '../../src/tree/node.ts';
import type { Tree } from '../../src/tree/squash.ts';
import { squashLayers } from '../../src/tree/squash.ts';
import { codec } from './codec.ts';
import { memoryStore, openLayers, openSpools } from './memory.ts';

export interface SquashTarsOptions extends Partial<PlanOptions> {
  /** Stands in for the rules. */
  readonly judge?: (tree: Tree) => Verdicts;
  /** Stands in for what changes files. */
  readonly replace?: (tree: Tree) => Replacements;
  /** Layers that stay as they are. */
  readonly base?: number;
  /** Up to this many layers by content; every path is a group of its own. */
  readonly layers?: number;
  /** Adds the layer that makes the original of the new image. */
  readonly complement?: boolean;
}

const KINDS: readonly ContentKind[] = ['system', 'language', 'step', 'records', 'application'];

const kindOf = (path: string): ContentKind => KINDS[path.length % KINDS.length] as ContentKind;

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
    const content =
      options.layers === undefined
        ? undefined
        : shareGroups((node) => ({ id: pathOf(node), kind: kindOf(pathOf(node)) }), {
            most: options.layers,
          });
    const replacements = options.replace?.(tree) ?? new Map();
    const plan = planSlim(
      { layers, tree, verdicts, replacements, base: options.base, content },
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
    const members = options.complement ? membersOfComplement(plan, layers, options) : [];
    const complement = { kind: 'write', from: undefined, compression: 'none', members } as const;
    for (const planned of [...plan.layers, ...(members.length > 0 ? [complement] : [])]) {
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
