import type { WastedFile } from '../api/analysis.ts';
import type { CheckCause } from '../api/check.ts';
import type { CheckedAnalysis, CheckedLayer } from './subject.ts';

/** Causes that are named of each kind. */
export const TOP = 5;

/** What takes most bytes of an image: packages, folders, files and steps. */
export const largestCauses = (analysis: CheckedAnalysis): readonly CheckCause[] => [
  ...analysis.packages
    .filter(({ bytes }) => bytes > 0)
    .slice(0, TOP)
    .map(({ type, name, version, bytes }): CheckCause => ({
      kind: 'package',
      name: `${type} ${name} ${version}`.trim(),
      bytes,
    })),
  ...analysis.folders
    .slice(0, TOP)
    .map(({ name, bytes }): CheckCause => ({ kind: 'folder', name, bytes })),
  ...analysis.largestFiles
    .slice(0, TOP)
    .map(({ path, size, layer }): CheckCause => ({ kind: 'file', name: path, bytes: size, layer })),
  ...largestSteps(analysis.layers, ({ compressedSize }) => compressedSize),
];

/** What is wasted, and by which steps. */
export const wasteCauses = ({ wasted, layers }: CheckedAnalysis): readonly CheckCause[] => [
  ...wasted.slice(0, TOP).map((file): CheckCause => ({
    kind: 'file',
    name: file.path,
    bytes: file.size,
    layer: file.layer,
    detail: describeWaste(file),
  })),
  ...largestSteps(layers, ({ waste }) => waste.total),
];

export const largestSteps = (
  layers: readonly CheckedLayer[],
  sizeOf: (layer: CheckedLayer) => number,
): readonly CheckCause[] =>
  layers
    .map((layer): CheckCause => ({
      kind: 'step',
      name: layer.step ?? `layer ${layer.number}`,
      bytes: sizeOf(layer),
      layer: layer.number,
    }))
    .filter(({ bytes = 0 }) => bytes > 0)
    .sort(byBytes)
    .slice(0, TOP);

const describeWaste = ({ reason, by, copyOf }: WastedFile): string =>
  reason === 'copies'
    ? `the same as ${copyOf}`
    : `${reason === 'metadata' ? 'stored again' : reason} in layer ${by}`;

/** Largest first, then by name. */
export const byBytes = (a: CheckCause, b: CheckCause): number =>
  (b.bytes ?? 0) - (a.bytes ?? 0) || (a.name < b.name ? -1 : 1);
