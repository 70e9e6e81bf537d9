import { baseOf, parentOf, toBytes, type BytePath } from '../base/byte-path.ts';
import type { Prefetch } from '../layer/read/prefetch.ts';
import type { Config } from '../oci/config.ts';
import { anyOf } from '../ecosystems/any-of.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import { sourceKindOf } from '../ecosystems/source-kind.ts';
import { shellWords } from '../ecosystems/shell-words.ts';
import { searchPath } from '../graph/search-path.ts';
import { HEAD } from '../graph/trace/look-into-text.ts';

/**
 * Says which files are worth keeping while the layers of an image are read, since a run reads them
 * whatever its rules are: package databases, and possible scripts that the image starts. This only saves
 * time: a run reads other files as well, and not all of these.
 */
export const prefetchFor = (config: Config): Prefetch => {
  const { entrypoint, cmd, healthcheck, workingDir } = config.runtime;
  const home = toPath(workingDir);
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
    // The application's own sources, one of which is started as a rule.
    const isSource = folder === home && sourceKindOf(`/${path}`) === 'code';
    if (started.has(name) || isSource) return beginning(bodySize, STARTED_SIZE);
    // Programs are often symlinks into other folders of programs: `npm` to `node_modules/npm/bin`.
    const isProgram = folders.has(folder) || /^s?bin$/.test(baseOf(folder));
    return isProgram ? beginning(bodySize, CALLED_SIZE) : 0;
  };
};

/** Most scripts that images start are smaller, and so are those that they call. Of larger files only the head is read. */
const STARTED_SIZE = 64 * 1024;
const CALLED_SIZE = 8 * 1024;

const beginning = (size: number, most: number): number => (size > most ? HEAD : size);

const ALWAYS_READ = anyOf(ECOSYSTEMS.flatMap(({ alwaysRead = [] }) => alwaysRead));

const toPath = (folder: string): BytePath => toBytes(folder).replace(/^\/+|\/+$/g, '');
