import type { FileAt } from '../tree/open-file.ts';

/**
 * Looks for data that a program reads from its own file, which a tool would move or pack. Returns the
 * reason not to change the file.
 */
export const findPayload = async (file: FileAt): Promise<string | undefined> => {
  const head = await file.read(0, Math.min(HEAD, file.size));
  if (head.toString('latin1', 8, 10) === 'AI') return 'is an AppImage';
  for (let at = 0; at < file.size; at += STEP - OVERLAP) {
    const part = await file.read(at, Math.min(STEP, file.size - at));
    for (const [mark, reason] of MARKS) if (part.includes(mark)) return reason;
  }
  return undefined;
};

/** Whether UPX has packed the file: it leaves a mark near its beginning. */
export const isPacked = async (file: FileAt): Promise<boolean> =>
  (await file.read(0, Math.min(HEAD, file.size))).includes('UPX!');

const HEAD = 1024;
const STEP = 1024 * 1024;

/**
 * Marks by which a runtime finds its payload, or the program that was put into it. Some are also in the
 * runtime without a payload, which is not worth the risk either.
 */
const MARKS: readonly (readonly [mark: Buffer, reason: string])[] = [
  // https://nodejs.org/api/single-executable-applications.html: the fuse ends in 1 once it is used.
  [
    Buffer.from('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1'),
    'is a Node program with a payload',
  ],
  [Buffer.from('<nexe~~sentinel>'), 'is a nexe program'],
  [Buffer.from('d3n0l4nd'), 'is a Deno program'],
  [Buffer.from('---- Bun! ----'), 'is a Bun program'],
  [Buffer.from('MEI\x0c\x0b\x0a\x0b\x0e', 'latin1'), 'is a PyInstaller program'],
  [
    // https://github.com/dotnet/runtime/blob/main/src/native/corehost/apphost/bundle_marker.c
    Buffer.from('8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae', 'hex'),
    'is a .NET single-file program or its host',
  ],
  [Buffer.from('BusyBox v1.'), 'starts itself again under other names'],
];

const OVERLAP = Math.max(...MARKS.map(([mark]) => mark.length));
