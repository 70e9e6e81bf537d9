import type { Ecosystem } from './ecosystem.ts';

/** Compilers, version control and build tools. */
export const toolchain: Ecosystem = {
  name: 'toolchain',
  tools: [
    {
      name: 'compiler',
      programs: Object.fromEntries(
        [
          'gcc',
          'g++',
          'cc',
          'c++',
          'clang',
          'clang++',
          'tcc',
          'make',
          'cmake',
          'ninja',
          'meson',
        ].map((program) => [program, undefined]),
      ),
      // What compiles while it runs.
      signs: [
        /\bffi(builder)?\.(verify|compile)\(/,
        /\b(pyximport\.install|cython\.inline|weave\.inline|cppyy\.cppdef)\(/,
        /\bnumba\.pycc\b|\btorch\.(compile\b|utils\.cpp_extension\b)|\baot_compile\(/,
        /\b(sourceCpp|cppFunction|evalCpp|stan_model|cmdstan_model)\(/,
        /\brequire ['"]inline['"]|\buse Inline\b/,
      ],
    },
  ],
  cacheVariables: ['CCACHE_DIR', 'SCCACHE_DIR', 'DISTCC_DIR'],
};
