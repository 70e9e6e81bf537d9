import type { Ecosystem } from './ecosystem.ts';
import { FOR_SOURCES } from './tool.ts';

export const perl: Ecosystem = {
  name: 'perl',
  sources: [{ kind: 'code', extensions: ['pl', 'pm', 'psgi'] }],
  runFunctions: ['exec', 'system', 'qx'],
  libraryOpeners: [/DynaLoader/, /FFI/],
  ignoredCallers: [
    /\/perl5?\/.*(ExtUtils|CPAN|Module\/Build|App\/cpanminus|Config[_A-Za-z]*\.p[lm])/,
    /\/\.cpanm\//,
  ],
  tools: [
    {
      name: 'cpan',
      programs: {
        cpan: undefined,
        cpanm: undefined,
        cpm: undefined,
        carton: ['install', 'bundle'],
      },
      calls: FOR_SOURCES,
    },
  ],
  modulePathVariables: ['PERL5LIB', 'PERLLIB'],
  optionVariables: { PERL5OPT: 'perl' },
  searchPathVariables: ['PERL5LIB', 'PERLLIB'],
};
