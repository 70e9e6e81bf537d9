import {
  inspect,
  type InspectedImage,
  type InspectedReferrer,
  type InspectOptions,
  type InspectResult,
} from '../../index.ts';
import { ReslimError } from '../../base/errors.ts';
import { VERSION } from '../../base/version.ts';
import { INSPECT_OPTIONS, type InspectFlags } from '../../options/read-options.ts';
import { formatAnalysis } from '../../report/format-analysis.ts';
import { formatCounted, formatSize } from '../../report/format-number.ts';
import { formatTable } from '../../report/format-table.ts';
import { jsonLines } from '../../report/json-lines.ts';
import type { Palette } from '../../report/palette.ts';
import { inspectPage } from '../../report/page/inspect-page.ts';
import { printable } from '../../report/printable.ts';
import { withRuntime } from '../with-runtime.ts';
import { libraryOptions } from '../settings/library-options.ts';
import type { Call } from '../command.ts';
import { pageContent } from '../display/page-content.ts';
import { resultFiles, type Contents } from '../display/result-files.ts';
import { checkPipes } from '../display/pipes.ts';
import { showText } from '../display/show-text.ts';
import { writeLines } from '../display/output.ts';

/** `reslim inspect`: shows what an image is, and its referrers. */
export const runInspect = async ({
  operands: { image: source },
  flags,
  signal,
}: Call<{ readonly image: string }, InspectFlags>): Promise<void> => {
  const { html } = flags;
  const files = resultFiles(INSPECT_FILES, flags);
  checkFlags(source, flags, files.onStdout);
  await files.check();
  const options = libraryOptions<InspectOptions>(INSPECT_OPTIONS, flags);
  const result = await withRuntime(flags, signal, (run) =>
    inspect({ ...options, source, listFiles: html !== undefined, ...run }),
  );
  await files.write(result);
  if (html === '-') return;
  if (flags.json) await writeLines(process.stdout, jsonLines(withoutFiles(result)));
  else await showText(process.stdout, (palette) => describe(result, palette));
};

/** What options write of an image. */
const INSPECT_FILES: Contents<InspectResult> = {
  html: (result) => pageContent(inspectPage(result, VERSION)),
};

/** Refuses what cannot work before anything is read. */
const checkFlags = (
  source: string,
  { html, json, read }: InspectFlags,
  taken: readonly string[],
): void => {
  if (html !== undefined && read === 'documents')
    throw new ReslimError('usage', '--html needs the layers, and --read documents reads none');
  checkPipes({ source, onStdout: [...taken, ...(json ? ['--json'] : [])] });
};

/** The files are for the page. */
const withoutFiles = (result: InspectResult): InspectResult => ({
  ...result,
  images: result.images.map((image) => ({ ...image, files: undefined })),
});

const describe = (result: InspectResult, palette: Palette): string[] => [
  `${palette.title(printable(result.name))} ${palette.faint(result.digest)}`,
  ...describeAnnotations(result.images.length === 1 ? {} : result.annotations, palette),
  ...result.images.flatMap((image) => ['', ...describeImage(image, palette)]),
  // An engine has no place for any, and would have to export the image for the rest.
  ...(result.mediaType === undefined
    ? ['', 'Where its bytes are: add --read layers.']
    : describeReferrers(result.referrers, palette)),
];

const describeImage = (image: InspectedImage, palette: Palette): string[] => {
  const { platform, compressedSize, layers, digest, mediaType, annotations } = image;
  const count = formatCounted(layers.length, 'layer');
  const size = `${formatSize(compressedSize)}${mediaType === undefined ? ' unpacked' : ''} in ${count}`;
  return [
    `${palette.title(printable(platform))}  ${size}  ${palette.faint(digest)}`,
    ...describeConfig(image, palette),
    ...describeAnnotations(annotations, palette),
    ...(image.analysis
      ? formatAnalysis(image.analysis, palette)
      : [...describeLayers(image, palette), ...describeSteps(image, palette)]),
  ];
};

/** How containers start. Only what is set is shown. */
const describeConfig = ({ created, config }: InspectedImage, { faint }: Palette): string[] => {
  const { entrypoint, cmd, user, workingDir, env, volumes, healthcheck, labels } = config;
  const words = (command: readonly string[]): string[] =>
    command.length === 0 ? [] : [JSON.stringify(command)];
  const text = (value: string | undefined): string[] => (value ? [value] : []);
  const facts: [name: string, values: readonly string[]][] = [
    ['created', text(created)],
    ['entrypoint', words(entrypoint)],
    ['command', words(cmd)],
    ['health check', words(healthcheck)],
    ['user', text(user)],
    ['directory', text(workingDir)],
    ['volume', volumes],
    ['environment', env],
    ['label', Object.entries(labels).map(([key, value]) => `${key}=${value}`)],
  ];
  const rows = facts.flatMap(([name, values]) =>
    values.map((value, at) => [' ', at === 0 ? faint(name) : '', printable(value)]),
  );
  return formatTable(rows, ['left', 'left', 'left']);
};

/** Those of an engine are pulled by nobody, so that their digests help nobody. */
const describeLayers = (
  { layers, mediaType }: InspectedImage,
  { faint, title }: Palette,
): string[] => {
  if (mediaType === undefined || layers.length === 0) return [];
  const rows = layers.map(({ size, digest, mediaType: type }) => [
    ' ',
    size === undefined ? '' : formatSize(size),
    digest,
    faint(printable(type ?? '')),
  ]);
  return [`  ${title('Layers:')}`, ...formatTable(rows, ['left', 'right', 'left', 'left'])];
};

const describeSteps = ({ steps }: InspectedImage, { title }: Palette): string[] => {
  if (steps.length === 0) return [];
  const rows = steps.map(({ line, size }) => [
    ' ',
    size === undefined ? '' : formatSize(size),
    printable(line.length > STEP_LENGTH ? `${line.slice(0, STEP_LENGTH - 1)}…` : line),
  ]);
  return [`  ${title('Steps:')}`, ...formatTable(rows, ['left', 'right', 'left'])];
};

/** Characters of a step that are shown; `--json` has all of them. */
const STEP_LENGTH = 100;

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
