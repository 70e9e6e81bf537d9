import { showPath } from '../base/byte-path.ts';
import type { Explanation, FileTransform } from '../api/results.ts';
import type { Change, Transformed } from '../transform/transform.ts';
import { formatChange, formatSize } from './format-number.ts';

/** A change with its paths as text. */
export const fileTransform = ({ path, linkTo, ...change }: Change): FileTransform => ({
  path: showPath(path),
  ...change,
  ...(linkTo !== undefined && { linkTo: showPath(linkTo) }),
});

/** Adds to an explanation what the transforms did to the path, and what they left. */
export const withTransforms = (
  explanation: Explanation,
  { changes, refusals }: Transformed,
): Explanation => {
  const isAbout = ({ path }: { readonly path: string }): boolean =>
    showPath(path) === explanation.path;
  const transforms = [
    ...changes.filter(isAbout).map(describeChange),
    ...refusals.filter(isAbout).map(({ by, reason }) => `${by} leaves it: it ${reason}`),
  ];
  return transforms.length === 0 ? explanation : { ...explanation, transforms };
};

const describeChange = ({ by, before, after, linkTo, ...compressed }: Change): string => {
  if (linkTo !== undefined) return `dedupe makes it a link to the equal ${showPath(linkTo)}`;
  const { beforeCompressed, afterCompressed } = compressed;
  const unpacked = `${formatSize(before)} → ${formatSize(after)} unpacked`;
  const change = formatChange(beforeCompressed, afterCompressed);
  return `${by}: ${unpacked}, ${formatSize(beforeCompressed)} → ${formatSize(afterCompressed)} compressed (${change})`;
};
