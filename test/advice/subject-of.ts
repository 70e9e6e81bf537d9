import { buildSteps } from '../../src/advice/build-steps.ts';
import { joinedArguments } from '../../src/advice/dockerfile/instruction.ts';
import {
  chainOf,
  parseDockerfile,
  type Stage,
} from '../../src/advice/dockerfile/parse-dockerfile.ts';
import type { HiddenBy, StoredFile, Subject } from '../../src/advice/subject.ts';

/** A base of one layer, and a Dockerfile whose RUN, COPY and ADD make one layer each. */
const historyOf = (stage: Stage) => [
  { createdBy: 'ADD rootfs.tar / # buildkit', emptyLayer: false, raw: {} },
  { createdBy: 'CMD ["sh"]', emptyLayer: true, raw: {} },
  ...chainOf(stage).map((instruction) => {
    const { keyword } = instruction;
    const isRun = keyword === 'RUN';
    // BuildKit hands a here-document to the shell as it is.
    const words = instruction.hasHereDocument
      ? instruction.text.split('\n').slice(1, -1).join('\n')
      : joinedArguments(instruction);
    return {
      createdBy: isRun ? `RUN /bin/sh -c ${words} # buildkit` : `${keyword} ${words}`,
      emptyLayer: !isRun && keyword !== 'COPY' && keyword !== 'ADD',
      raw: {},
    };
  }),
];

/**
 * A subject from the parts of a case. A line of `files` is `LINE SIZE PATH`, where the line is that of the step that
 * stores the file, or `base`; `deleted LINE`, `overwritten LINE` or `owner LINE` follow where a later step hides it.
 */
export const subjectOf = (text: string, files: string): Subject => {
  const file = parseDockerfile(text, 'Dockerfile');
  const history = historyOf(file.stages.at(-1) as Stage);
  const layers = history.filter(({ emptyLayer }) => !emptyLayer).length;
  const { steps, dockerfile } = buildSteps(history, layers, file);
  const layerOf = (line: string): number => {
    if (line === 'base') return 1;
    const step = steps.find(({ instruction }) => instruction.line === Number(line));
    if (step?.layer === undefined) throw new Error(`no layer is made in line ${line}`);
    return step.layer;
  };
  const stored = files
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): StoredFile => {
      const [from = '', size = '', path = '', how, by = ''] = line.trim().split(/\s+/);
      return {
        path,
        names: [path],
        size: bytesOf(size),
        layer: layerOf(from),
        ...(how !== undefined && { hidden: hiddenBy(how, layerOf(by)) }),
      };
    });
  return { steps, dockerfile, files: stored, packages: [] };
};

const hiddenBy = (how: string, layer: number): HiddenBy =>
  how === 'owner' || how === 'mode'
    ? { how: 'metadata', layer, changes: [how] }
    : { how: how as 'deleted' | 'overwritten', layer, changes: [] };

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6 };

const bytesOf = (size: string): number => {
  const [, count, unit] = /^([\d.]+)(B|kB|MB)$/.exec(size) ?? [];
  if (count === undefined) throw new Error(`no size: ${size}`);
  return Number(count) * (UNITS[unit as string] as number);
};
