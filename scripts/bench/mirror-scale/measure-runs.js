// Mirrors all images of a registry: as copies, as slims, and both again, when nothing has changed.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure.js';
import { RESLIM } from '../preparations.js';
import { bytesOf, cpuSecondsOf, requestsOf } from './model.js';

const RUNS = [
  { name: 'copy, first run', run: 'copy', to: 'copies', options: ['--copy'] },
  { name: 'copy, second run', run: 'again', to: 'copies', options: ['--copy'] },
  { name: 'slim, first run', run: 'slim', to: 'slims', options: [] },
  { name: 'slim, second run', run: 'again', to: 'slims', options: [] },
];

/** One after the other, each with what the ones before have left in the cache. */
export const measureRuns = async (shape, { source, target, sizes, concurrency, folder, say }) => {
  const [temp, cache, state] = ['temp', 'cache', 'state'].map((name) => join(folder, 'run', name));
  for (const path of [temp, cache, state]) await mkdir(path, { recursive: true });
  const env = { TMPDIR: temp, XDG_CACHE_HOME: cache, XDG_STATE_HOME: state };
  const measured = [];
  for (const { name, run, to, options } of RUNS) {
    await Promise.all([source.take(), target.take()]);
    const output = join(folder, `${to}-${run}.json`);
    const places = [`docker://${source.host}/shop/*`, `docker://${target.host}/${to}/{name}`];
    const words = ['mirror', ...places, '--json', '--concurrency', `${concurrency}`, ...options];
    const taken = await measure([[process.execPath, RESLIM, ...words]], {
      temp,
      cache,
      env,
      output,
    });
    const report = JSON.parse(await readFile(output, 'utf8'));
    requireDone(report, shape, run);
    const [atSource, atTarget] = [await source.take(), await target.take()];
    const { seconds, cpuSeconds, memoryBytes } = taken;
    const trafficWith = ({ host }) => report.hosts.find((one) => one.host === host);
    measured.push({
      name,
      run,
      seconds,
      cpuSeconds,
      memoryBytes,
      requests: { source: atSource.requests, target: atTarget.requests },
      bytes: {
        received: trafficWith(source).bytesReceived,
        sent: trafficWith(target).bytesSent,
      },
      expected: {
        requests: requestsOf(shape, run),
        cpuSeconds: cpuSecondsOf(shape, run),
        ...(run === 'copy' && { bytes: bytesOf(shape, sizes) }),
      },
    });
    say(`  ${name}: ${seconds.toFixed(1)} s`);
  }
  return measured;
};

/** A run that did something else is not what is measured here. */
const requireDone = ({ totals }, { images }, run) => {
  const status = run === 'again' ? 'unchanged' : 'done';
  const { [status]: count } = totals.statuses;
  if (count !== images) throw new Error(`${count} of ${images} images were ${status}`);
};
