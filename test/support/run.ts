import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program and returns what it prints; rejects with its error output. */
export const run = async (program: string, args: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(program, [...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
};
