import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installShared } from './shared-install.ts';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Installs a reslim whose deflate is made from the same sources, but with one fault. Nothing in the program knows of it:
 * it runs as it was built, with another `deflate.wasm`.
 */
export const installWithFault = (folder: string, fault: Fault): string => {
  mkdirSync(folder);
  const { reslim } = installShared(folder);
  const sources = join(folder, 'deflate');
  cpSync(join(ROOT, 'src/codec/deflate'), sources, { recursive: true });
  const path = join(sources, fault.file);
  const code = readFileSync(path, 'utf8');
  if (code.split(fault.right).length !== 2) throw new Error(`${fault.file} has changed`);
  writeFileSync(path, code.replace(fault.right, fault.wrong));
  const wasm = join(dirname(dirname(reslim)), 'dist/codec/deflate.wasm');
  const { options } = JSON.parse(readFileSync(join(sources, 'asconfig.json'), 'utf8'));
  const { runtime, optimizeLevel } = options as Record<string, string>;
  const words = ['--runtime', `${runtime}`, '-O', '--optimizeLevel', `${optimizeLevel}`];
  execFileSync(
    join(ROOT, 'node_modules/.bin/asc'),
    [
      'index.ts',
      '--outFile',
      wasm,
      ...words,
      '--noAssert',
      '--use',
      'abort=',
      '--enable',
      'bulk-memory',
    ],
    { cwd: sources },
  );
  return reslim;
};

/** A line of the encoder, and what it is in its place. */
export interface Fault {
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}
