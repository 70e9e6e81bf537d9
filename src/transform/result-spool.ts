import type { FileHandle } from 'node:fs/promises';
import { writeAll } from '../base/write-all.ts';
import { fileBytes, type LayerBytes } from '../layer/layer-bytes.ts';
import { blocksOf } from './local-file.ts';
import type { FileAt } from '../tree/open-file.ts';

/** New contents of many files in one file, since the number of open files is limited. */
export interface ResultSpool {
  readonly add: (file: FileAt) => Promise<LayerBytes>;
  readonly close: () => Promise<void>;
}

export const openResultSpool = async (open: () => Promise<FileHandle>): Promise<ResultSpool> => {
  const handle = await open();
  let end = 0;
  return {
    add: async (file) => {
      // The range is reserved before the first write, since other files are added at the same time.
      const start = end;
      end += file.size;
      let at = start;
      for await (const block of blocksOf(file)) {
        await writeAll(handle, block, at);
        at += block.length;
      }
      return { ...fileBytes(handle, start, file.size), close: async () => {} };
    },
    close: () => handle.close(),
  };
};
