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

export const pageLayers = ({ layers }: ImageAnalysis): PageLayer[] =>
  layers.map(({ step = '', digest, compressedSize, unpackedSize, ownSize, waste }) => ({
    step: printable(step),
    digest,
    stored: compressedSize,
    unpacked: unpackedSize,
    used: ownSize,
    wasted: waste.total,
  }));

export const pagePackages = ({ packages }: ImageAnalysis): PagePackage[] =>
  packages.map(({ type, name, version, files, bytes }) => ({
    type,
    name: printable(name),
    version: printable(version),
    files,
    bytes,
  }));
