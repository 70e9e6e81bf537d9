import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { MirrorEntry } from '../../../src/api/mirror.ts';
import { importMirror, type ImportFlags } from '../../../src/cli/import/import-mirror.ts';
import { formatDraft } from '../../../src/cli/import/mirror-draft.ts';
import type { MirrorText } from '../../../src/cli/settings/mirror-schema.ts';
import { parseMirrorFile } from '../../../src/cli/settings/parse-mirror-file.ts';
import { tagFilter } from '../../../src/tags/tag-filter.ts';

const FLAGS = { to: 'registry.example/repo/', platform: 'linux/amd64', all: true };

/** The mirror file that is made of a file, as text and as entries; it must be right. */
const imported = (source: string, flags: Partial<ImportFlags> = {}) => {
  const { draft, notes, format } = importMirror(source, 'theirs.yaml', { ...FLAGS, ...flags });
  const text = formatDraft(draft);
  const { problems, warnings, entries } = parseMirrorFile(text, 'mirror.yaml', { HUB_USER: 'me' });
  expect(problems).toEqual([]);
  return {
    text,
    format,
    file: parse(text) as MirrorText,
    notes: notes.map(({ line, message }) => `${line}: ${message}`),
    warnings: warnings.map(({ message }) => message),
    entries,
  };
};

const brief = ({ from, to, tags, digests }: MirrorEntry): unknown[] =>
  [from, to, tags, ...(digests ?? [])].filter((each) => each !== undefined);

/** The example of skopeo-sync(1). */
const SKOPEO = `# our images
registry.example.com:
    images:
        busybox: []
        redis: # the cache
            - "1.0"
            - 2.0
            - "sha256:0000000000000000000000000000000011111111111111111111111111111111"
    images-by-tag-regex:
        nginx: ^1\\.13\\.[12]-alpine-perl$
    images-by-semver:
        alpine: ">= 3.12.0"
    credentials:
        username: john
        password: this is a secret
    tls-verify: true
    cert-dir: /home/john/certs
quay.io:
    tls-verify: false
    images:
        coreos/etcd:
            - latest
`;

