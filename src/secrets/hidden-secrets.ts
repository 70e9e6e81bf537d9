import { showPath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import type { HistoryStep } from '../oci/config.ts';
import type { HiddenEntry } from '../tree/squash.ts';
import {
  ANY_SECRET_PATH,
  SECRET_ARGUMENT,
  SECRET_KINDS,
  type SecretKind,
  type SecretName,
} from './secret-kinds.ts';

/** A secret that the source image seems to hide, but still contains. Its value is never reported. */
export interface HiddenSecret {
  readonly severity: 'high' | 'medium';
  readonly kind: SecretName;
  /** Of a file: absolute, as text. */
  readonly path?: string | undefined;
  /** Of a file: the layer that still holds it. */
  readonly layer?: number | undefined;
  /** Of a build argument: the step of the history that shows it, from 0. */
  readonly step?: number | undefined;
  /** What it is, where, and what to do; one line. */
  readonly message: string;
}

/** Reads the first bytes of a file in a layer. */
export type ReadStart = (entry: Entry, length: number) => Promise<Buffer>;

/** Files whose content is looked at: a layer may hold a million files with such names. */
const MAX_READS = 1000;
const START = 64 * 1024;

/**
 * Looks for secrets that a later layer deletes or replaces, so that they seem to be gone but are still
 * in the image, and for secrets that the build left in the history. Files are recognised by their
 * paths, then by how they begin.
 */
export const findHiddenSecrets = async (
  hidden: readonly HiddenEntry[],
  history: readonly HistoryStep[],
  readStart: ReadStart,
): Promise<HiddenSecret[]> => {
  const found: HiddenSecret[] = [];
  let reads = 0;
  for (const each of hidden) {
    const { path, entry } = each;
    if (entry.type !== 'file' || entry.bodySize === 0 || !ANY_SECRET_PATH.test(path)) continue;
    const kinds = SECRET_KINDS.filter((kind) => kind.path.test(path));
    if (kinds.length === 0 || ++reads > MAX_READS) continue;
    const needsContent = kinds.some(({ content }) => content);
    const length = Math.min(START, entry.bodySize);
    const start = needsContent ? (await readStart(entry, length)).toString('latin1') : '';
    const kind = kinds.find(({ content }) => !content || content.test(start));
    if (kind) found.push(secretFile(each, kind));
  }
  return [...found, ...history.flatMap(secretsOfStep)];
};

/** Reads from open layers. */
export const startReader =
  (layers: readonly Layer[]): ReadStart =>
  async (entry, length) => {
    const target = Buffer.allocUnsafe(length);
    await (layers[entry.layer] as Layer).bytes.read(target, entry.offset + entry.headerSize);
    return target;
  };

const secretFile = (
  { path, entry, by, how }: HiddenEntry,
  { kind, severity }: SecretKind,
): HiddenSecret => ({
  // Libraries ship keys for their own tests.
  severity: /(^|\/)tests?\//.test(path) ? 'medium' : severity,
  kind,
  path: showPath(path),
  layer: entry.layer,
  message: `${kind} ${showPath(path)}: layer ${by} ${how} it, but layer ${entry.layer} of the source still holds it; replace it wherever it is used`,
});

const secretsOfStep = ({ createdBy }: HistoryStep, step: number): HiddenSecret[] => {
  const text = createdBy.slice(0, START);
  const names = [...text.matchAll(ASSIGNMENT)].flatMap(([, name]) =>
    name !== undefined && SECRET_ARGUMENT.test(name) ? [name] : [],
  );
  if (URL_PASSWORD.test(text)) names.push('in a URL');
  return [...new Set(names)].map((name) => ({
    severity: 'medium',
    kind: 'build argument',
    step,
    message: `build argument ${name}: its value stands in step ${step} of the history, which stays; build with a secret mount instead, and replace it`,
  }));
};

/** `NAME=value` with a value that is neither a variable nor empty. */
const ASSIGNMENT = /(?:^|[\s|;&("'])([A-Za-z_]\w{0,99})=(?:["'](?![$"'])|(?![$\s"']))\S/g;
const URL_PASSWORD = /:\/\/[^\s:@/]{1,200}:[^\s:@/$]{1,200}@/;
