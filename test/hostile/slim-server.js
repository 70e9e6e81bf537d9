// A process that slims on request, so that a test does not start one for each run without a fault.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const bin = process.env.RESLIM_BIN ?? join(import.meta.dirname, '../../bin/reslim.js');
const { slim } = await import(pathToFileURL(join(bin, '../../dist/index.js')).href);

process.on('message', async (options) => {
  try {
    const { target } = await slim(options);
    process.send({ digest: target.digest });
  } catch (error) {
    process.send({ error: String(error) });
  }
});
process.send({ ready: true });
