import { parseObject } from '../base/json.ts';
import { nodeAt } from '../tree/node.ts';
import { readText } from '../tree/read-text.ts';
import type { Ecosystem } from './ecosystem.ts';
import type { PackageContents } from './found-package.ts';
import { FOR_SOURCES } from './tool.ts';

/** What conda links into an environment, by paths from the folder of the environment. */
const linkedFiles: PackageContents = async ({ evidence }, _root, open) => {
  const environment = evidence.parent?.parent;
  const record = parseObject((await readText(open, evidence, RECORD_SIZE)) ?? '');
  const files = Array.isArray(record?.['files']) ? (record['files'] as unknown[]) : [];
  const nodes = files.flatMap((path) => (environment && nodeAt(environment, String(path))) ?? []);
  return [evidence, ...nodes];
};

/** That of Python has 2 MB. */
const RECORD_SIZE = 64 * 1024 * 1024;

export const conda: Ecosystem = {
  name: 'conda',
  packageSigns: [
    {
      type: 'conda',
      path: /\/conda-meta\/([^/]+)-([^/-]+)-[^/-]+\.json$/,
      nameEnds: ['.json'],
      contents: linkedFiles,
    },
  ],
  tools: [
    {
      name: 'conda',
      programs: Object.fromEntries(
        ['conda', 'mamba', 'micromamba'].map((program) => [
          program,
          ['install', 'create', 'update', 'upgrade', 'env'],
        ]),
      ),
      // Environments may list packages of pip.
      calls: FOR_SOURCES,
      offline: [/^CONDA_OFFLINE=(?!false$|0?$)/],
    },
  ],
  cacheVariables: ['CONDA_PKGS_DIRS'],
  searchPathVariables: ['CONDA_PREFIX'],
};
