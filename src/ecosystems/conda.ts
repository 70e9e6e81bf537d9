import type { Ecosystem } from './ecosystem.ts';

export const conda: Ecosystem = {
  name: 'conda',
  packageSigns: [
    {
      type: 'conda',
      path: /\/conda-meta\/([^/]+)-([^/-]+)-[^/-]+\.json$/,
      nameEnds: ['.json'],
    },
  ],
  searchPathVariables: ['CONDA_PREFIX'],
};
