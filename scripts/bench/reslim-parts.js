// Built modules of reslim that are measured alone. They are not part of the package's API.

const part = (path) => import(new URL(`../../build/${path}`, import.meta.url).href);

/** Rejects when there is no build. */
export const loadParts = async () => {
  const parts = await Promise.all(
    [
      'codec/codec.js',
      'codec/compress.js',
      'codec/decompress.js',
      'layer/tar/reader.js',
      'layer/tar/rewrite-header.js',
      'layer/tar/pax.js',
      'tree/squash.js',
      'profiles/shipped-profiles.js',
      'facts/gather-facts.js',
      'facts/system-packages.js',
      'rules/load-rule-book.js',
      'plan/plan-slim.js',
      'oci/config.js',
      'base/limits.js',
    ].map(part),
  );
  return Object.assign({}, ...parts);
};
