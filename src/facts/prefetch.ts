import { baseOf, parentOf, toBytes, type BytePath } from '../base/byte-path.ts';
import type { Prefetch } from '../layer/read/prefetch.ts';
import type { Config } from '../oci/config.ts';
import { anyOf } from '../ecosystems/any-of.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import { shellWords } from '../ecosystems/shell-words.ts';
import { searchPath } from './uses/file-uses.ts';
import { HEAD } from './uses/started-words.ts';

/**
 * Foresees which files are read of an image whatever the rules: package databases, and what may be a
 * script that it starts. A hint that saves time, no promise: others are read, and some of these are not.
 */
export const foreseenReads = (config: Config): Prefetch => {
  const { entrypoint, cmd, healthcheck, workingDir } = config.runtime;
  const folders = new Set([workingDir, ...searchPath(config)].map(toPath));
  const started = new Set(
    [...entrypoint, ...cmd, ...healthcheck].flatMap((each) =>
      shellWords(toBytes(each)).map((word) => baseOf(word)),
    ),
  );
  return ({ path, bodySize }) => {
    if (ALWAYS_READ.test(`/${path}`)) return bodySize;
    const name = baseOf(path);
    const folder = parentOf(path);
    if (started.has(name)) return beginning(bodySize, STARTED_SIZE);
    // Names in folders of programs lead to others that are called so: `npm` to `node_modules/npm/bin`.
    const isProgram = folders.has(folder) || /^s?bin$/.test(baseOf(folder));
    return isProgram ? beginning(bodySize, CALLED_SIZE) : 0;
  };
};

/** Scripts that images start are smaller, and so are most that these call; of programs only the head is read. */
const STARTED_SIZE = 64 * 1024;
const CALLED_SIZE = 8 * 1024;

const beginning = (size: number, most: number): number => (size > most ? HEAD : size);

const ALWAYS_READ = anyOf(ECOSYSTEMS.flatMap(({ alwaysRead = [] }) => alwaysRead));

const toPath = (folder: string): BytePath => toBytes(folder).replace(/^\/+|\/+$/g, '');
