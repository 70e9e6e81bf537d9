import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ReslimError } from '../base/errors.ts';
import { asIoError } from '../base/io-error.ts';
import { collectFiles } from './collect-files.ts';
import { readCreport } from './formats/creport.ts';
import { fatrace, fatraceJson } from './formats/fatrace.ts';
import { opensnoop } from './formats/opensnoop.ts';
import { strace } from './formats/strace.ts';
import { readLines } from './read-lines.ts';
import { RECORDING_LIMITS, type LineFormat, type Recording } from './recording.ts';

/**
 * Reads what a tool wrote down of a run; the format is known by what is in the file. Rejects with `not-found` and `usage` naming the
 * file, and with `limit` where it is too large.
 */
export const readRecording = async (path: string): Promise<Recording> => {
  const size = await sizeOf(path);
  if (size > RECORDING_LIMITS.size) throw tooLarge(path, RECORDING_LIMITS.size);
  const found = collectFiles(basename(path));
  const first: string[] = [];
  let read: ((line: string, number: number) => void) | undefined;
  let number = 0;
  for await (const line of linesOf(path)) {
    number++;
    if (number > RECORDING_LIMITS.lines)
      throw new ReslimError('limit', `more than ${RECORDING_LIMITS.lines} lines, ${path}`, {
        hint: 'trace only calls that name files: strace -e trace=%file',
      });
    if (read) {
      read(line, number);
      continue;
    }
    const format = LINE_FORMATS.find(({ isLine }) => isLine(line));
    if (format) {
      read = format.open(found);
      // Lines before it may be halves of calls, or say where processes are.
      for (const [at, each] of first.entries()) read(each, at + 1);
      read(line, number);
    } else if (first.push(line) > MOST_OTHER_LINES || isDocument(first)) break;
  }
  if (!read && !(isDocument(first) && readCreport(await readDocument(path, size), found)))
    throw new ReslimError('usage', `not a trace: ${path}`, {
      hint: 'it may be of strace -f, fatrace or opensnoop, or creport.json of slim or mint',
    });
  return found.recording();
};

async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    yield* readLines(path);
  } catch (error) {
    throw asIoError(error, path);
  }
}

const LINE_FORMATS: readonly LineFormat[] = [opensnoop, fatrace, fatraceJson, strace];

/** Tools and the programs they run may say something first. */
const MOST_OTHER_LINES = 1000;

const isDocument = (lines: readonly string[]): boolean =>
  lines
    .find((line) => line.trim() !== '')
    ?.trimStart()
    .startsWith('{') === true;

const sizeOf = async (path: string): Promise<number> => {
  try {
    const found = await stat(path);
    if (found.isDirectory())
      throw new ReslimError('usage', `a folder, not a trace: ${path}`, {
        hint: 'name the file that strace, fatrace or opensnoop wrote',
      });
    return found.size;
  } catch (error) {
    if (error instanceof ReslimError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new ReslimError('not-found', `no such trace: ${path}`);
    throw asIoError(error, path);
  }
};

const readDocument = async (path: string, size: number): Promise<unknown> => {
  if (size > RECORDING_LIMITS.documentSize) throw tooLarge(path, RECORDING_LIMITS.documentSize);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw asIoError(error, path);
  }
};

const tooLarge = (path: string, most: number): ReslimError =>
  new ReslimError('limit', `a trace of more than ${most / 1024 / 1024} MiB: ${path}`, {
    hint: 'trace only calls that name files: strace -e trace=%file',
  });
