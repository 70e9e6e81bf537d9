import type { Finding, Practice } from '../practice.ts';
import { rootOf } from '../dockerfile/parse-dockerfile.ts';
import { replaceBase } from '../rewrite/replace-base.ts';

/** A base whose tag may name another image tomorrow. */
export const pinBase: Practice = {
  id: 'pin-base',
  title: 'Name the base by its digest',
  source: 'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
  find: ({ dockerfile, base }): Finding[] => {
    if (!dockerfile) return [];
    const root = rootOf(dockerfile.stage);
    const { from, image } = root;
    if (image === 'scratch' || image.includes('@') || image.includes('$') || image === '')
      return [];
    const digest = base.digest;
    const isFloating =
      !/:[^/]+$/.test(image) || /:(latest|stable|edge|lts|main|master|nightly)$/.test(image);
    const tag = isFloating
      ? 'The tag says nothing about the version, and the next build may have another one.'
      : 'The tag is moved when there are patches, so that two builds may differ.';
    const pinned = digest === undefined ? undefined : `${image}@${digest}`;
    return [
      {
        message:
          `${tag} ` +
          (pinned === undefined
            ? 'A digest is one image for ever; a bot such as Renovate or Dependabot moves it, so that patches arrive as a change that was tested and scanned.'
            : 'The annotations of the image say which digest it was built from.'),
        files: [],
        step: { instruction: from, layer: undefined, isBase: false },
        ...(pinned === undefined ? askForDigest(image) : replaceBase(root, pinned)),
      },
    ];
  },
};

/** Where a digest is found that nothing in the image tells. */
const askForDigest = (image: string): Pick<Finding, 'changes' | 'example'> => ({
  changes: [],
  example: {
    file: 'shell',
    text: `docker buildx imagetools inspect ${image}   # its digest: FROM ${image}@sha256:…`,
  },
});
