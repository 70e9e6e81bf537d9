import type {
  DiffResult,
  ImageDiff,
  LayerChange,
  StepChange,
  ValueChange,
} from '../../api/diff.ts';
import { formatCounted, formatSize } from '../format-number.ts';
import { firstRows, left, foreign, right, type Section } from './section.ts';
import { SIGNS } from './words.ts';

/** Settings, of an image or an index. */
export const settingsSection = (
  title: string,
  changes: readonly ValueChange[],
  top: number,
): Section => ({
  title,
  columns: [left(), foreign(), foreign()],
  ...firstRows(changes, top, (change) => [
    SIGNS[change.kind],
    [change.member, change.key ?? ''].join(' ').trim(),
    describeValue(change),
  ]),
});

const describeValue = ({ kind, key, before, after }: ValueChange): string => {
  if (kind === 'reordered') return 'in another order';
  // The digest of an attestation is its key.
  const shown = [before, after].filter((value) => value !== undefined && value !== key);
  return kind === 'changed' && before === after ? `${before} (changed)` : shown.join(' → ');
};

/** Steps whose command is another one; the others are counted by what differs in them. */
export const historySection = ({ history }: ImageDiff, top: number): Section => {
  const others = history.filter(isAside);
  const members = [...new Set(others.flatMap((step) => step.members ?? []))].sort();
  return {
    title: 'History:',
    ...(others.length > 0 && {
      summary: `${formatCounted(others.length, 'step')} only with another ${members.join(', ')}`,
    }),
    columns: [left(), foreign()],
    ...firstRows(
      history.filter((step) => !isAside(step)),
      top,
      ({ kind, before, after }) => [
        SIGNS[kind],
        [before, after].filter((line) => line !== undefined).join(' → '),
      ],
    ),
  };
};

const isAside = ({ members }: StepChange): boolean =>
  members !== undefined && !members.includes('created_by');

/** How layers are stored. */
export const layersSection = ({ layers }: ImageDiff, top: number): Section => ({
  title: 'Layers:',
  columns: [left(), left(), right(), foreign()],
  ...firstRows(layers, top, (layer) => [
    SIGNS[layer.kind],
    [layer.numberBefore, layer.numberAfter].filter((number) => number !== undefined).join(' → '),
    describeSizes(layer),
    [layer.kind, layer.step ?? ''].join(' ').trim(),
  ]),
});

const describeSizes = ({ sizeBefore, sizeAfter }: LayerChange): string =>
  [...new Set([sizeBefore, sizeAfter])]
    .filter((size) => size !== undefined)
    .map(formatSize)
    .join(' → ');

/** Platforms that one index has and the other does not. */
export const unpairedSection = ({ onlyBefore, onlyAfter }: DiffResult): Section => ({
  title: 'Platforms:',
  columns: [left(), foreign(), right()],
  rows: [
    ...onlyBefore.map((image) => ['-', image.platform, formatSize(image.compressedSize)]),
    ...onlyAfter.map((image) => ['+', image.platform, formatSize(image.compressedSize)]),
  ],
  more: 0,
});
