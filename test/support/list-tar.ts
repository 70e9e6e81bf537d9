import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { skipWithout } from './requires.ts';

/** A member as Python's tarfile sees it. Names are binary strings. */
export interface ListedMember {
  readonly name: string;
  readonly type: string;
  readonly link: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly size: number;
  /** Hex; holes of sparse files are filled. */
  readonly body: string;
}

/** Reads a tar with Python, an independent reader. Throws where Python cannot. */
export const listTar = (tar: Buffer): ListedMember[] => {
  skipWithout('python3');
  return execFileSync('python3', ['-B', join(import.meta.dirname, 'list-tar.py')], {
    input: tar,
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  })
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ListedMember);
};
