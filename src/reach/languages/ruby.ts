import { GEM_METADATA } from './gems.ts';
import type { Language } from './language.ts';
import { rubyNames } from './ruby-names.ts';

export const ruby: Language = {
  name: 'ruby',
  interpreter: /\/(?:ruby[\d.]*|libruby[^/]*\.so[\d.]*)$/,
  // Of Debian: gems, and what is installed beside the standard library. Alpine has both in one folder, which stays.
  folder:
    /\/usr\/(?:share|lib\/[\w-]+)\/rubygems-integration\/(?:[^/]+\/(?:specifications\/|gems\/[^/]+\/(?:lib\/)?))?|\/usr\/lib\/(?:ruby\/vendor_ruby\/|[\w-]+\/ruby\/vendor_ruby\/[\d.]+\/)/,
  standard:
    /\/usr\/lib\/(?:ruby\/[\d.]+|[\w-]+\/ruby\/[\d.]+|ruby\/gems\/[\d.]+\/gems\/[^/]+\/lib)\//,
  moduleOf: (name) => /^([\w-]+)\.(?:rb|so)$/.exec(name)?.[1],
  separator: '/',
  // With an option that loads a library: `-rjson`.
  wordsIn: (text) =>
    text
      .split(/[^\w/.-]+/)
      .map((word) => word.replace(/^[-/.]+|[/.]+$|\.rb$/g, ''))
      .flatMap((word) => (/^r\w/.test(word) ? [word, word.slice(1)] : [word])),
  isCode: (name, head) =>
    /\.(?:rb|ru|rake|gemspec|erb|jbuilder|builder)$/.test(name) ||
    /^(?:Gemfile|Rakefile|Capfile|Guardfile)$/.test(name) ||
    /^#![^\n]*\bruby/.test(head) ||
    (!name.includes('.') && /^require ["']/m.test(head)),
  names: rubyNames,
  forBuilding: /^extconf\.rb$/,
  compiled: {
    archive: /$^/,
    sourceEnding: '.rb',
    symbols: /(?:^|\0)(?:Init_|rb_)/,
    names: /(?<=\0)[A-Za-z_][\w-]{0,80}(?:\/[\w-]{1,80}){0,8}(?=\0)/g,
    packagedNames: /(?<=\0)[A-Za-z_][\w-]{0,80}(?:\/[\w-]{1,80}){1,8}(?=\0)/g,
  },
  trustsDepends: true,
  // Nothing says where a gem was installed from.
  ownsInstalled: true,
  suppliers: {},
  requests: [],
  metadata: GEM_METADATA,
};
