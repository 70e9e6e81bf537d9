import { showPath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import type { FoundSecret } from '../api/found-secret.ts';
import type { HistoryStep } from '../oci/config.ts';
import { formatLayerName, type LayerName } from '../oci/layer-names.ts';
import { ASSIGNMENT, SECRET_NAME, URL_PASSWORD } from '../oci/secret-values.ts';
import type { HiddenEntry } from '../tree/squash.ts';
import { ANY_SECRET_PATH, SECRET_KINDS, type SecretKind } from './secret-kinds.ts';

/** Reads the first bytes of a file in a layer. */
export type ReadStart = (entry: Entry, length: number) => Promise<Buffer>;

export interface SecretPlaces {
  readonly history: readonly HistoryStep[];
  /** The names of all layers, base first. */
  readonly layers: readonly LayerName[];
  readonly readStart: ReadStart;
}

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
  { history, layers, readStart }: SecretPlaces,
): Promise<FoundSecret[]> => {
  const found: FoundSecret[] = [];
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
    if (kind) found.push(secretFile(each, kind, layers));
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
  layers: readonly LayerName[],
): FoundSecret => {
  const [holder, coverer] = [layers[entry.layer], layers[by]] as [LayerName, LayerName];
  return {
    // Libraries ship keys for their own tests.
    severity: /(^|\/)tests?\//.test(path) ? 'medium' : severity,
    kind,
    path: showPath(path),
    layer: holder,
    message: `${kind} ${showPath(path)}: ${formatLayerName(coverer)} ${how} it, but ${formatLayerName(holder)} of the source still holds it; replace it wherever it is used`,
  };
};

const secretsOfStep = (
  { createdBy }: HistoryStep,
  at: number,
  { length }: readonly HistoryStep[],
): FoundSecret[] => {
  const step = at + 1;
  const text = createdBy.slice(0, START);
  const names = [...text.matchAll(ASSIGNMENT)].flatMap(([, name]) =>
    name !== undefined && SECRET_NAME.test(name) ? [name] : [],
  );
  if (text.search(URL_PASSWORD) >= 0) names.push('in a URL');
  return [...new Set(names)].map((name) => ({
    severity: 'medium',
    kind: 'build argument',
    step,
    message: `build argument ${name}: its value stands in step ${step} of ${length} of the history, which stays; build with a secret mount instead, and replace it`,
  }));
};
