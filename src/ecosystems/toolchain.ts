import type { Ecosystem } from './ecosystem.ts';

/** Compilers, version control and build tools. */
export const toolchain: Ecosystem = {
  name: 'toolchain',
  cacheVariables: ['CCACHE_DIR', 'SCCACHE_DIR', 'DISTCC_DIR'],
};
