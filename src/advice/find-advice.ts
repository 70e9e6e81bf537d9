import type { Advice, AdvicePlace } from '../api/advice.ts';
import type { SizedName } from '../api/analysis.ts';
import { RULE_LEVELS } from '../api/vocabulary.ts';
import { hideSecrets } from '../oci/secret-values.ts';
import { PRACTICES } from './practices.ts';
import type { Finding, Practice } from './practice.ts';
import type { Change } from './rewrite/change.ts';
import { applyEdits, renderChanges } from './rewrite/render.ts';
import { ownSteps, sizeOf, type Step, type StoredFile, type Subject } from './subject.ts';

/** All advice about an image. */
export interface FoundAdvice {
  /** Most bytes first. */
  readonly advice: readonly Advice[];
  /** Bytes of all files that advice is about, each once, and estimates. */
  readonly saving: number;
  /** The Dockerfile with all edits; absent where there are none. */
  readonly rewritten: string | undefined;
}

export const findAdvice = (
  subject: Subject,
  practices: readonly Practice[] = PRACTICES,
): FoundAdvice => {
  const found = practices
    .flatMap((practice) => practice.find(subject).map((finding) => ({ practice, finding })))
    .map(({ practice, finding }) => ({ finding, advice: describe(practice, finding, subject) }))
    .sort((a, b) => compare(a.advice, b.advice));
  const files = new Set(found.flatMap(({ finding }) => finding.files));
  const estimates = found.reduce((sum, { finding }) => sum + (finding.estimate ?? 0), 0);
  return {
    advice: found.map(({ advice }) => advice),
    saving: sizeOf([...files]) + estimates,
    rewritten: rewrite(
      subject,
      found.flatMap(({ finding }) => finding.changes),
    ),
  };
};

const compare = (a: Advice, b: Advice): number =>
  b.bytes - a.bytes ||
  (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
  (a.practice < b.practice ? -1 : 1);

const describe = (practice: Practice, finding: Finding, subject: Subject): Advice => {
  const { message, files, estimate, step, changes, example } = finding;
  const chain = ownSteps(subject).map(({ instruction }) => instruction);
  const removedBy = levelOf(files);
  return {
    practice: practice.id,
    title: practice.title,
    message,
    bytes: sizeOf(files) + (estimate ?? 0),
    ...(estimate !== undefined && { isEstimate: true }),
    ...(step && { place: placeOf(step) }),
    edits: renderChanges(changes, chain),
    ...(example && { example }),
    largest: largestOf(files),
    ...(removedBy !== undefined && { removedBy }),
    source: practice.source,
  };
};

const placeOf = ({ instruction: { line, endLine, text }, layer }: Step): AdvicePlace => ({
  ...(line !== undefined && { line, endLine }),
  step: hideSecrets(text).replaceAll(/\s+/g, ' ').trim(),
  ...(layer !== undefined && { layer }),
});

const rewrite = (
  { dockerfile, ...subject }: Subject,
  changes: readonly Change[],
): string | undefined => {
  if (!dockerfile || changes.length === 0) return undefined;
  const chain = ownSteps({ dockerfile, ...subject }).map(({ instruction }) => instruction);
  return applyEdits(dockerfile.file.lines, renderChanges(changes, chain));
};

/** Nearly all of it is enough: what stays is named by some file. */
const NEARLY_ALL = 0.9;

/** The lowest level that takes the files away. */
const levelOf = (files: readonly StoredFile[]): string | undefined => {
  const total = sizeOf(files);
  if (total === 0) return undefined;
  return RULE_LEVELS.find((_, at) => {
    const reached = new Set(RULE_LEVELS.slice(0, at + 1));
    const gone = files.filter(({ removedBy }) => removedBy && reached.has(removedBy));
    return sizeOf(gone) >= total * NEARLY_ALL;
  });
};

/** Folders and files that are named for a piece of advice. */
const NAMED = 3;

/** By the folders that hold most of them: `/var/lib/apt/lists`. */
const largestOf = (files: readonly StoredFile[]): SizedName[] => {
  const folders = new Map<string, { files: number; bytes: number }>();
  for (const { path, size } of files) {
    const name = files.length <= NAMED ? path : folderOf(path);
    const known = folders.get(name) ?? { files: 0, bytes: 0 };
    folders.set(name, { files: known.files + 1, bytes: known.bytes + size });
  }
  return [...folders]
    .map(([name, counts]) => ({ name, ...counts }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, NAMED);
};

/** As deep as people look: `/app/node_modules`, `/usr/lib/gcc`. */
const folderOf = (path: string): string => {
  const parts = path.split('/').slice(1, -1);
  const depth = parts[0] === 'var' || parts[0] === 'home' ? 4 : 3;
  const modules = parts.indexOf('node_modules');
  return `/${parts.slice(0, modules >= 0 ? modules + 1 : depth).join('/')}`;
};
