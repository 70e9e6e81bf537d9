import type { Ecosystem } from './ecosystem.ts';
import { FOR_SOURCES } from './tool.ts';

export const conda: Ecosystem = {
  name: 'conda',
  packageSigns: [
    {
      type: 'conda',
      path: /\/conda-meta\/([^/]+)-([^/-]+)-[^/-]+\.json$/,
      nameEnds: ['.json'],
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
