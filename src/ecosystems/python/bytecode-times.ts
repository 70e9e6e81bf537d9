import { baseOf, parentOf, type BytePath } from '../../base/byte-path.ts';
import type { TimeRecords } from '../time-records.ts';

/** Bytecode with the time of its source in its header, unless it goes by a hash. */
export const BYTECODE_TIMES: TimeRecords = {
  names: /\.py[co]$/,
  read: async (path, file) => {
    if (file.size < 12) return [];
    const header = await file.read(0, 12);
    const magic = header.readUInt16LE(0);
    // Python 3.7 put flags before the time; the numbers of Python 2 are larger than those of all others.
    const hasFlags = magic >= 3390 && magic < 20_000;
    if (hasFlags && header.readUInt32LE(4) !== 0) return [];
    return [{ path: sourceOf(path), mtime: header.readUInt32LE(hasFlags ? 8 : 4) }];
  },
};

/** What numba compiled for the processor, with the time of the source among its keys. */
export const NUMBA_TIMES: TimeRecords = {
  names: /\.nbi$/,
  folders: /\/__pycache__$/,
  read: (path) => [{ path: sourceOf(path) }],
};

/** The source of `__pycache__/NAME.cpython-311.pyc` and of `NAME.pyc`. */
const sourceOf = (path: BytePath): BytePath => {
  const folder = parentOf(path);
  const [stem = ''] = baseOf(path).split('.', 1);
  return `${baseOf(folder) === '__pycache__' ? parentOf(folder) : folder}/${stem}.py`;
};
