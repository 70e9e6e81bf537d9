import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeSample } from '../cli/support/sample-layout.ts';
import { reachesNpm } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = tempFolder();
const app = join(folder, 'app');

const run = async (cwd: string, command: string, ...args: readonly string[]): Promise<string> => {
  // npm tells its scripts where they run; the npm below runs elsewhere.
  const env = Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name));
  const options = { cwd, env: Object.fromEntries(env), maxBuffer: 64 * 1024 * 1024 };
  return (await promisify(execFile)(command, args, options)).stdout;
};

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

describe.runIf(await reachesNpm())('the packed package', () => {
  let packed: Packed;
  beforeAll(async () => {
    // Without scripts: the build is there, and must not be made anew while other tests use it.
    const flags = ['--ignore-scripts', '--json', '--pack-destination', folder];
    const answer = JSON.parse(await run(ROOT, 'npm', 'pack', ...flags)) as
      | readonly Packed[]
      | Readonly<Record<string, Packed>>;
    packed = Object.values(answer)[0] as Packed;
    await mkdir(app);
    await writeFile(join(app, 'package.json'), '{ "private": true, "type": "module" }');
    const quiet = ['--no-audit', '--no-fund', '--omit=optional', '--prefer-offline'];
    await run(app, 'npm', 'install', ...quiet, join(folder, packed.filename));
  }, 300_000);

  test('holds the bundle, its types, profiles and pages, and nothing else', () => {
    const places = packed.files.map(({ path }) =>
      path.replace(/^dist\/.*\.d\.ts$/, 'dist/*.d.ts').replace(/^dist\/chunks\/.*/, 'dist/chunks'),
    );
    const rest = new Set(places.filter((path) => !/^(dashboards|docs|profiles)\//.test(path)));
    expect([...rest].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin/docker-reslim.js',
      'bin/reslim.js',
      'bin/start.js',
      'dist/*.d.ts',
      'dist/build-id',
      'dist/chunks',
      'dist/cli/docker-plugin.js',
      'dist/cli/explore/decide-thread.js',
      'dist/cli/main.js',
      'dist/codec/deflate.wasm',
      'dist/codec/inflate.wasm',
      'dist/codec/threads/thread.js',
      'dist/codec/xxhash.wasm',
      'dist/families.json',
      'dist/index.js',
      'dist/page.html',
      'dist/profiles.json',
      'package.json',
    ]);
  });

  test('slims an image from an empty folder with all that npm installed', async () => {
    await writeSample(app);
    const command = join(app, 'node_modules/.bin/reslim');
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run(app, command, '--version')).toBe(`${version}\n`);
    const summary = await run(app, command, 'oci:app:1.0', '-o', 'oci:slim:1.0');
    expect(summary).toMatch(/^Saved .* unpacked/m);
    expect(await run(app, command, 'profiles')).toMatch(/^base /m);
    expect(await run(app, command, 'completion', 'bash')).toContain('toolchain');
    expect(existsSync(join(app, 'slim/index.json'))).toBe(true);
  });

  // Without the optional package, and with it where its script is not run: zstd comes from WebAssembly.
  test.each(['--omit=optional', '--ignore-scripts'])(
    'runs by npx %s from the tarball in an empty folder: no build, no compiler',
    async (flag) => {
      const empty = join(folder, `empty${flag}`);
      await writeSample(empty);
      await copyFile(join(folder, packed.filename), join(empty, 'reslim.tgz'));
      // npx keeps what it installs: here, but for what npm has downloaded.
      const cache = join(empty, 'npm');
      await mkdir(cache);
      const downloads = (await run(ROOT, 'npm', 'config', 'get', 'cache')).trim();
      await symlink(join(downloads, '_cacache'), join(cache, '_cacache'));
      const flags = ['--yes', '--prefer-offline', '--cache', cache, flag];
      const npx = (...args: readonly string[]): Promise<string> =>
        run(empty, 'npx', ...flags, './reslim.tgz', ...args);
      expect(await npx('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
      const options = ['--compression', 'zstd', '--digestfile'];
      await npx('oci:app:1.0', '-o', 'oci:slim:1.0', ...options, 'digest');
      expect(await npx('validate', 'oci:slim:1.0')).toMatch(/^Valid: /m);
      const here = [join(ROOT, 'bin/reslim.js'), 'oci:app:1.0', '-o', 'oci:here:1.0', ...options];
      await run(empty, process.execPath, ...here, 'digest-here');
      const [digest, expected] = await Promise.all(
        ['digest', 'digest-here'].map((name) => readFile(join(empty, name), 'utf8')),
      );
      expect(digest).toBe(expected);
    },
  );

  test('has types that a program in TypeScript compiles with', async () => {
    const source = `import { slim, type SlimResult } from 'reslim';
      const result: SlimResult = await slim({ source: 'oci:app:1.0', target: 'oci:typed:1.0' });
      console.log(result.images.length);`;
    await writeFile(join(app, 'program.ts'), source);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const flags = ['--strict', '--module', 'nodenext', '--target', 'es2023'];
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
    await run(app, process.execPath, tsc, ...flags, ...types, 'program.ts');
    expect(await run(app, process.execPath, 'program.js')).toBe('1\n');
  });
});
