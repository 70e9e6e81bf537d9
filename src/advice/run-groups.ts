import { isHarmless } from './dockerfile/instruction.ts';
import type { Step } from './subject.ts';

/**
 * The `RUN`s of the image's own Dockerfile in groups, each of which could be one `RUN`: nothing stands between
 * them that files or later commands depend on.
 */
export const runGroups = (steps: readonly Step[]): readonly (readonly Step[])[] => {
  const groups: Step[][] = [];
  let group: Step[] = [];
  const close = (): void => {
    if (group.length > 0) groups.push(group);
    group = [];
  };
  for (const step of steps) {
    const { instruction, isBase } = step;
    if (isBase) continue;
    if (group.length > 0 && group[0]?.instruction.stage !== instruction.stage) close();
    if (instruction.keyword === 'RUN') group.push(step);
    else if (!isHarmless(instruction)) close();
  }
  close();
  return groups;
};
