import type { AnalyzedLayer } from '../../../index.ts';
import { formatSize } from '../../../report/format-number.ts';
import type { State } from '../model/state.ts';
import { fit, line, span, type Line } from './line.ts';

/** The heading and `height` lines of layers, with the chosen one among them. The first stands for the image as a whole. */
export const drawLayers = (state: State, height: number, columns: number): Line[] => {
  const { layers } = state.files.image.analysis;
  const isActive = state.pane === 'layers';
  const top = Math.max(0, Math.min(layers.length + 1 - height, state.layer - (height >> 1)));
  const rows = [wholeImage(state), ...layers.map(rowOf)].slice(top, top + height);
  return [
    line(
      span(fit(`${isActive ? '▸' : ' '} Layer   stored     own  wasted  step`, columns), 'title'),
    ),
    ...rows.map((text, at) => ({
      ...line(span(fit(`${top + at === state.layer ? '›' : ' '} ${text}`, columns), 'plain')),
      isSelected: top + at === state.layer && isActive,
    })),
  ];
};

const wholeImage = ({ files }: State): string => {
  const { compressedSize, fileSize, waste } = files.image.analysis;
  return cells('all', compressedSize, fileSize, waste.total, 'the image as a container sees it');
};

const rowOf = ({ number, compressedSize, ownSize, waste, step = '' }: AnalyzedLayer): string =>
  cells(String(number), compressedSize, ownSize, waste.total, step);

const cells = (name: string, stored: number, own: number, wasted: number, step: string): string =>
  [
    fit(name, 4, 'right'),
    ...[stored, own, wasted].map((bytes) => fit(bytes > 0 ? formatSize(bytes) : '', 8, 'right')),
    '',
    step,
  ]
    .join(' ')
    .replace(/ {2}$/, ' ');
