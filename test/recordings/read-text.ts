import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecording } from '../../src/recordings/read-recording.ts';
import type { Recording } from '../../src/recordings/recording.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();

/** Reads a text as the file that it stands for. */
export const readText = async (text: string | Buffer): Promise<Recording> => {
  const path = join(folder, 'trace');
  await writeFile(path, text);
  return readRecording(path);
};
