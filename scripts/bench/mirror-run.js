// One program mirrors all images twice; what that took, and what the registries were asked.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startDistribution } from './distribution.js';
import { measure } from './measure.js';
import { sum } from './stats.js';

export const RUNS = ['first', 'second'];

/** Returns a sample for each of `RUNS`, which go into a registry that is empty before the first. */
export const runMirror = async (row, { source, pushed, folder, keepsFiles }) => {
  const own = join(folder, 'run');
  const [temp, cache] = [join(own, 'temp'), join(own, 'cache')];
  for (const path of [temp, cache]) await mkdir(path, { recursive: true });
  const target = await startDistribution(join(own, 'target'), { keepsFiles });
  try {
    const repositories = [...new Set([...pushed.images.keys()].map((name) => name.split(':')[0]))];
    const places = { from: source.host, to: target.host, repositories, folder: own };
    const steps = await row.prepare(places);
    const env = { TMPDIR: temp, XDG_CACHE_HOME: cache, XDG_STATE_HOME: join(own, 'state') };
    const samples = [];
    for (const run of RUNS) {
      for (const server of [source, target]) await server.takeRequests();
      const taken = await measure(steps, { temp, cache, env });
      const [atSource, atTarget] = [await source.takeRequests(), await target.takeRequests()];
      await requireImages(target.host, pushed.images, `${row.name}, ${run} run`);
      samples.push({ ...taken, ...countTraffic(atSource, atTarget, pushed.sizes) });
    }
    return samples;
  } finally {
    await target.close();
    await rm(own, { recursive: true, force: true });
  }
};

/** Rejects unless the registry has all images, by their digests. */
const requireImages = async (host, images, who) => {
  for (const [name, digest] of images) {
    const [repository, tag] = name.split(':');
    const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
      method: 'HEAD',
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
    });
    if (answer.headers.get('docker-content-digest') !== digest)
      throw new Error(`${who}: ${name} is not at the target`);
  }
};

/** Bytes that were read are those of answers; bytes that were written those of blobs whose upload was finished. */
const countTraffic = (atSource, atTarget, sizes) => ({
  sourceRequests: atSource.length,
  targetRequests: atTarget.length,
  readBytes: sum(atSource.map(({ method, bytes }) => (method === 'HEAD' ? 0 : bytes))),
  writtenBytes: sum(
    atTarget.map(({ method, url, status }) => {
      const digest = /[?&]digest=([^&]+)/.exec(url)?.[1];
      if (method !== 'PUT' || status !== 201 || digest === undefined) return 0;
      return sizes.get(decodeURIComponent(digest)) ?? 0;
    }),
  ),
});
