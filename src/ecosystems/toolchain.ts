import type { Ecosystem } from './ecosystem.ts';

/** Compilers, version control and build tools. */
export const toolchain: Ecosystem = {
  name: 'toolchain',
  recipes: { make: ['Makefile', 'makefile', 'GNUmakefile'], just: ['justfile'] },
};
