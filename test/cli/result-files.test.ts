import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim, type Outcome } from '../support/try-reslim.ts';
import { writeSample } from './support/sample-layout.ts';

const cwd = tempFolder();
beforeAll(() => writeSample(cwd));

const reslim = (...args: string[]): Promise<Outcome> => tryReslim(args, { cwd });

const contents = (name: string): Promise<string> => readFile(join(cwd, name), 'utf8');

/** The descriptor of a tag, as the layout has it. */
const descriptorOf = async (tag: string) => {
  const { manifests } = JSON.parse(await contents('app/index.json')) as {
    manifests: { digest: string; annotations: Record<string, string> }[];
  };
  const [found] = manifests.flatMap(({ annotations, ...descriptor }) =>
    annotations['org.opencontainers.image.ref.name'] === tag ? [descriptor] : [],
  );
  return found;
};

test('--digestfile and --metadata-file describe what was written, also where it was there before', async () => {
  const files = ['--digestfile', 'digest', '--metadata-file', 'meta.json'];
  for (const end of [/^Saved/m, /^Already slim/m]) {
    const { stdout, stderr } = await reslim('app:1.0', '-o', 'app:a', '-o', 'app:b', ...files);
    expect(stdout + stderr).toMatch(end);
    const descriptor = await descriptorOf('a');
    expect(await contents('digest')).toBe(descriptor?.digest);
    expect(JSON.parse(await contents('meta.json'))).toEqual({
      'containerimage.descriptor': descriptor,
      'containerimage.digest': descriptor?.digest,
      'image.name': 'oci:app:a,oci:app:b',
    });
  }
});

test('--report - prints the report to stdout, and the summary to stderr', async () => {
  const run = ['app:1.0', '-o', 'app:r', '--report'];
  const { status, stdout, stderr } = await reslim(...run, '-');
  expect(status).toBe(0);
  expect(stderr).toMatch(/^Saved/m);
  await reslim(...run, 'r.json', '-q');
  expect(stdout).toBe(await contents('r.json'));
});

test('files that describe a written image are refused in dry runs', async () => {
  for (const [option, args] of [
    ['--digestfile', ['--dry-run']],
    ['--metadata-file', ['--explain', '/app']],
  ] as const) {
    expect(await reslim('app:1.0', option, 'never', ...args)).toEqual({
      status: 2,
      stdout: '',
      stderr: `error: ${option} describes what was written, and this run writes nothing\n`,
    });
  }
  expect(await readdir(cwd)).not.toContain('never');
});

test.each([
  [['--json', '--report', '-'], '--json and --report'],
  [['--report', '-', '--digestfile', '-'], '--report and --digestfile'],
  [['--metadata-file', '-', '-o', '-'], '--metadata-file and the archive'],
])('stdout is not shared by %j', async (args, both) => {
  const { status, stderr } = await reslim('app:1.0', '-o', 'app:x', ...args);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: `error: ${both} cannot both go to stdout\nhint: write one to a file: --report FILE, -o FILE.tar\n`,
  });
});

test('a place that cannot be written fails the run before the image is read', async () => {
  expect(await reslim('app:1.0', '-o', 'app:x', '--digestfile', 'no/such/file')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'error: no such file or folder, no/such/file\n',
  });
});
