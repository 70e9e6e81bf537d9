import type { Node } from '../../tree/node.ts';
import type { Language } from './language.ts';
import { NO_METADATA } from './no-metadata.ts';
import { perlNames } from './perl-names.ts';

/**
 * What cpanm installed from CPAN has a file that lists its modules; what it installed from a folder has none.
 * @see https://metacpan.org/pod/App::cpanminus
 */
const installedIn = (shelves: readonly Node[]): Map<string, readonly Node[]> =>
  new Map(
    shelves.flatMap((shelf) =>
      [...(shelf.children?.get('.meta')?.children?.values() ?? [])].map((folder) => [
        folder.name,
        [...(folder.children?.values() ?? [])],
      ]),
    ),
  );

/** Those of Debian and Alpine, then those that are built in the image: of cpan, of perl itself, and of local::lib. */
const FOLDERS = new RegExp(
  [
    '/usr/share/perl5/(?:vendor_perl/|site_perl/|(?!core_perl/))',
    '/usr/lib/(?:perl5/(?:vendor|site)_perl|[\\w-]+/perl5/5[\\d.]*)/',
    '/usr/local/(?:share|lib(?:/[\\w-]+)?)/perl/5[\\d.]*/',
    '(?<!^/usr)/lib/perl5/(?:site_perl/)?(?:5[\\d.]*/)?(?:\\w+-linux[\\w-]*/)?',
  ].join('|'),
);

export const perl: Language = {
  name: 'perl',
  interpreter: /\/(?:perl(?:5[\d.]*)?|libperl\.so[\d.]*)$/,
  folder: FOLDERS,
  standard:
    /\/usr\/(?:share\/perl\/5[\d.]*|lib\/[\w-]+-linux-\w+\/(?:perl\/5[\d.]*|perl-base)|(?:share|lib)\/perl5\/core_perl)\//,
  // `ok`, `open`, `sort`: https://perldoc.perl.org/perlmodlib#Pragmatic-Modules
  pragma: /^[a-z]\w*$/,
  loadingOption: /(?:^|\s)-[\w]*[Mm]-?([A-Za-z_]\w*(?:::\w+)*)/g,
  moduleOf: (name) => /^(\w+)\.p[lmh]$/.exec(name)?.[1],
  separator: '::',
  // With an option that loads a module: `-MList::Util=sum`.
  wordsIn: (text) =>
    text
      .split(/[^\w:]+/)
      .map((word) => word.replace(/^:+|:+$/g, ''))
      .flatMap((word) => (/^[Mm]\w/.test(word) ? [word, word.slice(1)] : [word])),
  isCode: (name, head) =>
    /\.(?:pl|pm|psgi|cgi|t|al|ph|PL)$/.test(name) ||
    /^#![^\n]*\bperl/.test(head) ||
    /^\s*eval ['"]exec [^\n]*perl/m.test(head) ||
    (!name.includes('.') && /^(?:package|use|require) [\w:.]+\s*;/m.test(head)),
  names: perlNames,
  forBuilding: /^(?:Makefile|Build)\.PL$/,
  compiled: {
    archive: /\.par$/,
    sourceEnding: '.pm',
    symbols: /(?:^|\0)(?:boot_|Perl_)/,
    names: /(?<=\0)[A-Za-z_]\w{0,80}(?:::\w{1,80}){0,8}(?=\0)/g,
    packagedNames: /(?<=\0)[A-Za-z_]\w{0,80}(?:::\w{1,80}){1,8}(?=\0)/g,
  },
  trustsDepends: true,
  // `loadplugin Mail::SpamAssassin::Plugin::SPF`, `PerlModule Apache2::Reload`.
  namesInSettings: true,
  suppliers: {},
  requests: [],
  metadata: {
    ...NO_METADATA,
    packagesIn: installedIn,
    modulesIn: ({ name }, text) =>
      name === 'install.json'
        ? [...text.matchAll(/"((?:\w+::)*\w+)"\s*:\s*\{/g)].map(([, module = '']) => module)
        : [],
  },
};
