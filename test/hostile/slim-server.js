// A process that slims what it is told to, so that a test need not start one for each clean run.
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
