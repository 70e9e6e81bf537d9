import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseFamily } from '../../src/profiles/parse-family.ts';
import { SHIPPED_FAMILIES } from '../../src/profiles/shipped-families.ts';

test('each rule that comes with reslim has its own id, a reason, a page to read up, and an effect', async () => {
  const rules = await SHIPPED_FAMILIES.load();
  expect(rules.length).toBeGreaterThan(30);
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const rule of rules) {
    const { id, loads, starts, ignores, reads, packages, commands, variables } = rule;
    const { depends, covers, reason, source } = rule;
    expect(reason, id).toMatch(/\.$/);
    expect(source, id).toMatch(/^https:\/\//);
    const effects =
      [loads, starts, ignores, reads, packages, commands, variables].flat().length +
      (covers === undefined ? 0 : 1) +
      Number(depends);
    expect(effects, id).toBeGreaterThan(0);
  }
});

test('a family is read from its file', () => {
  const text = `name: tools
title: parts of tools
rules:
  - id: plug-ins
    when: /usr/bin/tool
    loads: ['/usr/lib/tool/**']
    covers: plug-ins by name
    reason: >-
      It opens
      all of them.
`;
  expect(parseFamily(text, 'tools.yaml')).toEqual([
    {
      id: 'tools/plug-ins',
      when: ['/usr/bin/tool'],
      loads: ['/usr/lib/tool/**'],
      starts: [],
      ignores: [],
      reads: [],
      packages: [],
      commands: [],
      variables: [],
      depends: false,
      covers: 'plug-ins by name',
      reason: 'It opens all of them.',
      source: undefined,
    },
  ]);
});

test.each([
  ['an unknown key', 'load: /usr/lib', /tools\.yaml:6:5.*unknown key "load", did you mean "loads"/],
  ['a glob that is not rooted', 'loads: usr/lib', /tools\.yaml:\d+:\d+/],
  [
    'a pattern that is none',
    "commands: [{ in: /etc/a, patterns: '(' }]",
    /tools\.yaml:\d+:\d+.*Invalid regular expression/,
  ],
])('%s is refused with its place', (_, line, message) => {
  const text = `name: tools\ntitle: t\nrules:\n  - id: a\n    reason: R.\n    ${line}\n`;
  expect(() => parseFamily(text, 'tools.yaml')).toThrow(message);
});

test('families are the same from JSON as from YAML', async () => {
  const compiled = await SHIPPED_FAMILIES.compile();
  expect(JSON.parse(await readFile(SHIPPED_FAMILIES.url, 'utf8'))).toEqual(compiled);
});
