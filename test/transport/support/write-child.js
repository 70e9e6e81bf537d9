// Writes one small image of many blobs to a target, in a process of its own that a test may kill.
// Arguments: TARGET WORD BLOBS.
import { createHash } from 'node:crypto';
import { parseReference } from '../../../build/oci/reference.js';
import { openTarget } from '../../../build/transport/open-target.js';

const [target, word, count] = process.argv.slice(2);

const put = async (to, bytes, mediaType) => {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const descriptor = { mediaType, digest, size: bytes.length };
  if (!(await to.has(descriptor))) {
    await to.put(
      (async function* () {
        yield bytes;
      })(),
      { mediaType, expected: descriptor },
    );
  }
  return descriptor;
};

const OCI = 'application/vnd.oci.image';
const to = await openTarget(parseReference(target));
try {
  const tars = Array.from({ length: Number(count) }, (_, at) =>
    Buffer.alloc(10_240, at < 2 ? 0 : `${word}${at} `),
  );
  const layers = [];
  for (const tar of tars) layers.push(await put(to, tar, `${OCI}.layer.v1.tar`));
  const config = {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: await put(to, Buffer.from(JSON.stringify(config)), `${OCI}.config.v1+json`),
    layers,
  };
  const root = await put(to, Buffer.from(JSON.stringify(manifest)), manifest.mediaType);
  await to.commit(root);
} finally {
  await to.close();
}
