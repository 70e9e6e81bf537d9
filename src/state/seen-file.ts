import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isDigest, type Digest } from '../oci/digest.ts';
import { isMissing } from '../base/io-error.ts';
import { MAX_TAGS } from './seen.ts';

/** What is known of a repository. Times are milliseconds since 1970. */
export interface SeenRepository {
  /** When its tags were last listed. */
  listed: number | null;
  tags: Map<string, SeenTag>;
}

export interface SeenTag {
  /** What it had; '' where there was no such tag, `null` where it was listed and not looked at. */
  readonly digest: Digest | '' | null;
  readonly looked: number;
  /** The last time at which it had something else; `null` where nobody knows. */
  readonly since: number | null;
}

/** Of the format. A file of another one is not used. */
const VERSION = 1;
/** Bytes. The tags below take a quarter of it. */
const MAX_FILE_SIZE = 32 * 1024 * 1024;

/** `undefined` where there is none, or none that can be used. */
export const readSeen = (
  path: string,
  { name, warn }: { readonly name: string; readonly warn: (message: string) => void },
): SeenRepository | undefined => {
  try {
    if (statSync(path).size > MAX_FILE_SIZE) throw new Error('it is too large');
    return parse(JSON.parse(readFileSync(path, 'utf8')), name);
  } catch (error) {
    if (!isMissing(error))
      warn(`when images of ${name} appeared is not known: ${path}: ${(error as Error).message}`);
    return undefined;
  }
};

const parse = (document: unknown, name: string): SeenRepository => {
  const { version, repository, listed, tags } = document as Readonly<Record<string, unknown>>;
  if (version !== VERSION) throw new Error('it is of another version of reslim');
  if (repository !== name || !isTimeOrNull(listed) || !Array.isArray(tags) || !tags.every(isRow))
    throw new Error('it is damaged');
  return {
    listed,
    tags: new Map(tags.map(([tag, digest, looked, since]) => [tag, { digest, looked, since }])),
  };
};

type Row = readonly [
  tag: string,
  digest: SeenTag['digest'],
  looked: number,
  since: SeenTag['since'],
];

const isRow = (row: unknown): row is Row => {
  if (!Array.isArray(row) || row.length !== 4) return false;
  const [tag, digest, looked, since] = row as readonly unknown[];
  return (
    typeof tag === 'string' &&
    (digest === null || digest === '' || (typeof digest === 'string' && isDigest(digest))) &&
    Number.isFinite(looked) &&
    isTimeOrNull(since)
  );
};

const isTimeOrNull = (value: unknown): value is number | null =>
  value === null || Number.isFinite(value);

/** Readers see the old file or the whole new one. */
export const writeSeen = (path: string, name: string, { listed, tags }: SeenRepository): void => {
  const rows = [...tags].map(([tag, { digest, looked, since }]) => [tag, digest, looked, since]);
  const latest =
    rows.length <= MAX_TAGS
      ? rows
      : rows.sort((a, b) => (b[2] as number) - (a[2] as number)).slice(0, MAX_TAGS);
  const text = JSON.stringify({ version: VERSION, repository: name, listed, tags: latest });
  const partial = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(partial, `${text}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
};

/** What two runs know together: of each tag what was seen last, and the latest time at which it was not there. */
export const mergeTags = (ours: SeenRepository, theirs: SeenRepository): SeenRepository => {
  const tags = new Map(ours.tags);
  const isListedLater = (ours.listed ?? 0) > (theirs.listed ?? 0);
  for (const [tag, their] of theirs.tags) {
    const our = tags.get(tag);
    // It was gone when this run listed the tags.
    if (!our && isListedLater) continue;
    if (!our || their.looked > our.looked) tags.set(tag, their);
    if (our?.digest === their.digest)
      tags.set(tag, {
        ...(tags.get(tag) as SeenTag),
        since: Math.max(our.since ?? 0, their.since ?? 0) || null,
      });
  }
  return { listed: Math.max(ours.listed ?? 0, theirs.listed ?? 0) || null, tags };
};
