import { DEFAULT_LEVEL, DEFAULT_PROFILES, type Grain, type Level } from '../api/vocabulary.ts';
import type { Profile } from '../profiles/rule.ts';
import type { Recording } from '../recordings/recording.ts';
import { openRuleBook, type RuleBook } from './rule-book.ts';
import { loadShippedFamilies } from '../profiles/shipped-families.ts';
import { loadShippedProfiles } from '../profiles/shipped-profiles.ts';

export interface LoadRuleBookOptions {
  readonly profiles?: readonly string[] | undefined;
  readonly profileFiles?: readonly string[] | undefined;
  readonly level?: Level | undefined;
  readonly keep?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly entries?: readonly string[] | undefined;
  readonly without?: readonly string[] | undefined;
  readonly grain?: Grain | undefined;
  /** Paths of files. */
  readonly traces?: readonly string[] | undefined;
}

/**
 * Reads the shipped profiles and the user's own, and what runs opened. Rejects with `usage` naming file, line and what is wrong. Rules without files of
 * the user's own are made once: some runs slim thousands of images by the same ones.
 */
export const loadRuleBook = async (options: LoadRuleBookOptions): Promise<RuleBook> => {
  const { profiles, profileFiles = [], level, keep, drop, traces = [] } = options;
  const { entries, without, grain } = options;
  if (profileFiles.length + traces.length > 0) return openAll(options);
  const key = JSON.stringify([profiles, level, keep, drop, entries, without, grain]);
  const book = books.get(key) ?? (await openAll(options));
  if (books.size >= MOST_BOOKS) books.clear();
  books.set(key, book);
  return book;
};

const books = new Map<string, RuleBook>();

/** As many as the entries of a large mirror differ by. */
const MOST_BOOKS = 100;

const openAll = async (options: LoadRuleBookOptions): Promise<RuleBook> => {
  const shipped = await loadShippedProfiles();
  const own = await loadOwn(options.profileFiles ?? []);
  const { level = DEFAULT_LEVEL } = options;
  return openRuleBook({
    shipped,
    own,
    names: options.profiles ?? DEFAULT_PROFILES,
    level,
    keep: options.keep ?? [],
    drop: options.drop ?? [],
    ...(level === 'minimal' && {
      families: await loadShippedFamilies(),
      entries: options.entries,
      without: options.without,
      grain: options.grain,
      recordings: await loadRecordings(options.traces ?? []),
    }),
  });
};

/** Loads the YAML reader and the schema only where they are needed: most runs need neither. */
const loadOwn = async (paths: readonly string[]): Promise<Profile[]> => {
  if (paths.length === 0) return [];
  const { loadProfileFile } = await import('../profiles/load-profile.ts');
  return Promise.all(paths.map((path) => loadProfileFile(path)));
};

const loadRecordings = async (paths: readonly string[]): Promise<readonly Recording[]> => {
  if (paths.length === 0) return [];
  const { readRecording } = await import('../recordings/read-recording.ts');
  return Promise.all(paths.map(readRecording));
};