describe('skopeo', () => {
  test('the example of its manual yields its images', () => {
    const { format, file, entries, notes, warnings, text } = imported(SKOPEO);
    expect(format).toBe('skopeo');
    const from = 'docker://registry.example.com';
    const to = 'docker://registry.example/repo/{name}';
    expect(entries.map(brief)).toEqual([
      [`${from}/busybox`, to],
      [`${from}/redis`, to, ['1.0', '2.0'], `sha256:${'0'.repeat(32)}${'1'.repeat(32)}`],
      [`${from}/nginx`, to, [String.raw`/^1\.13\.[12]-alpine-perl$/`]],
      [`${from}/alpine`, to, ['>=3.12.0']],
      ['docker://quay.io/coreos/etcd', to, ['latest']],
    ]);
    expect(entries.every(({ copy }) => copy)).toBe(true);
    expect(file.hosts).toEqual({
      'registry.example.com': {
        username: 'john',
        password: { env: 'REGISTRY_EXAMPLE_COM_PASSWORD' },
      },
      'quay.io': { insecure: true },
    });
    expect(notes).toEqual([
      '13: the password; put it into REGISTRY_EXAMPLE_COM_PASSWORD',
      '17: cert-dir /home/john/certs; put its files into /etc/containers/certs.d/registry.example.com',
    ]);
    expect(warnings).toEqual([]);
    expect(text).not.toContain('this is a secret');
    expect(text).toContain('# the cache\n  - from: registry.example.com/redis');
    expect(text).toContain('# our images\n');
    expect(text.match(/our images|the cache/g)).toHaveLength(2);
  });

  test('options of its command line decide where images go, and which platforms', () => {
    const { entries } = imported('docker.io: { images: { busybox: [v1.x] } }', {
      scoped: true,
      all: false,
      appendSuffix: '-mirror',
    });
    expect(entries).toEqual([
      {
        from: 'docker://docker.io/busybox',
        to: 'docker://registry.example/repo/docker.io/{repository}',
        tags: [String.raw`/^v1\.x$/`],
        tagAs: '{tag}-mirror',
        copy: true,
        platforms: ['linux/amd64'],
      },
    ]);
  });

  test('a destination is needed', () => {
    expect(() => importMirror(SKOPEO, 'sync.yml', { platform: 'linux/amd64' })).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('--to') as string }),
    );
  });

  const TAGS = [
    '0.9',
    '1.0.0',
    '1.2',
    '1.2.3',
    '1.2.3-rc1',
    '1.4.5',
    'v1.9.0',
    '2.0.0',
    '2.1',
    '11.0.0',
    'latest',
    '1.2.3.4',
  ];

  // The expected tags are what Masterminds/semver 3.5 says.
  test.each([
    ['>= 1.2, < 2', ['1.2', '1.2.3', '1.4.5', 'v1.9.0']],
    ['>=1.2 <1.5 || 11', ['1.2', '1.2.3', '1.4.5', '11.0.0']],
    ['1.2 - 1.4', ['1.2', '1.2.3', '1.4.5']],
    ['~1.2', ['1.2', '1.2.3']],
    ['~> 1.2.3', ['1.2.3']],
    ['^1.2', ['1.2', '1.2.3', '1.4.5', 'v1.9.0']],
    ['=> 2', ['2.0.0', '2.1', '11.0.0']],
    ['>1', ['2.0.0', '2.1', '11.0.0']],
    ['<=1.2', ['0.9', '1.0.0', '1.2', '1.2.3']],
    ['1.x, != 1.2.3', ['1.0.0', '1.2', '1.4.5', 'v1.9.0']],
    ['1.x != 1.2', ['1.0.0', '1.4.5', 'v1.9.0']],
    ['~0.0.0', TAGS.filter((tag) => /^v?[\d.]+$/.test(tag) && tag !== '1.2.3.4')],
    ['*', TAGS.filter((tag) => /^v?[\d.]+$/.test(tag) && tag !== '1.2.3.4')],
  ])('the range %j takes the same tags', (range, expected) => {
    const { entries } = imported(`r.example: { images-by-semver: { app: "${range}" } }`);
    expect(TAGS.filter(tagFilter(entries[0]?.tags ?? []).accepts)).toEqual(expected);
  });

  test.each(['>=1.0.0-0', '!=1.2.3', '<*', 'abc'])(
    'the range %j is refused, with its line',
    (range) => {
      const { notes, text } = imported(
        `r.example:\n  images: { x: [a] }\n  images-by-semver:\n    app: "${range}"\n`,
      );
      expect(notes).toEqual([`4: r.example/app: no range says "${range}"`]);
      expect(text).toContain(`# not imported: r.example/app: no range says "${range}"`);
    },
  );
});

/** The example of regsync's documentation. */
const REGSYNC = `x-sched-a: &sched-a "15 01 * * *"
version: 1
creds:
  - registry: localhost:5000
    tls: disabled
  - registry: docker.io
    user: "{{env \\"HUB_USER\\"}}"
    pass: "{{file \\"/var/run/secrets/hub_token\\"}}"
defaults:
  ratelimit:
    min: 100
    retry: 15m
  parallel: 2
sync:
  - source: busybox:latest
    target: localhost:5000/library/busybox:latest
    type: image
    interval: 60m
    backup: "backup-{{.Ref.Tag}}"
  # the base of our images
  - source: alpine
    target: localhost:5000/library/alpine
    type: repository
    tags:
      allow:
      - "latest"
      - "edge"
      - "3"
      - "3.\\\\d+"
      deny:
      - "3.0"
    schedule: *sched-a
    backup: "{{$t := time.Now}}{{printf \\"%s/backups/%s:%s-%d%d%d\\" .Ref.Registry .Ref.Repository .Ref.Tag $t.Year $t.Month $t.Day}}"
  - source: localreg:5000
    target: localcopy:5000
    type: registry
`;

test('all comments are kept, each once, near what they are about', () => {
  const text = formatDraft(
    importMirror(
      `# of the file

# of the version
version: 1
# of creds
creds:
  # of the first host
  - registry: r.example:5000 # behind it
    tls: disabled
# of defaults
defaults:
  backup: old # behind backup
# of sync
sync:
  # of the first step
  - source: r.example:5000/a
    # within it
    target: s.example/a
    type: repository
  # of one that is refused
  - { source: r.example, target: s.example, type: registry, repos: { deny: [x] } }
# at the end
`,
      'theirs.yaml',
      FLAGS,
    ).draft,
  );
  const comments = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('#'));
  expect(comments.map((line) => line.slice(2))).toEqual([
    'of the file',
    'of the version',
    'of creds',
    'of the first host',
    'behind it',
    'of defaults',
    'behind backup',
    'As regsync does: copies, not slimmed. Without `copy: true` images are slimmed.',
    'of sync',
    'of the first step',
    'within it',
    'of one that is refused',
    'not imported: r.example to s.example: repositories that globs cannot name',
    'at the end',
  ]);
});

