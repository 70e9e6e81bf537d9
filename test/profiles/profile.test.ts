import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadProfileFile } from '../../src/profiles/load-profile.ts';
import { parseProfile } from '../../src/profiles/parse-profile.ts';
import { profileSchema } from '../../src/profiles/profile-schema.ts';
import type { Profile } from '../../src/profiles/rule.ts';
import { SHIPPED_PROFILES, loadShippedProfiles } from '../../src/profiles/shipped-profiles.ts';
import { tempFolder } from '../support/temp-folder.ts';

const profile = (...lines: string[]): string =>
  ['name: own', 'title: my own', 'rules:', ...lines.map((line) => `  ${line}`), ''].join('\n');

/** A profile of one good rule whose lines may be replaced or added to. */
const rule = (...lines: string[]): string =>
  profile(
    '- id: a',
    '  match: /a/**',
    '  category: cache',
    '  reason: because',
    ...lines.map((line) => `  ${line}`),
  );

const problemOf = (text: string): string => {
  try {
    parseProfile(text, 'own.yaml');
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string };
    return hint === undefined ? message : `${message} (${hint})`;
  }
  return 'no problem';
};

describe('a profile file', () => {
  test('is read into its types, with one word or a list alike', () => {
    const text = profile(
      '- id: a',
      '  match: /a/**',
      '  except: [/a/b/**, /a/c]',
      '  only: files',
      '  requires: { not-run: npm, not-platform: windows, beside: "../{stem}.py", exists: [/x, /y] }',
      '  overrides: own/k',
      '  level: lean',
      '  category: cache',
      '  reason: >',
      '    Folded text',
      '    is one line.',
      '  source: https://example.org/x',
      '- { id: b, match: "/b", category: temp, reason: r }',
    ).concat(
      'keep:\n  - { id: k, match: /k, reason: needed }\ndetect: { paths: /p, env: [A, B] }\n',
    );
    expect(parseProfile(text, 'own.yaml')).toEqual({
      name: 'own',
      title: 'my own',
      detect: { always: undefined, paths: ['/p'], env: ['A', 'B'] },
      rules: [
        {
          id: 'a',
          profile: 'own',
          match: ['/a/**'],
          except: ['/a/b/**', '/a/c'],
          only: 'files',
          requires: {
            exists: ['/x', '/y'],
            absent: undefined,
            beside: ['../{stem}.py'],
            notRun: ['npm'],
            platform: undefined,
            notPlatform: ['windows'],
          },
          overrides: ['own/k'],
          level: 'lean',
          category: 'cache',
          reason: 'Folded text is one line.',
          source: 'https://example.org/x',
        },
        expect.objectContaining({
          id: 'b',
          match: ['/b'],
          except: [],
          overrides: [],
          level: 'safe',
        }),
      ],
      keep: [
        { id: 'k', profile: 'own', match: ['/k'], except: [], reason: 'needed', source: undefined },
      ],
    } satisfies Profile);
  });

  test('overrides all keep rules of a profile with profile/*', () => {
    const keep =
      'keep:\n  - { id: k, match: /k, reason: r }\n  - { id: l, match: /l, reason: r }\n';
    const [first] = parseProfile(rule('overrides: [own/*]') + keep, 'own.yaml').rules;
    expect(first?.overrides).toEqual(['own/k', 'own/l']);
  });
});

