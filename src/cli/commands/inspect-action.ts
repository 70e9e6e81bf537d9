import {
  inspect,
  type InspectedImage,
  type InspectedReferrer,
  type InspectOptions,
  type InspectResult,
} from '../../index.ts';
import { INSPECT_OPTIONS, type InspectFlags } from '../../options/read-options.ts';
import { formatSize } from '../../report/format-number.ts';
import { formatTable } from '../../report/format-table.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { createPalette, wantsColour, type Palette } from '../../report/palette.ts';
import { printable } from '../../report/printable.ts';
import { libraryOptions } from '../settings/library-options.ts';
import type { Call } from '../command.ts';
import { checkPipes } from '../display/pipes.ts';
import { writeLines } from '../display/output.ts';

/** `reslim inspect`: shows what an image is, and its referrers. */
export const runInspect = async ({
  operands: { image: source },
  flags,
  signal,
}: Call<{ readonly image: string }, InspectFlags>): Promise<void> => {
  checkPipes({ source });
  const options = libraryOptions<InspectOptions>(INSPECT_OPTIONS, flags);
  const result = await inspect({ ...options, source, signal });
  const palette = createPalette(wantsColour(process.stdout, process.env));
  const lines = flags.json
    ? jsonLines(result)
    : describe(result, palette).map((line) => `${line}\n`);
  await writeLines(process.stdout, lines);
};

const describe = (result: InspectResult, palette: Palette): string[] => [
  `${palette.title(printable(result.name))} ${palette.faint(result.digest)}`,
  ...describeAnnotations(result.images.length === 1 ? {} : result.annotations, palette),
  ...result.images.flatMap((image) => ['', ...describeImage(image, palette)]),
  ...describeReferrers(result.referrers, palette),
];

const describeImage = (image: InspectedImage, palette: Palette): string[] => [
  `${palette.title(printable(image.platform))}  ${formatSize(image.compressedSize)} in ${image.layers.length} layer${image.layers.length === 1 ? '' : 's'}  ${palette.faint(image.digest)}`,
  ...(image.created === undefined ? [] : [`  created ${printable(image.created)}`]),
  ...describeAnnotations(image.annotations, palette),
  ...formatTable(
    image.layers.map(({ size, digest, mediaType }) => [
      ' ',
      formatSize(size),
      digest,
      palette.faint(printable(mediaType)),
    ]),
    ['left', 'right', 'left', 'left'],
  ),
];

const describeAnnotations = (
  annotations: Readonly<Record<string, string>>,
  { faint }: Palette,
): string[] =>
  Object.entries(annotations).map(
    ([key, value]) => `  ${faint(printable(key))} ${printable(value)}`,
  );

const describeReferrers = (referrers: readonly InspectedReferrer[], palette: Palette): string[] => {
  if (referrers.length === 0) return ['', 'Nothing refers to it.'];
  const rows = referrers.map(({ artifactType, size, digest, tag, annotations }) => [
    ' ',
    printable(annotations['in-toto.io/predicate-type'] ?? tag ?? artifactType),
    formatSize(size),
    palette.faint(digest),
  ]);
  return ['', 'Referrers:', ...formatTable(rows, ['left', 'left', 'right', 'left'])];
};
