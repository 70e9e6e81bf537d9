import { expect, test } from 'vitest';
import { lintProfile } from '../../src/rules/lint-profile.ts';
import { parseProfile } from '../../src/profiles/parse-profile.ts';
import { loadShippedProfiles } from '../../src/profiles/shipped-profiles.ts';

const HEAD = 'name: p\ntitle: test\nrules:\n';
const rule = (id: string, rest: string): string =>
  `  - {id: ${id}, category: c, reason: r, ${rest}}\n`;

const lint = (text: string, others: readonly string[] = []): string[] => {
  const beside = others.map((each) => parseProfile(each, 'other.yaml'));
  return lintProfile(parseProfile(text, 'p.yaml', beside), beside).map(
    (finding) => `${finding.rule}: ${finding.problem}`,
  );
};

test.each<[string, string, readonly string[]]>([
  [
    'an except that spares all',
    rule('a', "match: /x/*, except: '/x/**'"),
    ['p/a: its own "except" spares all that "match" takes'],
  ],
  [
    'an earlier rule that takes all',
    rule('a', "match: '/x/**'") + rule('b', "match: ['/x/y/*.log', '/x/z']"),
    ['p/b: p/a takes all it matches already'],
  ],
  [
    'a folder above that is taken',
    rule('a', 'match: /x') + rule('b', "match: '/x/**/y'"),
    ['p/b: p/a takes all it matches already'],
  ],
])('lint finds %s', (_, rules, findings) => {
  expect(lint(HEAD + rules)).toEqual(findings);
});

test('lint finds a keep rule of any profile that keeps all', () => {
  const other = "name: o\ntitle: test\nkeep:\n  - {id: k, match: '/x/**', reason: r}\n";
  expect(lint(HEAD + rule('a', 'match: /x/y'), [other])).toEqual([
    'p/a: o/k keeps all it matches: add "o/k" to its "overrides"',
  ]);
  expect(lint(HEAD + rule('a', 'match: /x/y, overrides: o/k'), [other])).toEqual([]);
});

test.each<[string, string]>([
  ['an except for a part', rule('a', "match: '/x/**', except: /x/y")],
  ['an earlier rule that takes less', rule('a', 'match: /x/*.log') + rule('b', 'match: /x/*')],
  ['an earlier rule at lean', rule('a', "match: '/x/**', level: lean") + rule('b', 'match: /x/y')],
  [
    'an earlier rule with a requirement',
    rule('a', "match: '/x/**', requires: {absent: /z}") + rule('b', 'match: /x/y'),
  ],
  [
    'an earlier rule for files only',
    rule('a', "match: '/x/**', only: files") + rule('b', 'match: /x/y'),
  ],
  [
    'an earlier rule that keep rules stop',
    rule('a', "match: '/x/**'") +
      rule('b', 'match: /x/y, overrides: p/k').concat(
        'keep:\n  - {id: k, match: /x/y/z, reason: r}\n',
      ),
  ],
  ['a glob with character classes', rule('a', "match: '/x/**'") + rule('b', "match: '/x/[ab]'")],
])('lint finds nothing in %s', (_, rules) => {
  expect(lint(HEAD + rules)).toEqual([]);
});

test('lint finds no shadowed rule in the shipped profiles', async () => {
  const shipped = await loadShippedProfiles();
  const findings = shipped.flatMap((profile) =>
    lintProfile(
      profile,
      shipped.filter((each) => each !== profile),
    ),
  );
  expect(findings).toEqual([]);
});
