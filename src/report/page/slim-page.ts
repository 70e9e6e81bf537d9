import type { PageChange, PageDocument, PageFigure, PageImage } from '../../api/page-document.ts';
import type { ImageReport, SlimResult } from '../../api/results.ts';
import { sum } from '../../base/sum.ts';
import { formatChange, formatCounted, formatSize } from '../format-number.ts';
import { printable } from '../printable.ts';
import { secretMessages } from '../secret-messages.ts';
import { imageStates, pageLayers, pagePackages } from './image-parts.ts';
import { pageColumns } from './page-files.ts';
import { withUse } from './page-use.ts';

/** The page of a slim; `version` is that of reslim. Images whose files were not listed are left out. */
export const slimPage = (
  { source, target, images, notes }: Pick<SlimResult, 'source' | 'target' | 'images' | 'notes'>,
  version: string,
): PageDocument => ({
  kind: 'slim',
  title: printable(source.name),
  target: target ? printable(target.name) : undefined,
  reslim: version,
  notes: notes.map(printable),
  images: images.flatMap(pageImage),
});

const pageImage = (report: ImageReport): PageImage[] => {
  const { platform, source, target, expected, secrets, packages, listing, use } = report;
  if (!listing || !(target ?? expected)) return [];
  const { analysis, files } = listing;
  const columns = pageColumns(files, analysis.packages);
  return [
    {
      platform: printable(platform),
      digest: (target ?? source).digest,
      figures: figuresOf(report),
      changes: changesOf(report),
      states: imageStates(target ? 'Removed' : 'Removable'),
      layers: pageLayers(analysis),
      packages: pagePackages(analysis, packages.removed),
      secrets: secretMessages(secrets).map(printable),
      lists: [],
      files: columns.files,
      verdicts: withUse(columns.verdicts, use && { use }),
    },
  ];
};

const changesOf = ({ source, target, expected }: ImageReport): PageChange[] => {
  const after = target ?? expected;
  if (!after) return [];
  const about = target ? {} : { about: true as const };
  return [
    {
      label: 'Download',
      unit: 'bytes',
      before: source.estimatedGzipSize ?? source.compressedSize,
      after: after.compressedSize,
      ...about,
    },
    {
      label: 'On disk',
      unit: 'bytes',
      before: source.unpackedSize,
      after: after.unpackedSize,
      ...about,
    },
    { label: 'Files', unit: 'count', before: source.files, after: after.files },
    { label: 'Layers', unit: 'count', before: source.layers, after: after.layers },
  ];
};

/** What was removed, by category, and what tools saved. */
const figuresOf = ({ categories, transforms, packages }: ImageReport): PageFigure[] => {
  const figures = categories.slice(0, SHOWN).map(({ category, files, bytes }) => ({
    label: category === 'hidden' ? 'hidden by later layers' : printable(category),
    value: formatSize(bytes),
    detail: formatCounted(files, 'file'),
  }));
  const before = sum(transforms.map((each) => each.before));
  const after = sum(transforms.map((each) => each.after));
  return [
    ...figures,
    ...(transforms.length > 0
      ? [
          {
            label: 'smaller files',
            value: formatSize(before - after),
            detail: `${formatCounted(transforms.length, 'file')}, ${formatChange(before, after)}`,
          },
        ]
      : []),
    ...(packages.removed.length > 0
      ? [
          {
            label: 'packages removed',
            value: String(packages.removed.length),
            detail: formatSize(sum(packages.removed.map(({ bytes }) => bytes))),
          },
        ]
      : []),
  ];
};

/** Categories that are shown. */
const SHOWN = 6;
