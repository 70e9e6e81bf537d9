import { describe, expect, test } from 'vitest';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const TOOLS = [
  'usr/bin/gcc',
  'usr/local/go/bin/go',
  'usr/share/maven/lib/x.jar',
  'usr/include/x.h',
];
const POLICY = 'etc/selinux/targeted/policy/policy.33';
const KERNEL = 'usr/lib/modules/6.1/vmlinuz';
const FILES: Files = {
  ...dpkgFiles([{ name: 'gcc', files: { 'usr/bin/gcc': elfFile() } }]),
  ...Object.fromEntries(TOOLS.slice(1).map((path) => [path, Buffer.from('x')])),
  'usr/lib/jvm/17/release': 'x',
  'usr/share/man/man1/x.1': 'x',
  'var/cache/man/index.db': 'x',
  'start.sh': '#!/bin/sh\nset -e\nexec "$@"\n',
};

const judge = (
  config: object,
  { files = {}, ...options }: { files?: Files; names?: string[] } = {},
) => judgeFiles({ ...FILES, ...files }, { config, ...options });

describe('a toolchain stays where it is what the image is for', () => {
  test.each([
    { Cmd: ['bash'] },
    { Cmd: ['/bin/bash', '-l'] },
    { Entrypoint: ['/usr/bin/tini', '--'], Cmd: ['zsh'] },
    { Entrypoint: ['/start.sh'], Cmd: ['bash'] },
    { Cmd: ['jshell'] },
    { Cmd: ['python3'] },
    { Entrypoint: ['/start.sh'], Cmd: ['mvn'] },
    { Cmd: ['sleep', 'infinity'] },
    { Cmd: ['sh', '-c', 'exec sleep infinity'] },
    { Cmd: ['tail', '-f', '/dev/null'] },
    { Cmd: ['app'], Labels: { 'devcontainer.metadata': '[]' } },
    { Entrypoint: ['/usr/local/bin/jenkins-agent'] },
    { Cmd: ['code-server', '--bind-addr', '0.0.0.0:8080', '/srv'] },
  ])('%j', async (config) => {
    const { gone, judgement } = await judge(config);
    expect(gone.filter((path) => TOOLS.includes(path))).toEqual([]);
    expect(judgement.notes).toEqual([expect.stringMatching(/^the image is for building \(it /)]);
  });

  test.each([
    { Cmd: ['app'] },
    { Cmd: ['bash', '-c', 'exec app'] },
    { Cmd: ['python3', 'app.py'] },
    { Cmd: ['node', '--inspect', 'app.js'] },
    { Cmd: ['bash', '/srv/run'] },
    { Entrypoint: ['app'], Cmd: ['shell'] },
    {},
  ])('%j is none', async (config) => {
    const { gone, judgement } = await judge(config);
    expect(gone).toEqual(expect.arrayContaining(TOOLS));
    expect(judgement.notes).toEqual([]);
  });

  test('a profile that is named acts all the same', async () => {
    const { gone } = await judge({ Cmd: ['bash'] }, { names: ['auto', 'toolchain', 'go'] });
    expect(gone.filter((path) => TOOLS.includes(path))).toEqual(TOOLS.slice(0, 2).sort());
  });

  test('a path tells the purpose that keeps it', async () => {
    const { why } = await judge({ Cmd: ['bash'] });
    expect(why('usr/include/x.h')).toBe('the image is for building: it starts only bash');
  });
});

describe('an image that a machine boots from keeps its kernel and policies', () => {
  const HOST: Files = {
    'usr/lib/sysimage/rpm/rpmdb.sqlite': 'x',
    [POLICY]: 'x',
    'boot/vmlinuz-6.1': 'x',
    'usr/bin/app': elfFile(),
  };

  test.each<[string, Files, object]>([
    ['a label of bootc', {}, { Labels: { 'containers.bootc': '1' } }],
    ['a label of ostree', {}, { Labels: { 'ostree.bootable': 'true' } }],
    ['a repository of ostree', { 'ostree/repo/config': 'x' }, {}],
    ['a kernel and an init system', { [KERNEL]: 'x' }, { Cmd: ['/sbin/init'] }],
  ])('by %s', async (_, files, config) => {
    const { gone, judgement } = await judge(config, { files: { ...HOST, ...files } });
    expect(gone).not.toContain(POLICY);
    expect(gone).not.toContain('boot/vmlinuz-6.1');
    expect(judgement.notes).toEqual([expect.stringContaining('the image is for booting')]);
  });

  test('an application keeps neither', async () => {
    const { gone } = await judge({ Cmd: ['/usr/bin/app'] }, { files: HOST });
    expect(gone).toEqual(expect.arrayContaining([POLICY, 'boot/vmlinuz-6.1']));
  });
});

test.each([{ Entrypoint: ['man'] }, { Cmd: ['sh', '-c', 'apropos "$TOPIC"'] }])(
  'manual pages stay for %j',
  async (config) => {
    const { gone } = await judge(config);
    expect(gone).not.toContain('usr/share/man/man1/x.1');
    expect(gone).not.toContain('var/cache/man/index.db');
  },
);

describe('source maps stay', () => {
  const MAPS: Files = {
    'srv/main.js': 'require("source-map-support").install();\n',
    'srv/web/app.js': '1',
    'srv/web/app.js.map': '{}',
  };

  test.each<[string, object]>([
    [
      'where they are uploaded',
      { Cmd: ['sh', '-c', 'sentry-cli sourcemaps upload web && exec app'] },
    ],
    [
      'where they are uploaded',
      { Cmd: ['sh', '-c', 'npx datadog-ci sourcemaps upload ./web; app'] },
    ],
    ['where node is told to read them', { Cmd: ['node', '--enable-source-maps', 'x.js'] }],
    [
      'where node is told to read them',
      { Cmd: ['app'], Env: ['NODE_OPTIONS=--enable-source-maps'] },
    ],
    ['where a source has them read', { Cmd: ['node', '/srv/main.js'] }],
  ])('%s: %j', async (_, config) => {
    expect((await judge(config, { files: MAPS })).gone).not.toContain('srv/web/app.js.map');
  });

  test('nowhere else', async () => {
    const { gone } = await judge({ Cmd: ['node', '/srv/web/app.js'] }, { files: MAPS });
    expect(gone).toContain('srv/web/app.js.map');
  });
});
