import type { ImageAnalysis } from '../../api/analysis.ts';
import type { PageDocument, PageFigure, PageImage } from '../../api/page-document.ts';
import type { InspectedImage, InspectResult } from '../../api/results.ts';
import {
  formatCount,
  formatCounted,
  formatEfficiency,
  formatShare,
  formatSize,
} from '../format-number.ts';
import { printable } from '../printable.ts';
import { secretMessages } from '../secret-messages.ts';
import { imageStates, pageLayers, pagePackages } from './image-parts.ts';
import { pageColumns } from './page-files.ts';
import { withUse } from './page-use.ts';

/** The page of `reslim inspect`; `version` is that of reslim. Images whose files were not listed are left out. */
export const inspectPage = (
  { name, images }: Pick<InspectResult, 'name' | 'images'>,
  version: string,
): PageDocument => ({
  kind: 'inspect',
  title: printable(name),
  reslim: version,
  notes: [],
  images: images.flatMap(pageImage),
});

const pageImage = ({ platform, digest, analysis, files, minimal }: InspectedImage): PageImage[] => {
  if (!analysis || !files) return [];
  const columns = pageColumns(files, analysis.packages);
  return [
    {
      platform: printable(platform),
      digest,
      figures: figuresOf(analysis),
      changes: [],
      states: imageStates('Removable'),
      layers: pageLayers(analysis),
      packages: pagePackages(analysis),
      secrets: secretMessages(analysis.secrets).map(printable),
      lists: [],
      files: columns.files,
      verdicts: withUse(columns.verdicts, minimal).map((each) => ({
        ...each,
        label: `Level ${each.label}`,
      })),
    },
  ];
};

const figuresOf = (analysis: ImageAnalysis): PageFigure[] => {
  const { compressedSize, unpackedSize, contentSize, waste, efficiency, layers, files } = analysis;
  return [
    {
      label: 'Download',
      value: formatSize(compressedSize),
      detail: `compressed, in ${formatCounted(layers.length, 'layer')}`,
    },
    {
      label: 'On disk',
      value: formatSize(unpackedSize),
      detail: `unpacked, ${formatCount(files)} files in use`,
    },
    {
      label: 'Wasted',
      value: formatSize(waste.total),
      detail: `${formatShare(waste.total, contentSize)} of all contents`,
    },
    {
      label: 'Efficiency',
      value: formatEfficiency(efficiency),
      detail: 'of the contents are not wasted',
    },
    ...analysis.savings.map(({ level, files: count, bytes }) => ({
      label: `Level ${level} saves`,
      value: formatSize(bytes),
      detail: `unpacked, ${formatCounted(count, 'file')} removed`,
    })),
  ];
};
