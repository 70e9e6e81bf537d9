import type { MirrorResult } from '../../api/mirror.ts';
import { MOST_ANNOTATIONS, workflowCommand } from '../ci/github.ts';
import { failuresOf } from './format-failures.ts';
import { summarizeMirror } from './summary.ts';

/** What GitHub shows beside the run: an error for each failure, of more than it shows the first ones. */
export const mirrorAnnotations = (result: MirrorResult): string[] => {
  const failures = failuresOf(result).map(({ name, entry, reason, hint }) =>
    workflowCommand('error', [reason, ...(hint === undefined ? [] : [hint])], {
      title: `mirror: ${name ?? entry}`,
    }),
  );
  const interrupted = workflowCommand('error', ['the run was stopped before its end'], {
    title: 'mirror: interrupted',
  });
  return [...(result.interrupted ? [interrupted] : []), ...failures].slice(0, MOST_ANNOTATIONS);
};

/** Lines for the file of a step's outputs. Nothing in them comes from an image. */
export const mirrorOutputs = (result: MirrorResult): string[] => {
  const { statuses, failures, sourceSize, targetSize } = summarizeMirror(result);
  return [
    `done=${statuses.done}`,
    `unchanged=${statuses.unchanged}`,
    `waiting=${statuses.waiting}`,
    `failures=${failures}`,
    `saved=${sourceSize - targetSize}`,
  ];
};
