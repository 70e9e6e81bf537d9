// Pushes one layer of SIZE bytes to REPOSITORY and pulls it again; prints the peak of memory in KiB.
// Run by itself, against the build: inside a test runner the figure would be the runner's.
import { createHash } from 'node:crypto';
import { openRegistrySource } from '../../../../build/transport/registry/registry-source.js';
import { openRegistryTarget } from '../../../../build/transport/registry/registry-target.js';
import { parseImageName } from '../../../../build/oci/image-name.js';
import { verified } from '../../../../build/oci/verified.js';

const [name, size, how] = process.argv.slice(2);
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

async function* layer() {
  for (let at = 0; at < Number(size); at += 1024 * 1024) {
    const block = Buffer.allocUnsafeSlow(1024 * 1024).fill(7);
    block.writeUInt32LE(at / 1024);
    yield block;
  }
}

const digestOfLayer = async () => {
  const hash = createHash('sha256');
  for await (const chunk of layer()) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
};

async function* once(text) {
  yield Buffer.from(text);
}

const target = openRegistryTarget(parseImageName(name));
const expected =
  how === 'known' ? { digest: await digestOfLayer(), size: Number(size) } : undefined;
const stored = await target.put(layer(), { mediaType: LAYER, expected });
const config = await target.put(
  once('{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}'),
  { mediaType: CONFIG },
);
const manifest = {
  schemaVersion: 2,
  mediaType: MANIFEST,
  config: { mediaType: CONFIG, ...config },
  layers: [{ mediaType: LAYER, ...stored }],
};
const root = await target.put(once(JSON.stringify(manifest)), { mediaType: MANIFEST });
await target.commit({ mediaType: MANIFEST, ...root });
await target.close();

const source = await openRegistrySource(parseImageName(name));
let received = 0;
for await (const chunk of verified(source.open({ mediaType: LAYER, ...stored }), stored))
  received += chunk.length;
await source.close();
if (received !== Number(size)) throw new Error(`received ${received}`);
console.log(process.resourceUsage().maxRSS);
