import type { MissedFile, TracesReport } from '../api/use.ts';
import { showPath, toText } from '../base/byte-path.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { ImageJudgement } from '../rules/judge-image.ts';
import { pathOf, typeOf, type Node } from '../tree/node.ts';

/** What traces say of an image, and what would have gone without them; `undefined` where there are none. */
export const reportTraces = ({
  reach,
  recorded,
  verdicts,
  facts,
}: Pick<ImageJudgement, 'reach' | 'recorded' | 'verdicts' | 'facts'>): TracesReport | undefined => {
  const { nodes, absent, unplaced } = recorded;
  if (nodes.size + absent + unplaced === 0) return undefined;
  const { owners } = facts.packages;
  const missed = reach?.missed ?? [];
  // Of these nothing was used but for the trace.
  const isMissed = new Set(missed);
  const isUnused = ({ files }: SystemPackage): boolean =>
    files.every((node) => isMissed.has(node) || !(reach?.has(node) ?? true));
  const reasonOf = (node: Node): string => {
    const verdict = verdicts.get(node);
    if (verdict?.by === 'trace') return `the rule ${verdict.id} takes it`;
    const [owner] = owners.get(node) ?? [];
    if (!owner) return 'it goes with what it was made of';
    const name = toText(owner.name);
    return isUnused(owner)
      ? `nothing that the image uses names package ${name}`
      : `no file that the image uses names it, of package ${name}`;
  };
  const missedFile = (node: Node): MissedFile => {
    const path = showPath(pathOf(node));
    const found = nodes.get(node);
    return {
      path,
      recorded: found?.reason ?? '',
      reason: reasonOf(node),
      hint:
        found?.use === 'started'
          ? `--entry '${[path, ...found.args.map(toText)].join(' ')}'`
          : `--keep ${path}`,
    };
  };
  return {
    files: [...nodes.keys()].filter((node) => typeOf(node) !== 'directory').length,
    absent,
    unplaced,
    missed: missed.map(missedFile),
  };
};
