import { randomInt } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runToEnd, withPodmanImage } from '../support/engine.ts';
import { differences, flatten } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { runReslim } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';

const TOOLS = ['root', 'podman', 'buildah', 'skopeo', 'mmdebstrap', 'gcc', 'python3', 'runc'];

/** Says which file of the base it sees, by way of a library of the base. */
const APP = `
#include <stdio.h>
#include <zlib.h>
int main(void) {
  char line[64] = "";
  FILE *file = fopen("/etc/base-version", "r");
  if (file) fgets(line, sizeof line, file);
  printf("zlib %c, base %s", zlibVersion()[0], line);
  return 0;
}
`;

describe.runIf(requireTools(...TOOLS))('an image on another base', () => {
  const folder = tempFolder();
  const name = `localhost/reslim-test/rebase-${process.pid}-${randomInt(1e9)}`;
  const layout = join(folder, 'images');

  /** Builds an image with Podman; all times are the same, so that two builds can be compared. */
  const build = async (tag: string, lines: readonly string[]): Promise<void> => {
    await writeFile(join(folder, 'build', 'Dockerfile'), lines.join('\n'));
    const options = ['--quiet', '--isolation', 'chroot', '--network', 'host', '--timestamp', '0'];
    await run('podman', ['build', ...options, '-t', `${name}:${tag}`, join(folder, 'build')]);
    await run('skopeo', [
      ...['copy', '--quiet', `containers-storage:${name}:${tag}`, `oci:${layout}:${tag}`],
    ]);
  };

  beforeAll(async () => {
    await mkdir(join(folder, 'build'));
    const script = join(import.meta.dirname, '../../fixtures/images/build.sh');
    const debian = (await run(script, ['base'])).trim();
    await writeFile(join(folder, 'build', 'app.c'), APP);
    await writeFile(join(folder, 'build', 'zlib.h'), 'const char *zlibVersion(void);\n');
    const library = '/usr/lib/x86_64-linux-gnu/libz.so.1';
    const at = (file: string): string => join(folder, 'build', file);
    await run('gcc', [`-I${at('')}`, '-o', at('app'), at('app.c'), library]);
    await build('old', [
      `FROM ${debian}`,
      'RUN echo 1 >/etc/base-version',
      'ENV VERSION=1',
      'CMD ["bash"]',
    ]);
    await build('new', [
      `FROM ${debian}`,
      'RUN echo 2 >/etc/base-version && rm /etc/issue',
      'ENV VERSION=2',
      'CMD ["bash"]',
    ]);
    await build('lacking', [`FROM ${name}:new`, `RUN rm ${library}*`, 'CMD ["bash"]']);
    const own = ['COPY app /app', 'USER 1234', 'ENTRYPOINT ["/app"]'];
    await build('app', [`FROM ${name}:old`, ...own]);
    await build('built', [`FROM ${name}:new`, ...own]);
  });

  afterAll(async () => {
    const tags = ['app', 'built', 'lacking', 'old', 'new'].map((tag) => `${name}:${tag}`);
    await run('podman', ['image', 'rm', '--force', ...tags]).catch(() => {});
  });

  test('is what a build on the new base is', async () => {
    await runReslim(
      ...['rebase', `oci:${layout}:app`, '--old', `oci:${layout}:old`],
      ...['--new', `oci:${layout}:new`, '-o', `oci:${join(folder, 'out')}:1`],
    );
    const [built, rebased] = [
      await flatten(layout, 'built'),
      await flatten(join(folder, 'out'), '1'),
    ];
    expect(differences(built, rebased)).toEqual([]);
    const settings = async (image: string) =>
      (JSON.parse(await run('skopeo', ['inspect', '--config', image])) as { config: unknown })
        .config;
    expect(await settings(`oci:${join(folder, 'out')}:1`)).toEqual(
      await settings(`oci:${layout}:built`),
    );
  });

  test('runs there', async () => {
    const answerOf = (place: string, tag: string) =>
      withPodmanImage(place, tag, async (image) => (await runToEnd(image)).stdout);
    expect(await answerOf(layout, 'app')).toBe('zlib 1, base 1\n');
    expect(await answerOf(join(folder, 'out'), '1')).toBe('zlib 1, base 2\n');
  });

  test('is refused where it would not start', async () => {
    const swap = ['rebase', `oci:${layout}:app`, '--old', `oci:${layout}:old`];
    const outcome = await tryReslim([...swap, '--new', `oci:${layout}:lacking`, '-o', 'oci:no:1'], {
      cwd: folder,
    });
    expect(outcome).toMatchObject({ status: 3, stderr: '' });
    expect(outcome.stdout).toContain('\n  libraries:\n    /app needs libz.so.1, which is gone\n');
    await expect(copyFile(join(folder, 'no', 'index.json'), '/dev/null')).rejects.toThrow('ENOENT');
    await runReslim(
      ...[...swap, '--new', `oci:${layout}:lacking`],
      ...['-o', `oci:${join(folder, 'forced')}:1`, '--force'],
    );
    const ended = await withPodmanImage(join(folder, 'forced'), '1', runToEnd);
    expect(ended).toMatchObject({ status: 127 });
    expect(ended.stderr).toContain('libz.so.1');
  });
});
