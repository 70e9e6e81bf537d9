import type { PaxRecord } from './pax.ts';
import { readRecordMap, type Span } from './sparse.ts';

/** What an index needs of a PAX header. */
export interface PaxFacts {
  readonly path: string | undefined;
  readonly linkPath: string | undefined;
  /** Of the body as stored. */
  readonly size: number | undefined;
  /** What `stat` reports of a sparse file. */
  readonly realSize: number | undefined;
  /** Seconds since the epoch, with their fraction. */
  readonly mtime: number | undefined;
  /**
   * The name of a sparse file; `path` is then a made-up one, for programs without support for sparse
   * files.
   */
  readonly sparseName: string | undefined;
  /** The map of a sparse file, or where it is. */
  readonly sparseMap: readonly Span[] | 'in-body' | undefined;
}

/**
 * Interprets records as Go's archive/tar does: the last value of a key counts, and an empty value removes
 * the key. `refuse` makes the error for an invalid value.
 */
export const readPaxFacts = (
  records: readonly PaxRecord[],
  refuse: (what: string) => Error,
): PaxFacts => {
  const values = new Map<string, string>();
  for (const { key, value } of records) {
    if (KEYS.has(key)) values.set(key, value.toString('latin1'));
  }
  const text = (key: string): string | undefined => values.get(key) || undefined;
  const number = (key: string): number | undefined => {
    const value = text(key);
    if (value === undefined) return undefined;
    if (!/^[+-]?\d{1,16}$/.test(value) || !Number.isSafeInteger(Number(value)))
      throw refuse(`a PAX ${key} that is not a number`);
    return Number(value);
  };
  const size = (key: string): number | undefined => {
    const value = number(key);
    if (value !== undefined && value < 0) throw refuse(`a PAX ${key} below 0`);
    return value;
  };
  const mtime = text('mtime');
  if (mtime !== undefined && !/^[+-]?\d{1,15}(\.\d*)?$/.test(mtime))
    throw refuse('a PAX mtime that is not a time');
  for (const key of ['uid', 'gid']) number(key);
  const sparse = isSparse(values);
  const isInBody = sparse && values.get('GNU.sparse.major') === '1';
  return {
    path: text('path'),
    linkPath: text('linkpath'),
    size: size('size'),
    realSize: sparse ? (size('GNU.sparse.size') ?? size('GNU.sparse.realsize')) : undefined,
    mtime: mtime === undefined ? undefined : Number(mtime),
    sparseName: sparse ? text('GNU.sparse.name') : undefined,
    sparseMap: isInBody ? 'in-body' : sparse ? readRecordMap(records, refuse) : undefined,
  };
};

/** Sparse names count only where the file is sparse: elsewhere runtimes use `path`. */
const isSparse = (values: ReadonlyMap<string, string>): boolean => {
  const version = `${values.get('GNU.sparse.major') ?? ''}.${values.get('GNU.sparse.minor') ?? ''}`;
  if (version !== '.') return ['0.0', '0.1', '1.0'].includes(version);
  return Boolean(values.get('GNU.sparse.map') || values.get('GNU.sparse.offset'));
};

const KEYS = new Set([
  'path',
  'linkpath',
  'size',
  'mtime',
  'uid',
  'gid',
  'GNU.sparse.major',
  'GNU.sparse.minor',
  'GNU.sparse.map',
  'GNU.sparse.offset',
  'GNU.sparse.name',
  'GNU.sparse.size',
  'GNU.sparse.realsize',
]);
