import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../../fixtures/images/build.ts';
import { PROBES } from '../../fixtures/images/probes.ts';
import { withPodmanImage } from '../support/engine.ts';
import { readImage } from '../support/layout.ts';
import { interview, linesOf, type Probe } from '../support/probe.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
/** Building them all takes an hour on two cores: RESLIM_IMAGES=all, or names, for more than these two. */
const chosen = (process.env['RESLIM_IMAGES'] ?? 'redis-cache,perl-web').split(',');
const names = Object.keys(PROBES).filter((name) => chosen.includes('all') || chosen.includes(name));

describe.runIf(requireTools('root', 'podman', 'skopeo', 'mmdebstrap')).each(names)('%s', (name) => {
  const probe = PROBES[name] as Probe;
  let source: string;
  let before: readonly unknown[];

  beforeAll(async () => {
    source = await buildImage(name);
    before = await withPodmanImage(source, '1.0', (image) => interview(image, probe));
  });

  afterAll(async () => {
    await promisify(execFile)('rm', [
      '-rf',
      ...['safe', 'lean'].map((level) => join(folder, `${name}-${level}`)),
    ]);
  });

  test('works at all', () => {
    expect(JSON.stringify(before)).not.toMatch(/"status":5|"code":/);
    expect(before.length).toBe((probe.pages?.length ?? 0) + (probe.commands?.length ?? 0));
  });

  test.each(['safe', 'lean'] as const)('answers as before at %s', async (level) => {
    const target = join(folder, `${name}-${level}`);
    const { stdout } = await runReslim(
      `oci:${source}:1.0`,
      '-o',
      `oci:${target}:1.0`,
      '--level',
      level,
      '--json',
    );
    const removed = removedPackages(stdout);

    await withPodmanImage(target, '1.0', async (image) => {
      expect(await interview(image, probe)).toEqual(before);
      const [packages, faults] = [await listPackages(image), await verifyPackages(image)];
      const expected = await withPodmanImage(source, '1.0', listPackages);
      expect(packages).toEqual(expected.filter((each) => !removed.has(each)));
      expect(faults.filter((line) => !isDocumented(line))).toEqual([]);
      if (level === 'safe') expect(removed.size).toBe(0);
    });
    await runReslim(`oci:${target}:1.0`, '-o', `oci:${target}:twice`, '--level', level);
    expect((await readImage(target, 'twice')).digest).toBe((await readImage(target, '1.0')).digest);

    const [old, slim] = [await readImage(source, '1.0'), await readImage(target, '1.0')];
    expect(slim.size).toBeLessThan(old.size);
    expect(slim.config['config']).toEqual(old.config['config']);
  });
});

interface Report {
  readonly images: readonly {
    readonly packages: {
      readonly removed: readonly {
        readonly type: string;
        readonly name: string;
        readonly version: string;
      }[];
    };
  }[];
}

const removedPackages = (json: string): Set<string> =>
  new Set(
    (JSON.parse(json) as Report).images
      .flatMap(({ packages }) => packages.removed)
      .filter(({ type }) => type === 'deb')
      .map(({ name, version }) => `${name} ${version}`),
  );

const listPackages = (image: string): Promise<readonly string[]> =>
  linesOf(image, "dpkg-query -W -f '${Package} ${Version}\\n'");

/** Lines of `dpkg -V`: each names a file that is missing or differs. */
const verifyPackages = (image: string): Promise<readonly string[]> =>
  linesOf(image, 'dpkg --verify || true');

/** What docs/profiles.md says goes from packages that stay. */
const isDocumented = (line: string): boolean =>
  / (c )?\/usr\/(share\/(doc|man|info|locale|lintian|bug|doc-base|bash-completion|zsh|fish|icons|pixmaps|applications|sounds|aclocal|pkgconfig|gdb|zoneinfo\/(posix|right))|lib\/.*\.(a|la|o|pc)$|include|lib\/python3)/.test(
    line,
  ) || / c \/etc\//.test(line);
