import type { Ecosystem } from './ecosystem.ts';
import { FOR_SOURCES } from './tool.ts';

export const r: Ecosystem = {
  name: 'r',
  sources: [{ kind: 'code', extensions: ['r', 'R'] }],
  runFunctions: ['system'],
  tools: [
    {
      name: 'install-packages',
      programs: { 'install.r': undefined, 'install2.r': undefined, 'installGithub.r': undefined },
      signs: [/\b(install\.packages|pak::pkg_install|renv::restore|remotes::install_\w+)\(/],
      calls: [...FOR_SOURCES, 'gfortran'],
    },
  ],
  searchPathVariables: ['R_LIBS'],
};
