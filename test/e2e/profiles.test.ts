import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../../fixtures/images/build.ts';
import { isForTools, PROBES } from '../../fixtures/images/probes.ts';
import { withPodmanImage } from '../support/engine.ts';
import { readImage } from '../support/layout.ts';
import { interview, linesOf, type Answer, type Probe } from '../support/probe.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim, type Run } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
/** Building them all takes an hour on two cores: RESLIM_IMAGES=all, or names, for more than these two. */
const chosen = (process.env['RESLIM_IMAGES'] ?? 'redis-cache,perl-web').split(',');
const names = Object.keys(PROBES).filter((name) => chosen.includes('all') || chosen.includes(name));

describe.runIf(requireTools('root', 'podman', 'skopeo', 'mmdebstrap')).each(names)(
  'the image %s',
  (name) => {
    const probe = PROBES[name] as Probe;
    let source: string;
    let before: {
      readonly answers: readonly Answer[];
      readonly packages: readonly string[];
      readonly faults: readonly string[];
    };

    beforeAll(async () => {
      source = await buildImage(name);
      before = await withPodmanImage(source, '1.0', async (image) => ({
        answers: await interview(image, probe),
        packages: await listPackages(image),
        faults: await verifyPackages(image),
      }));
    });

    afterAll(async () => {
      await promisify(execFile)('rm', [
        '-rf',
        ...['safe', 'lean', 'minimal'].map((level) => join(folder, `${name}-${level}`)),
      ]);
    });

    test('answers as it should before a slim', () => {
      expect(JSON.stringify(before.answers)).not.toMatch(/"status":5|"code":/);
      expect(before.answers.length).toBe(
        (probe.pages?.length ?? 0) + (probe.commands?.length ?? 0),
      );
    });

    test.each(['safe', 'lean'] as const)(
      'answers as before when it is slimmed at %s',
      async (level) => {
        const target = join(folder, `${name}-${level}`);
        const slim = (from: string, tag: string, ...more: readonly string[]): Promise<Run> =>
          runReslim(
            ...[`oci:${from}`, '-o', `oci:${target}:${tag}`, '--level', level, '--json', ...more],
          );
        const { stdout } = await slim(`${source}:1.0`, '1.0', '--verify');
        const removed = removedPackages(stdout);

        await withPodmanImage(target, '1.0', async (image) => {
          expect(await interview(image, probe)).toEqual(before.answers);
          expect(await listPackages(image)).toEqual(
            before.packages.filter((each) => !removed.has(each)),
          );
          const faults = (await verifyPackages(image)).filter(
            (line) => !before.faults.includes(line),
          );
          expect(faults.filter((line) => level === 'safe' || !isDocumented(line))).toEqual([]);
          if (level === 'safe') expect(removed.size).toBe(0);
        });
        const [old, slimmed] = [await readImage(source, '1.0'), await readImage(target, '1.0')];
        expect(slimmed.size).toBeLessThan(old.size);
        expect(slimmed.config['config']).toEqual(old.config['config']);

        await slim(`${target}:1.0`, 'twice');
        expect((await readImage(target, 'twice')).digest).toBe(slimmed.digest);
      },
    );

    test.each([
      { how: 'minimal', flags: [] },
      { how: 'minimal, and stripped', flags: ['--strip'] },
    ])('answers as before when it is slimmed at $how', async ({ flags }) => {
      const target = join(folder, `${name}-minimal`);
      await runReslim(
        ...[`oci:${source}:1.0`, '-o', `oci:${target}:1.0`, '--level', 'minimal', '--verify'],
        ...flags,
      );
      const isAsked = (command: string): boolean => !isForTools(command);

      await withPodmanImage(target, '1.0', async (image) => {
        const commands = (probe.commands ?? []).filter(isAsked);
        expect(await interview(image, { ...probe, commands })).toEqual(
          before.answers.filter(({ command = '' }) => isAsked(command)),
        );
      });
      const [old, { size }] = [await readImage(source, '1.0'), await readImage(target, '1.0')];
      expect(size).toBeLessThan(0.25 * old.size);
    });
  },
);

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

/** What docs/profiles.md says goes at lean from packages that stay. */
const isDocumented = (line: string): boolean => DOCUMENTED.some((each) => each.test(line));

const DOCUMENTED = [
  /^missing +c \/etc\/bash_completion\.d\//,
  / \/usr\/share\/(doc|doc-base|ri|man|info|gtk-doc|bug|lintian|linda|bash-completion|zsh|fish)(\/|$)/,
  / \/usr\/share\/(locale|zoneinfo\/(posix|right)|gnome\/help|omf)(\/|$)/,
  / \/usr\/share\/(icons|pixmaps|applications|sounds|wallpapers|backgrounds)(\/|$)/,
  / \/usr\/share\/(aclocal[-.0-9]*|gir-1\.0|vala|gdb|systemtap|cmake|pkgconfig)(\/|$)/,
  / \/usr\/(include|lib\/debug)(\/|$)/,
  / \/usr\/.*\/(cmake|pkgconfig|tests?)(\/|$)/,
  / \/usr\/.*\.(a|o|la|pc|h|py[co]|pod|bs|packlist|pyi|pyx|px[di]|d\.[cm]?ts|([cm]?js|css|ts)\.map)$/,
  / \/usr\/lib\/ruby\/gems\/[^/]+\/gems\/[^/]+\/[A-Za-z_]+(\.md|\.rdoc|\.txt)?$/,
  / \/usr\/lib\/jvm\/[^/]+\/(lib\/(ct\.sym|src\.zip)|jmods|include|man)(\/|$)/,
];
