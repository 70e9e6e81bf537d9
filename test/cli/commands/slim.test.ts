import { Ajv2020 } from 'ajv/dist/2020.js';
import { access, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import schema from '../../../docs/report.schema.json' with { type: 'json' };
import { tempFolder } from '../../support/temp-folder.ts';
import { writeSample } from '../support/sample-layout.ts';
import { tryReslim, type Outcome } from '../../support/try-reslim.ts';

const root = tempFolder();
let count = 0;
let cwd: string;

beforeEach(async () => {
  cwd = join(root, String(count++));
  await writeSample(cwd);
});

const reslim = (...args: string[]): Promise<Outcome> => tryReslim(args, { cwd });

const slimAs = (tag: string, ...args: string[]): Promise<Outcome> =>
  reslim('app:1.0', '-o', `app:${tag}`, ...args);

const ask = (...paths: string[]): Promise<Outcome> =>
  reslim('app:1.0', ...paths.flatMap((path) => ['--explain', path]));

const exists = (path: string): Promise<boolean> =>
  access(join(cwd, path)).then(
    () => true,
    () => false,
  );

const tags = async (layout: string): Promise<string[]> => {
  const index = JSON.parse(await readFile(join(cwd, layout, 'index.json'), 'utf8')) as {
    manifests: { annotations?: Record<string, string> }[];
  };
  return index.manifests.map(
    (each) => each.annotations?.['org.opencontainers.image.ref.name'] ?? '',
  );
};

const checkReport = (document: unknown): void => {
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  validate(document);
  expect(validate.errors).toBeNull();
};

/** Takes away what differs from run to run. */
const steady = (text: string): string =>
  text.replaceAll(/\d+(\.\d)? m?s\b/g, 'TIME').replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:DIGEST');

test('a run in a pipe prints the summary to stdout, nothing to stderr, and writes the tag', async () => {
  const { status, stdout, stderr } = await reslim('app:1.0', '-o', 'app:1.0-slim');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(steady(stdout)).toMatchInlineSnapshot(`
    "oci:app:1.0-slim linux/amd64 sha256:DIGEST

               before    after   change
    unpacked  13.8 kB  4.61 kB  -66.7 %
    files           3        2  -33.3 %
    layers          2        1  -50.0 %

    removed                 files  unpacked
    hidden by upper layers      1   5.00 kB
    log                         1     999 B

    Saved 9.22 kB: 13.8 kB → 4.61 kB unpacked (-66.7 %) in TIME
    Next: --level lean leaves out documentation and development files, too. How much that saves: --dry-run.
    "
  `);
  expect(await tags('app')).toEqual(['1.0', '1.0-slim']);
});

test('--complement is a line of the summary, and a part of the report', async () => {
  const to = ['-o', 'app:1.0-slim', '--complement', 'debug'];
  const { stdout } = await reslim('app:1.0', ...to, '--report', 'report.json');
  expect(steady(stdout)).toMatch(
    /^complement {2}debug: the original, [\d.]+ k?B beside the new image sha256:DIGEST$/m,
  );
  expect(await tags('app')).toEqual(['1.0', '1.0-slim', 'debug']);
  const document = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  checkReport(document);
  expect(document).toMatchObject({ complement: { tag: 'debug', digest: expect.any(String) } });
  const dry = await reslim('app:1.0', '--dry-run', '--complement', 'debug');
  expect(dry.stdout).toMatch(/^complement {2}debug: the original, about [\d.]+ k?B beside/m);
});

test('--quiet prints nothing', async () => {
  const outcome = await reslim('app:1.0', '-o', 'app:1.0-slim', '--quiet');
  expect(outcome).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(await tags('app')).toEqual(['1.0', '1.0-slim']);
});

test('--dry-run prints what would go and writes nothing', async () => {
  const before = await readdir(cwd, { recursive: true });
  const { status, stdout, stderr } = await reslim('app:1.0', '-o', 'app:1.0-slim', '--dry-run');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(steady(stdout)).toMatchInlineSnapshot(`
    "oci:app:1.0

    linux/amd64  13.8 kB compressed, 13.8 kB unpacked, 2 layers, 3 files
    profiles  base (every image)

    Would remove 2 files, 6.00 kB unpacked (-43.4 %)

    hidden by upper layers  1 file, 5.00 kB
      5.00 kB  layers/deleted  /app/gone

    log  1 file, 999 B
      999 B  base/logs  /var/log/app.log

    would be left  about 3.58 kB compressed (-74.1 %), 3.58 kB unpacked
      largest folders
      7 B  /app  2 files

    Nothing was written. All paths: --report FILE. Why one stays or goes: --explain PATH.
    "
  `);
  expect(await readdir(cwd, { recursive: true })).toEqual(before);
});

test('--explain alone needs no target', async () => {
  const { status, stdout } = await ask('/app/gone', 'app/main', '/var/log', '/nix');
  expect(status).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "/app/gone is dropped
      why    layer 2 of 2 deletes it, but it is still downloaded with its own layer
      rule   layers/deleted

    /app/main is kept
      why    no rule is about it
      layer  1 of 2
      used   entrypoint of the config starts /app/main

    /var/log is kept
      why    no rule is about it
      layer  1 of 2
      goes   1 file, 999 B: base/logs (Log lines of the build; folders, links to the standard streams and empty log files stay.)
      stays  0 files, 0 B

    /nix is absent
      why    the image has no such path
    "
  `);
});

test('--explain beside a real run comes after the summary', async () => {
  const { stdout } = await reslim('app:1.0', '-o', 'x:1', '--explain', '/var/log/app.log');
  expect(stdout).toMatch(/^Saved .*\nNext: .*\n\n\/var\/log\/app\.log is dropped\n/m);
});

test('--json prints what the schema describes, with the time', async () => {
  const { status, stdout, stderr } = await slimAs(
    '1.0-slim',
    ...['--json', '--verify', '--explain', '/app'],
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const document = JSON.parse(stdout);
  checkReport(document);
  expect(document).toMatchObject({
    schema: 1,
    dryRun: false,
    changed: true,
    durationMs: expect.any(Number),
    images: [{ platform: 'linux/amd64', source: { layers: 2 }, target: { layers: 1 } }],
    verification: { passed: true, images: [{ platform: 'linux/amd64' }] },
  });
});

test('--report writes the same bytes for the same run, and for its dry run', async () => {
  await reslim('app:1.0', '-o', 'app:slim', '--report', 'a.json', '-q');
  await reslim('app:1.0', '-o', 'app:slim', '--report', 'b.json', '-q');
  const [first, second] = await Promise.all(
    ['a.json', 'b.json'].map((name) => readFile(join(cwd, name), 'utf8')),
  );
  expect(first).toBe(second);
  checkReport(JSON.parse(first as string));
  expect(JSON.parse(first as string)).not.toHaveProperty('durationMs');

  await reslim('app:1.0', '--dry-run', '--report', 'dry.json', '-q');
  const dry = JSON.parse(await readFile(join(cwd, 'dry.json'), 'utf8'));
  checkReport(dry);
  expect(dry).not.toHaveProperty('target');
  expect(await readdir(cwd)).toEqual(['a.json', 'app', 'b.json', 'dry.json']);
});

test('a report path that cannot be written fails the run before the image is read', async () => {
  await mkdir(join(cwd, 'folder'));
  expect(await reslim('app:1.0', '-o', 'x:1', '--report', 'folder')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'error: a folder is where a file should be, folder\n',
  });
  expect(await reslim('app:1.0', '-o', 'x:1', '--report', 'no/such/r.json')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'error: no such file or folder, no/such/r.json\n',
  });
  expect(await exists('x')).toBe(false);
});

test('a result larger than --max-size exits with 3 and writes no target', async () => {
  const { status, stdout, stderr } = await reslim('app:1.0', '-o', 'x:1', '--max-size', '10');
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toMatch(
    /^error: [\d.]+ kB compressed is over the budget of 10 B, .*\nhint: .*\n$/,
  );
  expect(await exists('x')).toBe(false);
  expect((await reslim('app:1.0', '-o', 'x:1', '--max-size', '1MB')).status).toBe(0);
});

test('a result that does not keep its budget is explained as by check, and writes no target', async () => {
  const args = [
    'app:1.0',
    '-o',
    'x:1',
    '--max-layers',
    '1',
    '--max-size',
    '1MB',
    '--deny',
    '/app/n*',
  ];
  const { status, stdout, stderr } = await reslim(...args);
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr:
      'error: the result does not keep the budget: deny /app/n*, image for linux/amd64\nhint: --drop GLOB removes files\n',
  });
  expect(steady(stdout)).toMatchInlineSnapshot(`
    "oci:x:1 sha256:DIGEST

    linux/amd64  4.61 kB in 1 layer
            check           limit       is  over
      ok    max-size      1.00 MB  4.61 kB
      ok    max-layers          1        1
      over  deny /app/n*        0        1     1
      deny /app/n*:
       4 B  file  /app/new  layer 1

    Over the budget: 1 of 3 checks
    "
  `);
  const json = await reslim(...args, '--json');
  expect(json.status).toBe(3);
  expect(JSON.parse(json.stdout)).toMatchObject({ passed: false, images: [{ passed: false }] });
  expect(await exists('x')).toBe(false);
});

test('a budget that is kept is a line of the summary, and a part of the report', async () => {
  await writeFile(join(cwd, '.reslim.yaml'), 'check:\n  max-layers: 1\n  deny: compilers\n');
  const { status, stdout } = await slimAs('slim', '--report', 'r.json');
  expect(status).toBe(0);
  expect(stdout).toMatch(/\n\nWithin the budget: 2 checks\n$/);
  const report = JSON.parse(await readFile(join(cwd, 'r.json'), 'utf8')) as unknown;
  checkReport(report);
  expect(report).toMatchObject({ check: { passed: true } });
  const dry = await reslim('app:1.0', '--dry-run', '--max-wasted', '1%');
  expect(dry.stdout).toMatch(/ ok +deny compilers .*\n\nWithin the budget: 2 checks\n$/s);
  const again = await reslim('app:1.0', '-o', 'app:slim', '--deny', 'shells', '--json');
  checkReport(JSON.parse(again.stdout));
  expect(JSON.parse(again.stdout)).toMatchObject({ upToDate: true, check: { passed: true } });
});

test('a missing image exits with 1 and one error without a stack trace', async () => {
  const { status, stdout, stderr } = await reslim('app:2.0', '-o', 'app:slim');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error: .*2\.0.*\n(hint: .*\n){0,4}$/);
});

test('RESLIM_DEBUG=1 adds the stack trace to an error', async () => {
  const { stderr } = await tryReslim(['app:2.0', '-o', 'x'], { cwd, env: { RESLIM_DEBUG: '1' } });
  expect(stderr).toMatch(/^error: /);
  expect(stderr).toMatch(/^ +at /m);
});

test('an archive on stdout moves the summary to stderr', async () => {
  const { status, stdout, stderr } = await reslim('app:1.0', '-o', '-');
  expect(status).toBe(0);
  expect(stderr).toContain('Saved');
  expect(stdout).not.toContain('Saved');
  // The magic of a tar header, at its place.
  expect(stdout.slice(257, 262)).toBe('ustar');
});

test('.reslim.yaml is read, and the command line wins', async () => {
  await writeFile(join(cwd, '.reslim.yaml'), 'profile: none\ndrop: [/app/new]\nsquash: none\n');
  const plain = JSON.parse((await reslim('app:1.0', '--dry-run', '--json')).stdout);
  expect(plain.images[0].profiles).toEqual([]);
  expect(plain.images[0].dropped.map(({ path }: { path: string }) => path)).toEqual([
    '/app/gone',
    '/app/new',
  ]);

  const flags = ['--profile', 'base', '--squash', 'all', '-o', 'x:1'];
  const won = JSON.parse((await reslim('app:1.0', ...flags, '--json')).stdout);
  expect(won.images[0].profiles).toEqual([{ name: 'base', detectedBy: '--profile' }]);
  expect(won.images[0].target.layers).toBe(1);
});

test('a broken .reslim.yaml is wrong usage, with file and line', async () => {
  await writeFile(join(cwd, '.reslim.yaml'), 'level: safe\nsquosh: none\n');
  const { status, stderr } = await reslim('app:1.0', '-o', 'x:1');
  expect(status).toBe(2);
  expect(stderr).toMatch(/^error: \.reslim\.yaml:2/);
});

const digest = async (args: string[], env: Record<string, string>): Promise<string> => {
  const { stdout } = await tryReslim(['app:1.0', '-o', 'x:1', '--json', ...args], { cwd, env });
  return JSON.parse(stdout).target.digest;
};

test('--timestamp and SOURCE_DATE_EPOCH make the same image', async () => {
  const byDate = await digest(['--timestamp', '1970-01-01T00:01:40Z'], {});
  expect(await digest([], { SOURCE_DATE_EPOCH: '100' })).toBe(byDate);
  expect(await digest(['--timestamp', '100'], { SOURCE_DATE_EPOCH: '50' })).toBe(byDate);
  expect(await digest([], {})).not.toBe(byDate);
});

test('limits can be raised and lowered by options', async () => {
  const { status, stderr } = await reslim('app:1.0', '-o', 'x:1', '--max-entries', '3');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: more than 3 files/);
});

test('reslim slim is the same as reslim', async () => {
  const [short, long] = [
    await reslim('app:1.0', '-o', 'app:a'),
    await reslim('slim', 'app:1.0', '-o', 'app:a', '--force'),
  ];
  expect(long.status).toBe(0);
  expect(steady(long.stdout)).toBe(steady(short.stdout));
});

test('--config reads another settings file', async () => {
  await writeFile(join(cwd, '.reslim.yaml'), 'drop: [/app/new]\n');
  await mkdir(join(cwd, 'ci'));
  await writeFile(join(cwd, 'ci/slim.yaml'), 'drop: [/var/log/app.log]\nprofile: none\n');
  const { stdout } = await reslim('app:1.0', '--dry-run', '--json', '--config', 'ci/slim.yaml');
  const { dropped } = JSON.parse(stdout).images[0];
  expect(dropped.map(({ path }: { path: string }) => path)).not.toContain('/app/new');
  expect(dropped.map(({ path }: { path: string }) => path)).toContain('/var/log/app.log');
  expect(await reslim('app:1.0', '--dry-run', '--config', 'none.yaml')).toMatchObject({
    status: 1,
    stderr: 'error: no such file: none.yaml\n',
  });
});

test('.reslim.yaml beside .reslim.yml is wrong usage', async () => {
  await writeFile(join(cwd, '.reslim.yaml'), 'level: safe\n');
  await writeFile(join(cwd, '.reslim.yml'), 'level: lean\n');
  const { status, stderr } = await reslim('app:1.0', '--dry-run');
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^error: \.reslim\.yaml and \.reslim\.yml both exist, .*\nhint: .*--config\n$/,
  );
});

test('--platform takes an architecture alone for one of Linux', async () => {
  expect((await reslim('app:1.0', '--dry-run', '--platform', 'amd64')).status).toBe(0);
  const { status, stderr } = await reslim('app:1.0', '--dry-run', '--platform', 'arm64');
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('linux/arm64'),
  });
});
