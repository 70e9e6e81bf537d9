import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { skipWithout } from './requires.ts';

/** Runs a program and returns what it prints; rejects with its error output. Skips the test where it is missing. */
export const run = async (program: string, args: readonly string[]): Promise<string> => {
  if (!program.includes('/')) skipWithout(program);
  const { stdout } = await promisify(execFile)(program, [...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
};
