import type { Stage } from '../dockerfile/parse-dockerfile.ts';
import type { Finding } from '../practice.ts';

/**
 * Another image in the `FROM` of a stage. Where that names an argument, its value is written elsewhere, and may be given
 * on the command line: then what to write is an example.
 */
export const replaceBase = (
  { from, image, writtenImage }: Stage,
  other: string,
): Pick<Finding, 'changes' | 'example'> => {
  if (writtenImage !== image)
    return { changes: [], example: { file: 'Dockerfile', text: `FROM ${other}` } };
  const at = from.text.indexOf(image, from.argumentsAt);
  return {
    changes: [{ kind: 'splice', instruction: from, at, end: at + image.length, text: other }],
  };
};
