import type { ImageAnalysis } from '../../src/index.ts';

/** The bytes of each package, named as `analyze.py` names it: packages of Debian with version, others by their evidence. */
export const packageSizes = ({ packages }: ImageAnalysis): Record<string, number> =>
  Object.fromEntries(
    packages.map(({ type, name, version, evidence, bytes }) => [
      type === 'deb' ? `${name} ${version}` : evidence.slice(1),
      bytes,
    ]),
  );
