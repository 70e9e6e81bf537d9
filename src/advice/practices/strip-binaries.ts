import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import { ownSteps, type Subject } from '../subject.ts';

/** Programs and libraries of the application that were built with symbols and debug information. */
export const stripBinaries: Practice = {
  id: 'strip-binaries',
  title: 'Link without debug information',
  source: 'https://sourceware.org/binutils/docs/binutils/strip.html',
  find: (subject): Finding[] => {
    const binaries = subject.binaries.toSorted((a, b) => b.debugBytes - a.debugBytes);
    const bytes = binaries.reduce((sum, { debugBytes }) => sum + debugBytes, 0);
    const [largest] = binaries;
    if (!largest || !isWorthwhile(bytes, subject)) return [];
    const more = binaries.length > 1 ? ` and ${binaries.length - 1} more` : '';
    return [
      {
        message: `${largest.path}${more} hold symbols and debug information, which only debuggers read. ${howOf(subject)} leaves them out; a slim does so with --strip, and packs programs with --upx where that pays (they start slower then).`,
        files: [],
        estimate: bytes,
        step: ownSteps(subject).find(({ layer }) => layer === largest.layer),
        changes: [],
        example: { file: 'shell', text: `strip --strip-unneeded ${largest.path}` },
      },
    ];
  },
};

const howOf = ({ program }: Subject): string => {
  if (program?.language === 'go') return '-ldflags="-s -w"';
  return program?.language === 'rust'
    ? 'strip = true in the profile of Cargo.toml'
    : 'strip, or -s of the linker,';
};
