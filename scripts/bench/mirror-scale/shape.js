// What the images of a mirror are like, as far as the cost of mirroring them depends on it.

/**
 * @typedef {object} Shape
 * @property {number} images tags in all, each with documents of its own
 * @property {number} repositories they are spread over, evenly
 * @property {number} platforms of each image; from 2 on it is an index
 * @property {number} ownLayers layers that only one image of one platform has
 * @property {number} sharedLayers layers that all images of a repository have, for each platform
 */

/** Repositories with the tags that are in each. */
export const repositoriesOf = ({ images, repositories }) =>
  Array.from({ length: repositories }, (_, at) => {
    const count = Math.floor(images / repositories) + (at < images % repositories ? 1 : 0);
    const tags = Array.from({ length: count }, (_tag, version) => `1.${version}.0`);
    return { name: `shop/app-${String(at).padStart(3, '0')}`, tags };
  });
