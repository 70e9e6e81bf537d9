import { join } from 'node:path';
import type { Base } from '../../../../fixtures/traps/open-base.ts';
import { buildTrap } from '../../../../fixtures/traps/build-trap.ts';
import type { Trap } from '../../../../fixtures/traps/read-trap.ts';
import { runToEnd, withPodmanImage, type Ended } from '../../../support/engine.ts';
import { runReslimWith } from '../../../support/run-reslim.ts';

/** What became of a trap at level `minimal`. */
export interface TrapOutcome {
  readonly before: Ended;
  readonly after: Ended;
  readonly use: TrapUse | undefined;
  readonly notes: readonly string[];
}

/** Builds a trap, slims it with the command, and runs it in Podman before and after. */
export const judgeTrap = async (
  trap: Trap,
  { base, folder, cache }: { readonly base: Base; readonly folder: string; readonly cache: string },
): Promise<TrapOutcome> => {
  const source = await buildTrap(trap, base, folder);
  const slim = join(folder, 'slim');
  const before = await withPodmanImage(source, '1.0', runToEnd);
  const { stdout } = await runReslimWith(
    { RESLIM_NO_CACHE: '', XDG_CACHE_HOME: cache },
    ...[`oci:${source}:1.0`, '-o', `oci:${slim}:1.0`, '--level', 'minimal', '--json'],
  );
  const after = await withPodmanImage(slim, '1.0', runToEnd);
  const { images, notes } = JSON.parse(stdout) as Report;
  return { before, after, use: images[0]?.use, notes };
};

/** The part of the report that a trap is judged by. */
interface TrapUse {
  readonly confidence: string;
  readonly open: readonly { readonly place: string; readonly covered: boolean }[];
}

interface Report {
  readonly images: readonly { readonly use?: TrapUse }[];
  readonly notes: readonly string[];
}
