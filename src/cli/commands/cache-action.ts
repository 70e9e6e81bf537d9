import { PRUNE_OPTIONS, type PruneFlags } from '../../options/cache-options.ts';
import type { Call } from '../command.ts';
import { cacheFolder, keptInCache, pruneCache } from '../../index.ts';
import { formatCounted, formatSize } from '../../report/format-number.ts';
import { writeLines } from '../display/output.ts';

/** `reslim cache`: where it is and what it takes. */
export const showCache = async (): Promise<void> => {
  const folder = cacheFolder();
  const files = keptInCache(folder);
  const lines = [...new Set(files.map(({ kind }) => kind))].map((kind) => {
    const own = files.filter((file) => file.kind === kind);
    return `${kind.padEnd(10)}${formatSize(sizeOf(own)).padStart(8)}  ${formatCounted(own.length, 'file')}`;
  });
  const total = `${'in all'.padEnd(10)}${formatSize(sizeOf(files)).padStart(8)}`;
  await writeLines(process.stdout, [`${[folder, '', ...lines, total].join('\n')}\n`]);
};

/** `reslim cache prune`: forgets what was used least lately. */
export const shrinkCache = async ({ flags }: Call<object, PruneFlags>): Promise<void> =>
  shrinkTo(flags.maxSize ?? PRUNE_OPTIONS['max-size'].default);

/** `reslim cache clear`: forgets everything. */
export const clearCache = async (): Promise<void> => shrinkTo(0);

const shrinkTo = async (maxSize: number): Promise<void> => {
  const gone = pruneCache(cacheFolder(), maxSize);
  await writeLines(process.stdout, [
    `${formatCounted(gone.length, 'file')} removed, ${formatSize(sizeOf(gone))} free\n`,
  ]);
};

const sizeOf = (files: readonly { readonly size: number }[]): number =>
  files.reduce((sum, { size }) => sum + size, 0);
