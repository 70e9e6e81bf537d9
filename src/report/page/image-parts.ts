import type { ImageAnalysis } from '../../api/analysis.ts';
import type { PageLayer, PagePackage, PageState } from '../../api/page-document.ts';
import { printable } from '../printable.ts';

/** In the order in which `page-files.ts` numbers them; `removed` is what the second one is called. */
export const imageStates = (removed: 'Removable' | 'Removed'): readonly PageState[] => [
  { id: 'kept', label: 'Kept', meaning: 'seen by a container, and no rule takes it' },
  { id: 'removed', label: removed, meaning: 'taken by the rules' },
  {
    id: 'wasted',
    label: 'Wasted',
    meaning: 'hidden by later layers, or the same contents as another file',
  },
];

export const pageLayers = ({ layers }: Pick<ImageAnalysis, 'layers'>): PageLayer[] =>
  layers.map(({ step = '', digest, compressedSize, unpackedSize, ownSize, waste }) => ({
    step: printable(step),
    digest,
    stored: compressedSize,
    unpacked: unpackedSize,
    used: ownSize,
    wasted: waste.total,
  }));

/** `removed` are those that a slim removes. */
export const pagePackages = (
  { packages }: Pick<ImageAnalysis, 'packages'>,
  removed: readonly Pick<PagePackage, 'type' | 'name' | 'version'>[] = [],
): PagePackage[] => {
  const gone = new Set(removed.map(nameOf));
  return packages.map(({ type, name, version, files, bytes }) => ({
    type,
    name: printable(name),
    version: printable(version),
    files,
    bytes,
    ...(gone.has(nameOf({ type, name, version })) && { isRemoved: true as const }),
  }));
};

const nameOf = ({ type, name, version }: Pick<PagePackage, 'type' | 'name' | 'version'>): string =>
  `${type} ${name} ${version}`;