describe('a mistake in a profile is named with file, line, column and property', () => {
  test.each([
    ['level', rule('level: leen'), 'own.yaml:8:12: rules[0].level: expected "safe" or "lean"'],
    [
      'only',
      rule('only: folders'),
      'own.yaml:8:11: rules[0].only: expected "files", "filled" or "orphans"',
    ],
    [
      'key',
      rule('exept: /x'),
      'own.yaml:8:5: rules[0]: unknown key "exept", did you mean "except"?',
    ],
    [
      'key nobody meant',
      rule('requires: { zzzzzz: x }'),
      'own.yaml:8:17: rules[0].requires: unknown key "zzzzzz", known keys: exists, absent, beside, is, not-called, not-run, not-used, not-for, platform, not-platform',
    ],
    [
      'relative glob',
      rule('except: tmp/**'),
      'own.yaml:8:13: rules[0].except: a glob must begin with "/" or "**/": tmp/**',
    ],
    [
      'glob in a list',
      rule('except: [/a, b]'),
      'own.yaml:8:18: rules[0].except[1]: a glob must begin with "/" or "**/": b',
    ],
    [
      'whole image',
      rule('except: /'),
      'own.yaml:8:13: rules[0].except: a glob that matches the whole image: /',
    ],
    ['empty list', rule('except: []'), 'own.yaml:8:13: rules[0].except: the list is empty'],
    ['type', rule('except: 5'), 'own.yaml:8:13: rules[0].except: expected text or a list'],
    [
      'type in a list',
      rule('except: [/a, { b: c }]'),
      'own.yaml:8:18: rules[0].except[1]: expected text',
    ],
    [
      'url',
      rule('source: debian.org'),
      'own.yaml:8:13: rules[0].source: expected a URL: "https://…"',
    ],
    [
      'url of a script',
      rule('source: "javascript:alert(1)"'),
      'own.yaml:8:13: rules[0].source: expected a URL: "https://…"',
    ],
    [
      'override',
      rule('overrides: own/keep-me') + 'keep:\n  - { id: keep-mee, match: /k, reason: r }\n',
      'own.yaml:8:16: rules[0].overrides: no keep rule is called "own/keep-me" (Did you mean "own/keep-mee"?)',
    ],
    [
      'override of a whole profile',
      rule('overrides: [other/*]'),
      'own.yaml:8:16: rules[0].overrides: no keep rule is called "other/*"',
    ],
    [
      'missing key',
      profile('- { id: a, match: /a, category: x }'),
      'own.yaml:4:5: rules[0].reason: missing: expected text',
    ],
    [
      'empty text',
      profile('- { id: a, match: /a, category: x, reason: " " }'),
      'own.yaml:4:46: rules[0].reason: the text is empty',
    ],
    [
      'id',
      profile('- { id: A b, match: /a, category: x, reason: r }'),
      'own.yaml:4:11: rules[0].id: expected lower-case words joined by "-"',
    ],
    [
      'twin',
      profile(
        '- { id: a, match: /a, category: x, reason: r }',
        '- { id: a, match: /b, category: x, reason: r }',
      ),
      'own.yaml:5:11: rules[1].id: "a" is the id of another rule',
    ],
    [
      'twin among keep rules',
      rule() + 'keep:\n  - { id: a, match: /k, reason: r }\n',
      'own.yaml:9:11: keep[0].id: "a" is the id of another rule',
    ],
    ['duplicate key', rule('reason: again'), 'own.yaml:8:5: duplicate key "reason"'],
    [
      'alias',
      rule('except: &x [/x]', 'overrides: *x'),
      'own.yaml:9:16: aliases are not allowed: *x (Write the value out.)',
    ],
    [
      'no rules',
      'name: own\ntitle: t\n',
      'own.yaml:1:1: no rules in own.yaml (Add at least one entry to "rules" or "keep".)',
    ],
    ['empty file', '', 'own.yaml:1:1: expected a mapping of keys to values'],
    [
      'several',
      rule('level: x', 'only: y'),
      'own.yaml:8:12: rules[0].level: expected "safe" or "lean" (Fix it and try again: 1 more to fix in this file.)',
    ],
  ])('%s', (_, text, problem) => expect(problemOf(text)).toBe(problem));

  test('when the file is no YAML', () => {
    expect(problemOf('name: own\nrules: [')).toMatch(/^own\.yaml:2:\d+: .*flow/i);
    expect(problemOf('name: own\n\ttitle: x')).toMatch(/^own\.yaml:2:1: /);
    expect(problemOf('['.repeat(200_000))).toMatch(/^own\.yaml:1:\d+: nested too deeply$/);
  });
});

describe('profile files', () => {
  const folder = tempFolder();

  test('may override keep rules of shipped profiles', async () => {
    const path = join(folder, 'own.yaml');
    await writeFile(path, rule('overrides: base/licences'));
    expect((await loadProfileFile(path)).rules[0]?.overrides).toEqual(['base/licences']);
  });

  test.each([
    ['missing', 'absent.yaml', undefined, 'not-found'],
    ['too large', 'large.yaml', '#'.repeat(1024 * 1024 + 1), 'limit'],
    ['no text', 'bytes.yaml', new Uint8Array([0x6e, 0xff, 0xfe]), 'usage'],
  ])('that are %s are refused', async (_, name, bytes, code) => {
    const path = join(folder, name);
    if (bytes !== undefined) await writeFile(path, bytes);
    await expect(loadProfileFile(path)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(path),
    });
  });

  test('that are folders are refused', async () => {
    await expect(loadProfileFile(folder)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('shipped profiles', async () => {
  const shipped = await loadShippedProfiles();

  test('are the same from JSON as from YAML', async () => {
    const compiled = await SHIPPED_PROFILES.compile();
    expect(JSON.parse(await readFile(SHIPPED_PROFILES.url, 'utf8'))).toEqual(compiled);
    expect(shipped).toEqual(compiled.content);
  });

  const guide = (
    await readFile(new URL('../../docs/profiles.md', import.meta.url), 'utf8')
  ).replaceAll(/ +/g, ' ');

  test('come in the order of their names', () => {
    const names = shipped.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(['apk', 'apt', 'base', 'node', 'python']));
  });

  test.each(shipped)(
    '$name: stands in its own file and in the guide, with known categories',
    async ({ name, title, rules }) => {
      const text = await readFile(new URL(`../../profiles/${name}.yaml`, import.meta.url), 'utf8');
      expect(text).toContain(`\nname: ${name}\n`);
      expect(guide).toContain(`| \`${name}\` | ${title} |`);
      const unknown = rules
        .filter(({ category }) => !guide.includes(`| \`${category}\` |`))
        .map(({ category }) => category);
      expect(unknown).toEqual([]);
    },
  );

  test('every reason is one line of prose', () => {
    const reasons = shipped
      .flatMap(({ rules, keep }) => [...rules, ...keep])
      .map(({ reason }) => reason);
    expect(reasons.filter((reason) => !/^\S.{20,180}\.$/.test(reason))).toEqual([]);
  });
});

test('the schema of profiles can be written as JSON Schema', () => {
  const schema = z.toJSONSchema(profileSchema) as {
    required: string[];
    properties: Record<string, unknown>;
  };
  expect(schema.required).toEqual(['name', 'title']);
  expect(Object.keys(schema.properties)).toEqual(['name', 'title', 'detect', 'rules', 'keep']);
});
