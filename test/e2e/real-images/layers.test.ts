import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../../../fixtures/images/build.ts';
import { isLong } from '../../hostile/run-hostile.ts';
import { findInMount, runOnce, withPodmanImage } from '../../support/engine.ts';
import { differences, readImage } from '../../support/layout.ts';
import { requireTools } from '../../support/requires.ts';
import { runReslim, runReslimWith } from '../../support/run-reslim.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { startDocker, type RunningEngine } from '../../transport/engine/support/engines.ts';

const TOOLS = ['root', 'podman', 'skopeo', 'mmdebstrap', 'dockerd', 'docker'];

/** Ways to lay out the layers, each with the fewest that come of it. */
const MODES = [
  ['--layers auto', ['--layers', 'auto'], 8],
  ['--squash base', ['--squash', 'base', '--base', '1'], 2],
] as const;

/** Where there is no time for all, one engine runs what the other does not. */
const IN_PODMAN = isLong ? MODES : [MODES[0]];
const IN_DOCKER = isLong ? MODES : [MODES[1]];

/** What the application imports, from folders of the base, of packages and of its own. */
const QUESTION = [
  '/opt/venv/bin/python',
  '-c',
  'import flask, ssl, sqlite3, sys; print(sys.prefix, ssl.OPENSSL_VERSION, sqlite3.sqlite_version)',
] as const;

describe.runIf(requireTools(...TOOLS))('a real image with layers on purpose', () => {
  const folder = tempFolder();
  let source: string;
  let before: { readonly found: readonly string[]; readonly answer: string };
  let docker: RunningEngine;

  beforeAll(async () => {
    source = await buildImage('python-web');
    docker = await startDocker('overlay2');
    before = await withPodmanImage(source, '1.0', async (image) => ({
      found: await findInMount(image),
      answer: await runOnce(image, ...QUESTION),
    }));
  });
  afterAll(() => docker?.close());

  test.each(IN_PODMAN)(
    '%s: shows Podman the same files, and runs there',
    async (mode, options, least) => {
      const layout = join(folder, mode.replaceAll(' ', ''));
      await runReslim(
        `oci:${source}:1.0`,
        '-o',
        `oci:${layout}:1`,
        '--profile',
        'none',
        ...options,
      );
      expect((await readImage(layout, '1')).layers.length).toBeGreaterThanOrEqual(least);
      await withPodmanImage(layout, '1', async (image) => {
        expect(differences(before.found, await findInMount(image))).toEqual([]);
        expect(await runOnce(image, ...QUESTION)).toBe(before.answer);
      });
    },
  );

  test.each(IN_DOCKER)('%s: runs in Docker at lean', async (mode, options) => {
    const name = `slim${mode.replaceAll(/[^a-z]/g, '')}:1`;
    await runReslimWith(
      { DOCKER_HOST: `unix://${docker.socket}` },
      ...[`oci:${source}:1.0`, '-o', `docker-daemon:${name}`, '--level', 'lean', ...options],
    );
    expect(await docker.run(name, ...QUESTION)).toBe(before.answer);
  });
});
