import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SCHEMAS, schemaText } from '../../../scripts/write-schemas.js';
import { mirrorSchema } from '../../../src/cli/settings/mirror-schema.ts';
import { durationMs, ratePerMinute } from '../../../src/cli/settings/mirror-values.ts';
import { parseMirrorFile } from '../../../src/cli/settings/parse-mirror-file.ts';
import { readMirrorFile } from '../../../src/cli/settings/read-mirror-file.ts';
import { YamlError } from '../../../src/yaml/yaml-error.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const EVERYTHING = `
hosts:
  registry.example: { insecure: true, concurrency: 4, rate: 100/m, floor: 10, username: robot, password: { env: REGISTRY_PASSWORD } }
  docker.io: { rate: 2/s, username: me, password: { file: secrets/hub } }
concurrency: 8
attempts: 5
backoff: 10s
defaults:
  newest: 5
  min-age: 3d
  slim: { level: lean, keep: [/usr/share/zoneinfo/**] }
  schedule: '0 3 * * *'
mirrors:
  - name: node
    from: docker.io/library/node
    to: registry.example/mirror/{name}
    tags: ['>=20 <23', '!*-rc*', latest, 20]
    order: created
    max-age: 90d
    platforms: [linux/amd64, linux/arm64]
    slim: { keep: /etc/extra, strip: true, check: { max-size: 80MB } }
    edits: { label: { team: shop }, created: '2026-01-01', edit-platform: linux/amd64, scrub-build-args: true }
    immutable: v*
    backup: '{tag}-before-{digest}'
    gone: { delete: { at-most: 5 } }
    schedule: { cron: '@daily', timezone: Europe/Berlin }
    priority: 10
  - from: [docker://docker.io/library/redis, docker.io/library/postgres]
    to: \${REGISTRY:-registry.example}/{repository}
    tag-as: '{tag}-copy'
    tags: /^\\d+$/
    digests: sha256:${'a'.repeat(64)}
    min-age: 0s
    copy: true
    referrers: true
    gone: keep
  - from: docker.io/library/busybox:1.37
    to: oci:export
`;

const env = { REGISTRY_PASSWORD: 'open sesame' };

const inFolder = (text: string): string => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets/hub'), 'from a file\n');
  writeFileSync(join(folder, 'mirror.yaml'), text);
  return folder;
};

test('a mirror file becomes options, with the logins apart', async () => {
  const folder = inFolder(EVERYTHING);
  const schedule = { cron: '0 3 * * *' };
  const copied = {
    to: 'docker://registry.example/{repository}',
    tagAs: '{tag}-copy',
    tags: [String.raw`/^\d+$/`],
    digests: [`sha256:${'a'.repeat(64)}`],
    newest: 5,
    minAge: 0,
    copy: true,
    referrers: true,
    gone: 'keep',
    schedule,
  };
  expect(await readMirrorFile(join(folder, 'mirror.yaml'), env)).toEqual({
    concurrency: 8,
    attempts: 5,
    backoff: 10_000,
    hosts: {
      'registry.example': { insecure: true, concurrency: 4, rate: 100, floor: 10 },
      'docker.io': { rate: 120 },
    },
    logins: {
      'registry.example': { username: 'robot', password: 'open sesame' },
      'docker.io': { username: 'me', password: 'from a file' },
    },
    entries: [
      {
        name: 'node',
        from: 'docker://docker.io/library/node',
        to: 'docker://registry.example/mirror/{name}',
        tags: ['>=20 <23', '!*-rc*', 'latest', '20'],
        newest: 5,
        order: 'created',
        minAge: 3 * 86_400_000,
        maxAge: 90 * 86_400_000,
        platforms: ['linux/amd64', 'linux/arm64'],
        slim: { level: 'lean', keep: ['/etc/extra'], strip: true, maxSize: 80_000_000 },
        edits: {
          labels: { team: 'shop' },
          created: 1_767_225_600,
          platforms: ['linux/amd64'],
          scrubBuildArgs: true,
        },
        immutable: ['v*'],
        backup: '{tag}-before-{digest}',
        gone: { atMost: 5 },
        schedule: { cron: '@daily', timeZone: 'Europe/Berlin' },
        priority: 10,
      },
      { from: 'docker://docker.io/library/redis', ...copied },
      { from: 'docker://docker.io/library/postgres', ...copied },
      {
        from: 'docker://docker.io/library/busybox:1.37',
        to: `oci:${join(folder, 'export')}`,
        minAge: 3 * 86_400_000,
        slim: { level: 'lean', keep: ['/usr/share/zoneinfo/**'] },
        schedule,
      },
    ],
  });
});

test('a secret that is missing is reported with its place, and no secret ever is', async () => {
  const folder = inFolder(EVERYTHING.replace('secrets/hub', 'secrets/none'));
  const error: unknown = await readMirrorFile(join(folder, 'mirror.yaml'), {}).catch(
    (cause: unknown) => cause,
  );
  expect((error as YamlError).problems.map(({ message }) => message)).toEqual([
    'hosts.registry.example.password: REGISTRY_PASSWORD is not set',
    'hosts.docker.io.password: no such file: secrets/none',
  ]);
});

const lint = (text: string) => {
  const show = ({ place, message }: { place: string; message: string }): string =>
    `${place.replace('mirror.yaml:', '')} ${message}`;
  try {
    const { problems, warnings } = parseMirrorFile(text, 'mirror.yaml', env);
    return { problems: problems.map(show), warnings: warnings.map(show) };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { problems: error.problems.map(show), warnings: [] };
  }
};

const mirrors = (...entries: readonly string[]): string =>
  `mirrors:\n${entries.map((entry) => `  - { ${entry} }\n`).join('')}`;

const NODE = `from: docker.io/library/node, to: 'registry.example/{name}'`;

describe('what is wrong is told with its place', () => {
  test.each([
    [`${NODE}, tag: latest`, '2:68 mirrors[0]: unknown key "tag", did you mean "tags"?'],
    [`${NODE}, tags: ['/(/']`, '2:75 mirrors[0].tags[0]: not a regular expression: /(/'],
    [
      `${NODE}, tags: [1.10]`,
      '2:75 mirrors[0].tags[0]: put it in quotes, or zeros at its end get lost',
    ],
    [`${NODE}, min-age: 3`, '2:77 mirrors[0].min-age: expected text'],
    [
      `${NODE}, min-age: 3 days`,
      '2:77 mirrors[0].min-age: write a number with s, m, h, d or w, such as 3d',
    ],
    [
      `${NODE}, schedule: '61 * * * *'`,
      '2:78 mirrors[0].schedule: not a schedule: "61 * * * *": Invalid value for minute: 61',
    ],
    // What croner would take, and --watch does not.
    [`${NODE}, schedule: '* * * * * *'`, '2:78 mirrors[0].schedule: not a schedule: "* * * * * *"'],
    [
      `${NODE}, schedule: '2027-01-01T00:00:00'`,
      '2:78 mirrors[0].schedule: not a schedule: "2027-01-01T00:00:00"',
    ],
    [
      `${NODE}, schedule: '0 0 30 2 *'`,
      '2:78 mirrors[0].schedule: the schedule never comes: "0 0 30 2 *"',
    ],
    [
      `${NODE}, schedule: { cron: '@daily', timezone: Mars/Olympus }`,
      '2:106 mirrors[0].schedule.timezone: unknown time zone: "Mars/Olympus"',
    ],
    [`${NODE}, slim: { check: { max-size: 5 apples } }`, undefined],
    [`${NODE}, slim: { platform: linux/amd64 }`, undefined],
    [
      `${NODE}, copy: true, slim: { level: lean }`,
      '2:86 mirrors[0].slim: no effect beside `copy: true`',
    ],
    [
      `${NODE}, referrers: true`,
      '2:79 mirrors[0].referrers: signatures of the source do not hold for a slim image',
    ],
    [
      `${NODE}, copy: true, referrers: true, edits: { label: { a: b } }`,
      '2:91 mirrors[0].referrers: signatures of the source do not hold for an image that is edited',
    ],
    [`${NODE}, edits: { user: a b }`, '2:75 mirrors[0].edits: --user is not a user: "a b"'],
    [`${NODE}, slim: { user: a b }`, '2:74 mirrors[0].slim: --user is not a user: "a b"'],
    [`${NODE}, edits: { level: lean }`, '2:77 mirrors[0].edits: unknown key "level"'],
    [
      `${NODE}, min-age: 9d, max-age: 1w`,
      '2:90 mirrors[0].max-age: nothing is older than min-age and younger than this',
    ],
    [`${NODE}, backup: '{tag}'`, undefined],
    [`${NODE}, backup: '{name}-x'`, '2:76 mirrors[0].backup: unknown {name}'],
    [`${NODE}, tag-as: slim`, '2:76 mirrors[0].tag-as: all tags would get the same name'],
    [
      'from: docker.io/library/node, to: registry.example/node:1.0',
      '2:41 mirrors[0].to: all tags would get the same name',
    ],
    [`${NODE}, tags: latest, tag-as: stable`, 'none'],
    [`${NODE}, tags: [latest, lts], tag-as: stable`, undefined],
    ['from: docker.io/library/node:20, to: registry.example/node:20', 'none'],
    [
      'from: docker.io/library/node:20, to: registry.example/node, tags: x',
      '2:73 mirrors[0].tags: `from` names one image already',
    ],
    [
      'from: docker.io/team/*, to: registry.example/team',
      '2:35 mirrors[0].to: all repositories would go to one place',
    ],
    [`from: 'docker.io/{a,b}/*', to: 'registry.example/{repository}'`, 'none'],
    ['from: team/*, to: registry.example/x', undefined],
    ['from: docker.io/Team/app, to: registry.example/x', undefined],
    [
      'from: docker.io/team/app, to: "registry.example/{repo}"',
      '2:37 mirrors[0].to: unknown {repo}',
    ],
  ])('%s', (entry, expected) => {
    const { problems } = lint(mirrors(entry));
    if (expected === 'none') expect(problems).toEqual([]);
    else expect(problems).toHaveLength(1);
    if (expected !== undefined && expected !== 'none') expect(problems[0]).toContain(expected);
  });

  test('all of it at once', () => {
    expect(
      lint(
        mirrors(
          `${NODE}, backup: '{x}', referrers: true`,
          'from: x/y:1, to: r.example/y, newest: 3',
        ),
      ).problems,
    ).toHaveLength(3);
  });

  test.each([
    ['username: x', '1:28 hosts.registry.example: username and password belong together'],
    ['username: x, password: secret', 'a password does not belong here: write { env: NAME }'],
    ['rate: 100', '1:36 hosts.registry.example.rate: expected text'],
    ['rate: 100/d', 'write requests and a time, such as 100/m'],
  ])('a host with %s', (host, expected) => {
    const { problems } = lint(`hosts: { registry.example: { ${host} } }\n${mirrors(NODE)}`);
    expect(problems.join()).toContain(expected);
    expect(problems.join()).not.toContain('secret');
  });
});

describe('entries that disagree about a target', () => {
  test('two sources with one target', () => {
    const other = 'from: quay.io/team/node, to: registry.example/node, tags: latest';
    const both = mirrors(`${NODE}, tags: [latest, lts]`, other);
    expect(lint(both).problems).toEqual([
      '3:36 mirrors[1].to: registry.example/node:latest is the target of docker.io/library/node:latest already',
    ]);
    expect(lint(mirrors(`${NODE}, tags: lts`, other)).problems).toEqual([]);
    expect(lint(mirrors(`${NODE}, tags: lts`, `${NODE}, tags: ['^20', lts]`)).problems).toEqual([]);
  });

  test('what one deletes another may have written', () => {
    const to = 'to: registry.example/all';
    expect(
      lint(
        mirrors(
          `from: docker.io/team/a, ${to}, gone: { delete: { at-most: 1 } }`,
          `from: docker.io/team/b, ${to}`,
        ),
      ).problems,
    ).toEqual(['2:63 mirrors[0].gone: would delete tags that come from docker.io/team/b']);
  });
});

test('warnings are for what has no effect', () => {
  const hosts = 'hosts: { docker.io: { floor: 5 }, registry.exmple: { floor: 5 } }\n';
  expect(
    lint(hosts + mirrors(`${NODE}, tags: latest, newest: 2`, `${NODE}, order: created`)),
  ).toEqual({
    problems: [],
    warnings: [
      '3:90 mirrors[0].newest: no effect: all tags are named',
      '4:75 mirrors[1].order: no effect: without `newest` all tags are taken',
      '1:52 hosts.registry.exmple: no entry names this host',
    ],
  });
});

test('a host without a port stands for all its ports', () => {
  const hosts = 'hosts: { registry.example: { insecure: true }, other.example: {} }\n';
  const entry = 'from: registry.example:5000/a, to: other.example:80/a';
  expect(lint(hosts + mirrors(entry)).warnings).toEqual([]);
});

describe('defaults', () => {
  const of = (defaults: string, ...entries: readonly string[]) =>
    parseMirrorFile(`defaults: { ${defaults} }\n${mirrors(...entries)}`, 'mirror.yaml', env);

  test('give way to what an entry says, and to what it cannot have', () => {
    const copies = of(
      'copy: true, referrers: true, tags: ^1',
      NODE,
      `${NODE}, slim: { level: lean }`,
      'from: a/b:1, to: r.example/b',
    );
    expect(copies.problems).toEqual([]);
    expect(
      copies.entries.map(({ copy, referrers, slim, tags }) => ({ copy, referrers, slim, tags })),
    ).toEqual([
      { copy: true, referrers: true, tags: ['^1'] },
      { copy: false, slim: { level: 'lean' }, tags: ['^1'] },
      { copy: true, referrers: true },
    ]);
  });

  test('of edits add up with those of an entry, whose keys win', () => {
    const { entries, problems } = of(
      'copy: true, referrers: true, edits: { user: "1", label: { a: b } }',
      `${NODE}, edits: { user: "2" }`,
      `from: a/b, to: r.example/b, slim: { workdir: / }`,
    );
    expect(problems).toEqual([]);
    const edits = { labels: { a: 'b' }, user: '1' };
    expect(entries).toMatchObject([
      { copy: true, edits: { ...edits, user: '2' } },
      { copy: false, edits, slim: { edits: { workdir: '/' } } },
    ]);
    expect(entries[0]).not.toHaveProperty('referrers');
    const [entry] = of('slim: { user: "1", workdir: / }', `${NODE}, edits: { user: "2" }`).entries;
    expect(entry).toMatchObject({ slim: { edits: { workdir: '/' } }, edits: { user: '2' } });
    expect(entry?.slim?.edits).not.toHaveProperty('user');
  });

  test('are blamed for what is wrong with them', () => {
    expect(of("backup: '{x}'", NODE).problems.map(({ place }) => place)).toEqual([
      'mirror.yaml:1:21',
    ]);
  });
});

test('durations and rates', () => {
  expect(['30s', '15m', '12h', '3d', '2w'].map(durationMs)).toEqual([
    3e4, 9e5, 432e5, 2592e5, 12096e5,
  ]);
  expect(['5/s', '100/m'].map(ratePerMinute)).toEqual([300, 100]);
});

const text = schemaText(mirrorSchema, SCHEMAS.mirror);
const check = new Ajv2020({ allErrors: true }).compile(JSON.parse(text) as object);

test('docs/mirror.schema.json is the schema that reslim checks (npm run schemas writes it)', async () => {
  const url = new URL('../../../docs/mirror.schema.json', import.meta.url);
  expect(await readFile(url, 'utf8')).toBe(text);
});

test('the schema accepts what reslim accepts, and refuses what it refuses', () => {
  check(parse(EVERYTHING));
  expect(check.errors).toBeNull();
  for (const wrong of [
    'tag: latest',
    'newest: 0',
    'gone: delete',
    'slim: { lvel: lean }',
    'tags: []',
  ])
    expect(check(parse(mirrors(`${NODE}, ${wrong}`)))).toBe(false);
  expect(check({})).toBe(false);
  expect(check({ mirrors: [] })).toBe(false);
});
