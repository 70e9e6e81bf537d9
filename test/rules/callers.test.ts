import { describe, expect, test } from 'vitest';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const GO = 'usr/local/go/bin/go';
const RUST = 'usr/local/rustup/toolchains/stable/bin/rustc';
const HEADER = 'usr/include/stdio.h';
const NPM = 'usr/local/lib/node_modules/npm/index.js';
const PIP = 'usr/local/lib/python3.11/site-packages/pip/__init__.py';
const NUMPY = 'usr/local/lib/python3.11/site-packages/numpy/core/include/numpy/arrayobject.h';
const program = (...texts: string[]): Buffer =>
  Buffer.concat([elfFile(), Buffer.from(`\0${texts.join('\0')}\0`)]);

const TREE: Files = {
  ...dpkgFiles([
    { name: 'gcc', files: { 'usr/bin/gcc': program() } },
    { name: 'git', files: { 'usr/bin/git': program() } },
  ]),
  'bin/sh': program(),
  'usr/bin/python3': program(),
  [GO]: program(),
  [RUST]: program(),
  [HEADER]: 'x',
  [NPM]: '',
  [PIP]: '',
  [NUMPY]: 'x',
};

const lost = async (files: Files, config: object): Promise<readonly string[]> =>
  (await judgeFiles({ ...TREE, ...files }, { config: { WorkingDir: '/srv', ...config } })).gone;

test('all of it goes where nothing calls it', async () => {
  expect(await lost({ 'srv/a.py': 'print(1)' }, { Cmd: ['python3', 'a.py'] })).toEqual(
    expect.arrayContaining(['usr/bin/gcc', 'usr/bin/git', GO, RUST, HEADER, NPM, PIP, NUMPY]),
  );
});

describe('compilers, headers and git stay for installs at start', () => {
  test.each([
    'pip install -r requirements.txt',
    'python3 -m pip install --user .',
    'pip3.11 install git+https://example.org/x.git',
    'uv sync --frozen',
    'poetry install --only main',
    'npm ci --omit=dev',
    'yarn',
    'pnpm install --prod',
    'bundle install --jobs 4',
    'ruby -S gem install sassc',
    'cargo install --path .',
    'cpanm --installdeps .',
    'Rscript -e \'install.packages("sf")\'',
    'mix deps.compile',
    'npm rebuild',
    'python3 setup.py build_ext --inplace',
    'runghc Main.hs',
    'gosu app bundle check || gosu app bundle install',
  ])('%s', async (line) => {
    const gone = await lost({}, { Cmd: ['sh', '-c', `${line} && exec app`] });
    expect(gone).not.toContain('usr/bin/gcc');
    expect(gone).not.toContain('usr/bin/git');
    expect(gone).not.toContain(HEADER);
    expect(gone).not.toContain(NUMPY);
  });

  test.each(['npm start', 'yarn start', 'bundle exec puma', 'pip list', 'uv --version'])(
    '%s installs nothing',
    async (line) => {
      const gone = await lost({}, { Cmd: ['sh', '-c', line] });
      expect(gone).toEqual(expect.arrayContaining(['usr/bin/gcc', HEADER]));
    },
  );
});

test('what the scripts of an image call that builds others stays', async () => {
  const files = { 'usr/libexec/s2i/assemble': '#!/bin/sh\npip install -r requirements.txt\n' };
  const Labels = { 'io.openshift.s2i.scripts-url': 'image:///usr/libexec/s2i' };
  const builder = await lost(files, { Cmd: ['/usr/libexec/s2i/usage'], Labels });
  expect(builder).not.toContain('usr/bin/gcc');
  const built = await lost(files, { Cmd: ['/usr/libexec/s2i/run'], Labels });
  expect(built).toContain('usr/bin/gcc');
});

describe('a toolchain stays for a compiled program that is a front end of it', () => {
  const EXEC = 'os/exec.Command';
  test.each<[string, Files, string]>([
    ['usr/bin/lint', { 'usr/bin/lint': program(EXEC, 'golang.org/x/tools/go/packages.Load') }, GO],
    ['srv/tool', { 'srv/tool': program(EXEC, 'go/build.(*Context).importGo') }, GO],
    ['go/bin/build', { 'go/bin/build': program(EXEC, 'github.com/magefile/mage/mage.Main') }, GO],
    [
      'usr/bin/wheel',
      {
        'usr/bin/wheel': program('posix_spawn', '/registry/src/x/cargo_metadata-0.18.1/src/lib.rs'),
      },
      RUST,
    ],
  ])('%s', async (path, files, toolchain) => {
    expect(await lost(files, { Cmd: [`/${path}`] })).not.toContain(toolchain);
  });

  test.each<[string, string]>([
    ['goreleaser', GO],
    ['staticcheck', GO],
    ['maturin', RUST],
    ['cargo-watch', RUST],
  ])('%s, by its name', async (name, toolchain) => {
    expect(await lost({}, { Cmd: [name, 'build'] })).not.toContain(toolchain);
  });
});

describe('a compiler stays for sources that compile while they run', () => {
  test.each<[string, string]>([
    ['srv/a.py', 'lib = ffi.verify("#include <math.h>")'],
    ['srv/a.py', 'import pyximport\npyximport.install()'],
    ['srv/a.py', 'model = torch.compile(model)'],
    ['srv/a.py', 'from numba.pycc import CC'],
    ['srv/a.R', 'Rcpp::sourceCpp("fast.cpp")'],
    ['srv/a.pl', 'use Inline C => "int x;";'],
    ['srv/a.rb', "require 'inline'"],
    ['srv/a.py', 'from bcc import BPF'],
  ])('%s: %s', async (path, text) => {
    const gone = await lost({ [path]: text }, { Cmd: ['app'] });
    expect(gone).not.toContain('usr/bin/gcc');
    expect(gone).not.toContain(HEADER);
  });
});

describe('package managers stay for sources that call them', () => {
  test.each<[string, string, string]>([
    ['srv/plugins.js', "spawn('npm', ['install', name])", NPM],
    ['srv/plugins.js', 'execSync(`npm install ${name}`)', NPM],
    ['srv/plugins.py', 'subprocess.run([sys.executable, "-m", "pip", "install", name])', PIP],
    ['srv/plugins.py', 'os.system(f"{sys.executable} -m pip install {name}")', PIP],
    ['srv/plugins.py', 'import sys; from pip._internal.cli.main import main', PIP],
    ['srv/plugins.py', 'pip = importlib.import_module("pip")', PIP],
    ['srv/node_modules/host/index.js', "spawn('npm', ['i', name])", NPM],
    [
      'usr/local/lib/python3.11/site-packages/host/a.py',
      'call([sys.executable, "-m", "pip", "install", name])',
      PIP,
    ],
  ])('%s: %s', async (path, text, kept) => {
    const gone = await lost({ [path]: text }, { Cmd: ['app'] });
    expect(gone).not.toContain(kept);
    // What is installed may have to be compiled.
    expect(gone).not.toContain('usr/bin/gcc');
  });

  test.each<[string, string, string]>([
    ['srv/node_modules/host/index.js', "const managers = ['npm', 'yarn'];", NPM],
    ['srv/node_modules/host/index.js', 'throw new Error("npm install x");', NPM],
    ['usr/local/lib/python3.11/site-packages/host/a.py', 'raise E("pip install x")', PIP],
  ])('a package that only speaks of them calls none: %s: %s', async (path, text, gone) => {
    expect(await lost({ [path]: text }, { Cmd: ['app'] })).toContain(gone);
  });
});
