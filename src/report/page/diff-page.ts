import type { DiffResult, FileChange, ImageDiff, PackageChange } from '../../api/diff.ts';
import type {
  PageChange,
  PageDocument,
  PageFigure,
  PageImage,
  PageList,
  PagePackage,
  PageReason,
  PageState,
} from '../../api/page-document.ts';
import { historySection, layersSection, settingsSection } from '../diff/document-sections.ts';
import type { Section } from '../diff/section.ts';
import { describeChanges, describeDownload, formatGrowth } from '../diff/words.ts';
import { formatCounted, formatSize } from '../format-number.ts';
import { printable } from '../printable.ts';
import { frontCode, inFolderOrder } from './folder-order.ts';
import { numbering } from '../../base/numbering.ts';

/** The page of `reslim diff`; `version` is that of reslim. */
export const diffPage = (result: DiffResult, version: string): PageDocument => ({
  kind: 'diff',
  title: printable(result.before.name),
  target: printable(result.after.name),
  reslim: version,
  notes: result.notes.map(printable),
  images: result.images.map(pageImage),
});

/** In the order of the states that files are numbered by. */
const KINDS = ['added', 'removed', 'changed', 'metadata'] as const satisfies FileChange['kind'][];

const STATES: readonly PageState[] = [
  { id: 'added', label: 'Added', meaning: 'only in the second image' },
  { id: 'removed', label: 'Removed', meaning: 'only in the first image' },
  {
    id: 'changed',
    label: 'Changed',
    meaning: 'with other contents, counted as in the second image',
  },
  {
    id: 'same',
    label: 'Metadata',
    meaning: 'with the same contents, but another owner, mode or time',
  },
];

const pageImage = (image: ImageDiff): PageImage => {
  const files = inFolderOrder(image.files.filter(({ type }) => type !== 'directory'));
  const owners = numberPackages(image.packages);
  const reasons = numbering<PageReason>(JSON.stringify);
  const columns = {
    ...frontCode(files),
    sizes: files.map(({ kind, bytesBefore, bytesAfter }) =>
      kind === 'removed' ? bytesBefore : bytesAfter,
    ),
    layers: files.map(({ layerAfter }) => layerAfter ?? 0),
    packages: files.map((file) => owners.get(file.package ?? '') ?? 0),
    wasted: files.map(() => 0),
    used: files.map(() => 0),
    texts: [],
  };
  const counts = new Map<number, number>();
  for (const number of columns.packages) counts.set(number, (counts.get(number) ?? 0) + 1);
  return {
    platform: printable(image.platform),
    digest: image.after.digest,
    figures: figuresOf(image),
    changes: changesOf(image),
    states: STATES,
    layers: [],
    packages: image.packages.map((each, at) => pagePackage(each, counts.get(at + 1) ?? 0)),
    secrets: [],
    lists: [
      settingsSection('Settings that differ', image.config, Infinity),
      { ...historySection(image, Infinity), title: 'Steps that differ' },
      { ...layersSection(image, Infinity), title: 'Layers that differ' },
    ].flatMap(listOf),
    files: columns,
    verdicts: [
      {
        label: 'All differences',
        states: files.map(({ kind }) => KINDS.indexOf(kind)),
        reasons: files.map((file) => reasons.of(reasonOf(file))),
        reasonList: reasons.list,
      },
    ],
  };
};

const reasonOf = ({ kind, changes, category = '' }: FileChange): PageReason => ({
  rule: '',
  category,
  text: [
    kind === 'changed' || kind === 'metadata' ? printable(describeChanges(changes)) : '',
    category,
  ]
    .filter((text) => text !== '')
    .join(' · '),
  source: '',
});

/** The numbers of packages, by what files call them: with the version of either image. */
const numberPackages = (packages: readonly PackageChange[]): ReadonlyMap<string, number> =>
  new Map(
    packages.flatMap(({ type, name, versionBefore, versionAfter }, at) =>
      [versionBefore, versionAfter].flatMap((version) =>
        version === undefined ? [] : [[`${type} ${name} ${version}`.trim(), at + 1] as const],
      ),
    ),
  );

const pagePackage = (change: PackageChange, files: number): PagePackage => {
  const { kind, type, name, versionBefore, versionAfter, bytesBefore, bytesAfter } = change;
  const versions = [...new Set([versionBefore, versionAfter])].filter((each) => each !== undefined);
  return {
    type,
    name: printable(name),
    version: printable(`${versions.join(' → ')} (${kind})`),
    files,
    bytes: bytesAfter - bytesBefore,
    ...(kind === 'removed' && { isRemoved: true as const }),
  };
};

const figuresOf = (image: ImageDiff): PageFigure[] => [
  {
    label: 'To download',
    value: formatSize(image.download[image.download.best].bytes),
    detail: describeDownload(image).replace(/^.*? in /, 'in '),
  },
  ...image.totals.map(({ kind, files, folders, bytesBefore, bytesAfter }) => ({
    label: { added: 'Added', removed: 'Removed', changed: 'Changed', metadata: 'Only metadata' }[
      kind
    ],
    value: formatCounted(files, 'file'),
    detail: [
      formatGrowth(bytesBefore, bytesAfter),
      ...(folders > 0 ? [formatCounted(folders, 'folder')] : []),
    ].join(', '),
  })),
];

const changesOf = ({ before, after }: ImageDiff): PageChange[] => [
  { label: 'Download', unit: 'bytes', before: before.compressedSize, after: after.compressedSize },
  ...both('On disk', 'bytes', before.unpackedSize, after.unpackedSize),
  ...both('Files', 'count', before.files, after.files),
  { label: 'Layers', unit: 'count', before: before.layers, after: after.layers },
];

const both = (
  label: string,
  unit: PageChange['unit'],
  before: number | undefined,
  after: number | undefined,
): PageChange[] =>
  before === undefined || after === undefined ? [] : [{ label, unit, before, after }];

const listOf = ({ title, summary, rows }: Section): PageList[] => {
  const lines = [...(summary === undefined ? [] : [summary]), ...rows.map((row) => row.join('  '))];
  return lines.length === 0 ? [] : [{ title, lines: lines.map(printable) }];
};
