import { readZip, type ZipEntry } from '../graph/archives/read-zip.ts';
import { bufferSource, type ElfSource } from '../elf/elf-source.ts';
import { readClassFile } from '../graph/sources/class-file.ts';
import { languageOf } from '../graph/sources/language.ts';
import { homeOf } from '../graph/trace/roots.ts';
import type { Where } from '../graph/trace/state.ts';
import type { Node } from '../tree/node.ts';
import { followClass, mayUse, type ClassNames } from './follow-class.ts';
import type { FollowContext } from './follow-context.ts';
import { followText } from './follow-text.ts';

/** Notes what the code in an archive starts and opens. Of an archive that is a published package, nothing is left open. */
export const followArchive = async (
  context: FollowContext,
  node: Node,
  file: ElfSource,
): Promise<void> => {
  const entries = await readZip(file);
  if (!entries) return;
  const where = { folders: [homeOf(context.trace.config.runtime)], searchIn: [], inputFiles: [] };
  const budget = { bytes: MAX_BYTES };
  const found = await followEntries(context, { node, entries, where, isInner: false, budget });
  if (!isPublished(entries)) leaveOpen(context, node, found);
};

/** A compiled class that is a file by itself. */
export const followClassFile = async (
  context: FollowContext,
  node: Node,
  file: ElfSource,
): Promise<void> => {
  if (file.size > MAX_CLASS) return;
  const bytes = await file.read(0, file.size);
  const where = { folders: [homeOf(context.trace.config.runtime)], searchIn: [], inputFiles: [] };
  const read = mayUse(bytes) ? readClassFile(bytes) : undefined;
  if (read) leaveOpen(context, node, [await followClass(context, read, { file: node }, where)]);
};

interface Archive {
  readonly node: Node;
  readonly entries: readonly ZipEntry[];
  readonly where: Where;
  /** It lies in another one. */
  readonly isInner: boolean;
  readonly budget: { bytes: number };
}

const followEntries = async (
  context: FollowContext,
  { node, entries, where, isInner, budget }: Archive,
): Promise<readonly ClassNames[]> => {
  const names: ClassNames[] = [];
  for (const entry of entries) {
    const language = languageOf(entry.name);
    const isClass = entry.name.endsWith('.class');
    const isJar = !isInner && entry.name.endsWith('.jar');
    if (!(language || isClass || isJar) || entry.size > budget.bytes) continue;
    budget.bytes -= entry.size;
    const bytes = await entry.read();
    if (!bytes) continue;
    const place = { file: node, member: entry.name };
    if (isJar) {
      const inner = (await readZip(bufferSource(bytes))) ?? [];
      const found = await followEntries(context, {
        node,
        entries: inner,
        where,
        isInner: true,
        budget,
      });
      if (!isPublished(inner)) names.push(...found);
    } else if (language)
      await followText(context, bytes.toString('latin1'), {
        language,
        where,
        isPackage: false,
        placeAt: () => place,
      });
    else if (mayUse(bytes)) {
      const read = readClassFile(bytes);
      if (read) names.push(await followClass(context, read, place, where));
    }
  }
  return names;
};

/** Unpacked, of one archive. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_CLASS = 16 * 1024 * 1024;

/** Libraries that others publish say so. */
const isPublished = (entries: readonly ZipEntry[]): boolean =>
  entries.some(({ name }) =>
    /^META-INF\/maven\/.*\/pom\.properties$|^META-INF\/.*\.(SF|kotlin_module)$/.test(name),
  );

/** Whoever starts or opens something and names nothing is told the name. */
const leaveOpen = (
  { trace: { record } }: FollowContext,
  node: Node,
  names: readonly ClassNames[],
): void => {
  const place = { file: node };
  if (names.some(({ starts, hasPrograms }) => starts && !hasPrograms))
    record.leaveOpen({
      kind: 'starts',
      place,
      word: 'a program by a computed name',
      isCovered: false,
    });
  if (names.some(({ opens, hasLibraries }) => opens && !hasLibraries))
    record.leaveOpen({
      kind: 'loads',
      place,
      word: 'a library by a computed name',
      isCovered: false,
    });
};
