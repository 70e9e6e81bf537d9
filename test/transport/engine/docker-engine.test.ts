import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imagesOf } from '../../../src/oci/image.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import { openSource } from '../../../src/transport/open-source.ts';
import { openTarget } from '../../../src/transport/open-target.ts';
import { readImage } from '../../../src/transport/read-image.ts';
import { putAll, sampleImage } from '../support/sample-image.ts';
import { requireTools } from '../../support/requires.ts';
import { run } from '../../support/run.ts';

describe.runIf(requireTools('dockerd', 'docker', 'root'))('a real Docker engine', () => {
  let folder: string;
  let stop: () => Promise<void>;
  const docker = (...args: string[]) =>
    run('docker', ['-H', `unix://${folder}/docker.sock`, ...args]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'test-docker-'));
    const paths = ['--data-root', 'data', '--exec-root', 'exec', '-p', 'pid'].map((word) =>
      word.startsWith('-') ? word : join(folder, word),
    );
    const child = spawn(
      'dockerd',
      [
        '--iptables=false',
        '--ip6tables=false',
        '--bridge=none',
        '--storage-driver=overlay2',
        ...paths,
        '-H',
        `unix://${folder}/docker.sock`,
      ],
      { stdio: 'ignore' },
    );
    const ended = new Promise((resolve) => child.once('close', resolve));
    stop = async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    };
    for (let tries = 0; tries < 100; tries++) {
      if (
        await docker('version').then(
          () => true,
          () => false,
        )
      )
        return;
      await sleep(200);
    }
    throw new Error('dockerd did not start');
  }, 60_000);

  afterAll(() => stop(), 60_000);

  it('loads what reslim writes, under its name and with the same layers', async () => {
    const image = await sampleImage(['engine-one', 'engine-two']);
    const target = await openTarget(
      parseReference(`docker-archive:${folder}/ours.tar:team/app:1.0`),
    );
    await putAll(target, image);
    await target.commit(image.root);
    await target.close();
    expect(await docker('load', '-i', `${folder}/ours.tar`)).toContain(
      'Loaded image: team/app:1.0',
    );
    const config = image.blobs.at(-2);
    const [seen] = JSON.parse(await docker('image', 'inspect', 'team/app:1.0')) as {
      Id: string;
      RootFS: { Layers: string[] };
    }[];
    const { rootfs } = JSON.parse(Buffer.from(config?.bytes ?? '').toString()) as {
      rootfs: { diff_ids: string[] };
    };
    expect(seen).toMatchObject({
      Id: config?.descriptor.digest,
      RootFS: { Layers: rootfs.diff_ids },
    });
  });

  it('saves what reslim reads', async () => {
    await docker('save', '-o', `${folder}/theirs.tar`, 'team/app:1.0');
    for (const name of ['', ':team/app:1.0', ':@0']) {
      const source = await openSource(parseReference(`docker-archive:${folder}/theirs.tar${name}`));
      const [image] = imagesOf(await readImage(source));
      expect(image?.document.value.config.digest).toBe(
        (await sampleImage(['engine-one', 'engine-two'])).blobs.at(-2)?.descriptor.digest,
      );
      expect(source.names).toEqual([{ imageName: 'docker.io/team/app:1.0' }]);
      await source.close();
    }
  });
});
