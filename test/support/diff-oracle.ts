import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FileChange } from '../../src/api/diff.ts';

const SCRIPT = fileURLToPath(new URL('diff.py', import.meta.url));

/** What diff.py says of two images of layouts, `DIR:TAG` each. */
export interface OracleDiff {
  readonly files: readonly string[];
  /** Of the distribution, by name: version before and after, `null` where it is not there. */
  readonly packages: Readonly<Record<string, readonly [string | null, string | null]>>;
}

export const askOracle = async (before: string, after: string): Promise<OracleDiff> => {
  const names = [before, after].flatMap((name) => {
    const colon = name.lastIndexOf(':');
    return [name.slice(0, colon), name.slice(colon + 1)];
  });
  const { stdout } = await promisify(execFile)('python3', ['-B', SCRIPT, ...names], {
    maxBuffer: 1024 ** 3,
  });
  return JSON.parse(stdout) as OracleDiff;
};

/** Changes of files as diff.py spells them. */
export const asOracle = (files: readonly FileChange[]): string[] =>
  files
    .map(({ kind, path, changes = [] }) => {
      const what = [...new Set(changes.map((change) => change.what))].join('+');
      return kind === 'metadata' ? `metadata ${what} ${path}` : `${kind} ${path}`;
    })
    .sort();