describe('regsync', () => {
  test('the example of its documentation yields its images', () => {
    const { format, file, entries, notes, text } = imported(REGSYNC);
    expect(format).toBe('regsync');
    expect(file.hosts).toEqual({
      'localhost:5000': { insecure: true },
      'docker.io': {
        username: '${HUB_USER}',
        password: { file: '/var/run/secrets/hub_token' },
        floor: 100,
      },
      'localreg:5000': { floor: 100 },
    });
    expect(file.concurrency).toBe(2);
    expect(entries).toEqual([
      {
        from: 'docker://busybox:latest',
        to: 'docker://localhost:5000/library/busybox:latest',
        copy: true,
        backup: 'backup-{tag}',
        schedule: { cron: '0 * * * *' },
      },
      {
        from: 'docker://alpine',
        to: 'docker://localhost:5000/library/alpine',
        tags: ['/^latest$/', '/^edge$/', '/^3$/', String.raw`/^3.\d+$/`, '!/^3.0$/'],
        copy: true,
        schedule: { cron: '15 01 * * *' },
      },
      {
        from: 'docker://localreg:5000/**',
        to: 'docker://localcopy:5000/{repository}',
        copy: true,
      },
    ]);
    const { accepts } = tagFilter(entries[1]?.tags ?? []);
    const all = ['latest', 'edge', '3', '3.0', '3.1', '3.12', '3.12.1', '33', 'old-latest'];
    expect(all.filter(accepts)).toEqual(['latest', 'edge', '3', '3.1', '3.12']);
    expect(notes).toEqual([expect.stringMatching(/^33: backup \{\{\$t/) as string]);
    expect(text).toContain('# the base of our images\n');
  });

  const step = (more: string): string =>
    `sync:\n  - source: r.example/app\n    target: s.example/app\n    type: repository\n${more}`;

  const TAGS = ['0.9', '1.0', '1.2.0', '1.5.0-alpine', '2.0.0-rc1', '2.0.0', 'latest'];

  // The expected tags are what regsync's own internal/semver says.
  test.each([
    ['[">=1.0.0 <2.0.0"]', ['1.0', '1.2.0', '1.5.0-alpine', '2.0.0-rc1']],
    ['["<1", "2"]', ['0.9', '2.0.0']],
    ['["~1"]', ['1.0']],
    ['["^1.2"]', ['1.2.0', '1.5.0-alpine', '2.0.0-rc1']],
    ['[">1"]', ['1.2.0', '1.5.0-alpine', '2.0.0-rc1', '2.0.0']],
    ['["^1.2"]\n      deny: [".*-rc\\\\d"]', ['1.2.0', '1.5.0-alpine', '2.0.0-rc1']],
    ['["^1.2"]\n      deny: [".*-rc.*"]', ['1.2.0', '1.5.0-alpine']],
    ['["^1"]\n      allow: [".*-alpine|1.0"]', ['1.0', '1.5.0-alpine']],
  ])('the ranges %s take the same tags', (range, expected) => {
    const { entries } = imported(step(`    tags:\n      semverRange: ${range}\n`));
    const deny = range.includes('rc\\\\d')
      ? expected.filter((tag) => !tag.includes('-rc'))
      : expected;
    expect(TAGS.filter(tagFilter(entries[0]?.tags ?? []).accepts)).toEqual(deny);
  });

  test('several sets of tags are several entries', () => {
    const { entries } = imported(
      step('    tagSets: [{ allow: [a.*] }, { semverRange: [^1] }]\n    tags: { deny: [b] }\n'),
    );
    expect(entries.map(({ tags }) => tags)).toEqual([
      ['/^a.*$/'],
      ['>=1.0.0 <2.0.0', String.raw`/^v?\d+(\.\d+){0,2}(-|$)/`],
      ['!/^b$/'],
    ]);
  });

  test('repositories of a registry become globs where globs can say it', () => {
    const registry = (repos: string): string =>
      `sync:\n  - { source: r.example, target: s.example/all, type: registry, repos: ${repos} }\n`;
    expect(
      imported(registry(String.raw`{ allow: ["team/.*", "lib/[^/]+", "my\\.app"] }`)).entries.map(
        ({ from, to }) => [from, to],
      ),
    ).toEqual(
      ['team/*/**', 'lib/*', 'my.app'].map((name) => [
        `docker://r.example/${name}`,
        'docker://s.example/all/{repository}',
      ]),
    );
    for (const repos of ['{ deny: [x] }', '{ allow: ["a|b"] }', '{ allow: ["my.app"] }']) {
      const { draft, notes } = importMirror(registry(repos), 'theirs.yaml', FLAGS);
      expect(notes.map(({ message }) => message)).toEqual([
        'r.example to s.example/all: repositories that globs cannot name',
      ]);
      expect(draft.mirrors[0]?.value).toBeUndefined();
    }
  });

  test('what it says otherwise than its defaults wins, and merge keys are resolved', () => {
    const { entries, notes } = imported(`
defaults: { interval: 12h, backup: "b-{{ .Ref.Tag }}", referrers: true }
x-hub: &hub { target: "s.example/hub/{{ .Sync.Source }}", type: image }
sync:
  - { <<: *hub, source: alpine, platforms: [linux/amd64, linux/arm64] }
  - { <<: *hub, source: busybox:1.37, schedule: "CRON_TZ=Europe/Berlin 0 3 * * *", referrers: false, platform: linux/amd64 }
  - { <<: *hub, source: debian, interval: 90m, digestTags: true, fastCheck: true }
`);
    expect(entries).toEqual([
      {
        from: 'docker://alpine:latest',
        to: 'docker://s.example/hub/alpine:latest',
        platforms: ['linux/amd64', 'linux/arm64'],
        copy: true,
        backup: 'b-{tag}',
        referrers: true,
        schedule: { cron: '0 */12 * * *' },
      },
      {
        from: 'docker://busybox:1.37',
        to: 'docker://s.example/hub/busybox:1.37',
        platforms: ['linux/amd64'],
        copy: true,
        backup: 'b-{tag}',
        referrers: false,
        schedule: { cron: '0 3 * * *', timeZone: 'Europe/Berlin' },
      },
      expect.objectContaining({ from: 'docker://debian:latest', referrers: true }) as MirrorEntry,
    ]);
    expect(notes).toEqual([
      '7: interval 90m',
      '7: fastCheck, a look at the target is always one HEAD',
    ]);
  });

  test('logins stay out of the file, and limits are of the host', () => {
    const { file, text } = imported(
      `creds:\n  - { registry: "r.example:5000", user: me, pass: open sesame, reqPerSec: 0.5, reqConcurrent: 3, credHelper: docker-credential-ecr-login }\n${step('')}`,
    );
    expect(file.hosts).toEqual({
      'r.example:5000': {
        concurrency: 3,
        rate: '30/m',
        username: 'me',
        password: { env: 'R_EXAMPLE_5000_PASSWORD' },
      },
    });
    expect(text).not.toContain('open sesame');
    expect(text).toContain('# not imported: credHelper; ');
  });
});

test.each([
  ['a: [', 'theirs.yaml:1:'],
  ['- a', 'not a mapping of keys, theirs.yaml'],
  ['sync: [{ source: a }]', 'theirs.yaml:1: sync[0].target: missing: expected text'],
  ['r.example: { images: [a] }', 'theirs.yaml:1: r.example.images: expected'],
])('%j is refused', (text, message) => {
  expect(() => importMirror(text, 'theirs.yaml', FLAGS)).toThrow(message);
});

test('an alias cannot make a file grow without end', () => {
  const levels = Array.from(
    { length: 12 },
    (_, at) => `a${at}: &a${at} [${`*a${at - 1},`.repeat(9)}]`,
  );
  const bomb = `a: &a-1 [x]\n${levels.join('\n')}\nsync: []\n`;
  expect(() => importMirror(bomb, 'theirs.yaml', FLAGS)).toThrow('too many aliases');
});
