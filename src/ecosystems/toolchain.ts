import type { Ecosystem } from './ecosystem.ts';
import { FOR_SOURCES } from './tool.ts';

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
      // What compiles while it runs, for the processor, an accelerator or the kernel.
      signs: [
        /\bffi(builder)?\.(verify|compile)\(/,
        /\b(pyximport\.install|cython\.inline|weave\.inline|cppyy\.cppdef)\(/,
        /\bnumba\.pycc\b|\btorch\.(compile\b|utils\.cpp_extension\b)|\baot_compile\(/,
        /\b(sourceCpp|cppFunction|evalCpp|stan_model|cmdstan_model)\(/,
        /\brequire ['"]inline['"]|\buse Inline\b/,
        /\b(import|from) (pycuda|pykeops|brian2|deepspeed|bcc)\b/,
      ],
    },
    {
      // Compilers of languages that leave the rest of the work to a C compiler, and what calls one for kernel modules.
      name: 'languages',
      programs: Object.fromEntries(
        (
          'ghc runghc runhaskell ghci stack cabal ocamlopt ocamlfind dune opam nim nimble crystal shards v dmd dub csc gsc ' +
          'valac swift swiftc gfortran fpm dkms luarocks'
        )
          .split(' ')
          .map((program) => [program, undefined]),
      ),
      calls: FOR_SOURCES,
    },
  ],
  cacheVariables: ['CCACHE_DIR', 'SCCACHE_DIR', 'DISTCC_DIR'],
};
