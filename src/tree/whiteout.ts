import { baseOf, parentOf, showPath, type BytePath } from '../base/byte-path.ts';
import { ReslimError } from '../base/errors.ts';
import type { Entry } from '../layer/entry.ts';

/**
 * - `deleted`: what lower layers have at `path` is gone
 * - `opaque`: what lower layers have below `path` is gone
 * - `housekeeping`: AUFS kept its own records under such names; they are no files
 */
export interface Whiteout {
  readonly kind: 'deleted' | 'opaque' | 'housekeeping';
  readonly path: BytePath;
}

const PREFIX = '.wh.';
const RESERVED = '.wh..wh.';
const OPAQUE = '.wh..wh..opq';
/** No file has such a name, and runtimes would remove the folder itself, or the one above. */
const NAMELESS = new Set(['', '.', '..']);

/** The path of a whiteout for a name in a folder. */
export const whiteoutPath = (folder: BytePath, name: BytePath): BytePath =>
  `${folder === '' ? '' : `${folder}/`}${PREFIX}${name}`;

/**
 * Reads an entry's name as a whiteout; `undefined` for ordinary entries. Only whole components that
 * begin with `.wh.` count: `notes.wh.txt` is a file.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts
 */
export const readWhiteout = ({ path }: Pick<Entry, 'path'>): Whiteout | undefined => {
  if (!path.includes(PREFIX)) return undefined;
  const parent = parentOf(path);
  const name = baseOf(path);
  if (name === OPAQUE) return { kind: 'opaque', path: parent };
  if (path.startsWith(RESERVED) || path.includes(`/${RESERVED}`))
    return { kind: 'housekeeping', path };
  if (parent.startsWith(PREFIX) || parent.includes(`/${PREFIX}`)) {
    throw new ReslimError('invalid-image', `a whiteout with something below it: ${showPath(path)}`);
  }
  if (!name.startsWith(PREFIX)) return undefined;
  if (NAMELESS.has(name.slice(PREFIX.length)))
    throw new ReslimError('invalid-image', `a whiteout with an invalid name: ${showPath(path)}`);
  return {
    kind: 'deleted',
    path: parent === '' ? name.slice(PREFIX.length) : `${parent}/${name.slice(PREFIX.length)}`,
  };
};
