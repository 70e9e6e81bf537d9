import { baseOf, normalizePath, toBytes, type BytePath } from '../base/byte-path.ts';

/**
 * Whether a running container is likely to write to a path. Such files are not linked: without
 * copy-on-write for single files, writing to one name would change the other.
 */
export const likelyWritten = (volumes: readonly string[]): ((path: BytePath) => boolean) => {
  const folders = [
    ...WRITTEN_FOLDERS,
    ...volumes.map((volume) => normalizePath(toBytes(volume), 'Volumes of the config')),
  ].map((folder) => (folder === '' ? '' : `${folder}/`));
  return (path) =>
    folders.some((folder) => path.startsWith(folder)) || WRITTEN_NAME.test(baseOf(path));
};

const WRITTEN_FOLDERS = [
  'dev',
  'etc',
  'home',
  'media',
  'mnt',
  'proc',
  'root',
  'run',
  'srv',
  'sys',
  'tmp',
  'usr/local/etc',
  'var',
];

/** Databases, logs, locks and settings, wherever they are. */
const WRITTEN_NAME =
  /\.(?:db|sqlite3?|mdb|rdb|aof|log|pid|lock|sock|conf|cfg|ini|env|properties)$/i;
