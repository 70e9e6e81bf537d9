import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../../fixtures/images/build.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';

const run = promisify(execFile);
const MB = 1_000_000;

const DOCKERFILE = `FROM scratch
ADD base.tar /
RUN head -c 20000000 /dev/urandom > /big && cp /big /kept
# Nobody needs it any more.
RUN cd / && rm big
COPY data /data
ENV A=b
RUN chown -R 4000:4000 /data
CMD ["stat", "-c", "%n %s %u", "/data/file", "/kept"]
`;

describe.runIf(requireTools('podman', 'skopeo', 'mmdebstrap', 'root'))(
  'a Dockerfile after advice',
  () => {
    const cwd = tempFolder();
    const images: string[] = [];

    /** Builds a Dockerfile of the folder into the layout of the same name. */
    const build = async (name: string): Promise<{ size: number; says: string }> => {
      const image = `localhost/reslim-test/advise-${process.pid}-${name}`;
      images.push(image);
      const options = ['--quiet', '--isolation', 'chroot', '--network', 'host', '--format', 'oci'];
      await run('podman', [
        'build',
        ...options,
        '-f',
        join(cwd, name),
        '-t',
        image,
        join(cwd, 'context'),
      ]);
      await run('skopeo', [
        'copy',
        '-q',
        `containers-storage:${image}`,
        `oci:${join(cwd, `${name}-layout`)}:1`,
      ]);
      const { stdout } = await run('podman', [
        '--runtime',
        'runc',
        'run',
        '--rm',
        '--network',
        'host',
        '--ulimit',
        'nofile=1000:1000',
        '--ulimit',
        'nproc=1000:1000',
        image,
      ]);
      const manifest = await run('skopeo', [
        'inspect',
        '--raw',
        `oci:${join(cwd, `${name}-layout`)}:1`,
      ]);
      const { layers } = JSON.parse(manifest.stdout) as { layers: { size: number }[] };
      return { size: layers.reduce((sum, layer) => sum + layer.size, 0), says: stdout };
    };

    beforeAll(async () => {
      // The base of the fixture images is beside them.
      const cache = join(await buildImage('python-web'), '..');
      const base = (await readdir(cache)).find((name) => /^base-\w+\.tar$/.test(name)) as string;
      await mkdir(join(cwd, 'context/data'), { recursive: true });
      await link(join(cache, base), join(cwd, 'context/base.tar')).catch(async () =>
        writeFile(join(cwd, 'context/base.tar'), await readFile(join(cache, base))),
      );
      await writeFile(join(cwd, 'context/data/file'), randomBytes(5 * MB));
      await writeFile(join(cwd, 'before'), DOCKERFILE);
    });

    afterAll(async () => {
      for (const image of images)
        await run('podman', ['image', 'rm', '--force', image]).catch(() => {});
    });

    test('builds an image that is smaller by what was said, and runs the same', async () => {
      const before = await build('before');
      const args = ['--dockerfile', 'before', '--rewrite', 'after', '--json'];
      const advised = await tryReslim(['advise', 'oci:before-layout:1', ...args], { cwd });
      expect(advised.stderr).toBe('');
      const [image] = (
        JSON.parse(advised.stdout) as { images: { advice: { practice: string }[] }[] }
      ).images;
      expect(image?.advice).toMatchObject([
        { practice: 'merge-runs', bytes: 20 * MB, place: { line: 3 } },
        { practice: 'copy-chown', bytes: 5 * MB, place: { line: 6 } },
      ]);
      expect(await readFile(join(cwd, 'after'), 'utf8')).toContain(
        '/kept \\\n    # Nobody needs it any more.\n    && (cd / && rm big)\nCOPY --chown=4000:4000 data /data\n',
      );
      const after = await build('after');
      expect(before.size - after.size).toBeGreaterThan(24 * MB);
      expect(after.says).toBe(before.says);
      expect(after.says).toBe('/data/file 5000000 4000\n/kept 20000000 0\n');
    });
  },
);
