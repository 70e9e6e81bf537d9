import type { AnalyzedLayer, ImageAnalysis, Waste, WastedFile } from '../api/analysis.ts';
import type { SizedName } from '../api/analysis.ts';
import { formatCount, formatCounted, formatEfficiency, formatSize } from './format-number.ts';
import { formatTable } from './format-table.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** Lines of each list; `--json` has all of them. */
const TOP = 10;

/** Where the bytes of an image are, for people. */
export const formatAnalysis = (analysis: ImageAnalysis, palette: Palette): string[] => {
  const { folders, largestFiles, packages, setuid, wasted } = analysis;
  return [
    ...formatTotals(analysis, palette),
    ...section('Layers:', formatLayers(analysis.layers, palette), palette),
    ...section('Wasted:', wasted.slice(0, TOP).map(wastedRow), palette, wasted.length - TOP),
    ...section('Largest folders:', folders.map(sizedRow), palette),
    ...section(
      'Largest files:',
      largestFiles.slice(0, TOP).map(({ path, size }) => [formatSize(size), printable(path)]),
      palette,
    ),
    ...section(
      'Largest packages:',
      packages
        .slice(0, TOP)
        .map(({ type, name, version, bytes }) => [
          formatSize(bytes),
          printable(`${name} ${version}`.trim()),
          palette.faint(type),
        ]),
      palette,
      packages.length - TOP,
    ),
    ...section(
      'Files that run with the rights of their owner or group:',
      setuid.map(({ mode, path }) => [mode, printable(path)]),
      palette,
    ),
    ...section(
      'Secrets:',
      analysis.secrets.map(({ message }) => [palette.warning(printable(message))]),
      palette,
    ),
    ...formatSavings(analysis, palette),
  ];
};

const formatTotals = (analysis: ImageAnalysis, { faint }: Palette): string[] => {
  const { contentSize, files, fileSize, waste, efficiency } = analysis;
  return formatTable(
    [
      [
        ' ',
        faint('files'),
        `${formatCount(files)}, ${formatSize(fileSize)}; all layers store ${formatSize(contentSize)}`,
      ],
      [' ', faint('wasted'), describeWaste(waste)],
      [' ', faint('efficiency'), formatEfficiency(efficiency)],
    ],
    ['left', 'left', 'left'],
  );
};

const REASONS = {
  deleted: 'deleted later',
  overwritten: 'overwritten later',
  metadata: 'stored again for owner, mode or time',
  copies: 'copies of other files',
} as const;

/** `12 MB: 8 MB deleted later, 4 MB copies of other files`. */
const describeWaste = (waste: Waste): string => {
  const parts = Object.entries(REASONS).flatMap(([reason, words]) => {
    const bytes = waste[reason as keyof typeof REASONS];
    return bytes > 0 ? [`${formatSize(bytes)} ${words}`] : [];
  });
  return parts.length > 0 ? `${formatSize(waste.total)}: ${parts.join(', ')}` : 'nothing';
};

const formatLayers = (layers: readonly AnalyzedLayer[], { faint }: Palette): string[][] => [
  ['', 'stored', 'unpacked', 'used', 'wasted', 'step'].map(faint),
  ...layers.map(({ number, compressedSize, unpackedSize, ownSize, waste, step = '' }) => [
    String(number),
    formatSize(compressedSize),
    formatSize(unpackedSize),
    formatSize(ownSize),
    waste.total > 0 ? formatSize(waste.total) : '',
    printable(step),
  ]),
];

const wastedRow = (file: WastedFile): string[] => [
  formatSize(file.size),
  printable(file.path),
  printable(describeWasted(file)),
];

/** Why a file is wasted: `layer 3, deleted in layer 5`. */
const describeWasted = (file: WastedFile): string => {
  const { layer, by, reason, changes = [], copyOf = '' } = file;
  if (reason === 'copies') return `layer ${layer}, the same as ${copyOf}`;
  if (reason !== 'metadata') return `layer ${layer}, ${reason} in layer ${by}`;
  const what = changes.length === 0 ? 'nothing' : `only ${changes.join(' and ')}`;
  return `layer ${layer}, ${what} changed in layer ${by}`;
};

const sizedRow = ({ name, bytes, files }: SizedName): string[] => [
  formatSize(bytes),
  printable(name),
  formatCounted(files, 'file'),
];

const formatSavings = ({ savings }: ImageAnalysis, palette: Palette): string[] =>
  section(
    'Slimming would remove (unpacked):',
    savings.map(({ level, bytes, files }) => [
      formatSize(bytes),
      `--level ${level}`,
      formatCounted(files, 'file'),
    ]),
    palette,
  );

/** A heading and a table; nothing where the table is empty. The first column is of numbers. */
const section = (
  heading: string,
  rows: readonly (readonly string[])[],
  { title, faint }: Palette,
  more = 0,
): string[] => {
  if (rows.length === 0) return [];
  const columns = Math.max(...rows.map((row) => row.length));
  const isNumbers = (column: number): boolean => column === 0 || columns === 6;
  const align = Array.from({ length: columns }, (_, column) =>
    isNumbers(column) && column < 5 ? ('right' as const) : ('left' as const),
  );
  return [
    `  ${title(heading)}`,
    ...formatTable(rows, align).map((line) => `   ${line}`),
    ...(more > 0 ? [`   ${faint(`and ${formatCount(more)} more`)}`] : []),
  ];
};
