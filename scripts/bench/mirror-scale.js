// How mirroring grows with the number of images: requests, bytes, time and memory, measured and by the model.
//   npm run bench:mirror -- [--images N] [--repositories N] [--platforms N] [--layers N] [--shared-layers N]
//     [--concurrency N] [--planned N] [--json FILE] [--markdown FILE]
// Needs a build, docker-registry and redis-server. The registries keep their blobs in memory: 5,000 images take 1 GB.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './machine.js';
import { startCountedRegistry } from './mirror-scale/counted-registry.js';
import { describeScale } from './mirror-scale/describe.js';
import { measurePlan } from './mirror-scale/measure-plan.js';
import { measureRuns } from './mirror-scale/measure-runs.js';
import { fillRegistry } from './mirror-scale/tiny-images.js';
import { countOf } from './options.js';
import { writeJson, writeMarkdown } from './write-results.js';

const say = (line) => process.stderr.write(`${line}\n`);

const readFlags = () => {
  const { values } = parseArgs({
    options: {
      images: { type: 'string', default: '5000' },
      repositories: { type: 'string', default: '100' },
      platforms: { type: 'string', default: '1' },
      layers: { type: 'string', default: '1' },
      'shared-layers': { type: 'string', default: '1' },
      concurrency: { type: 'string', default: '4' },
      planned: { type: 'string', default: '50000' },
      json: { type: 'string' },
      markdown: { type: 'string' },
    },
  });
  const count = (name) => countOf(values[name], name);
  const shape = {
    images: count('images'),
    repositories: count('repositories'),
    platforms: count('platforms'),
    ownLayers: count('layers'),
    sharedLayers: count('shared-layers'),
  };
  return { ...values, shape, planned: count('planned'), concurrency: count('concurrency') };
};

const folder = mkdtempSync(join(tmpdir(), 'reslim-bench-'));
const opened = [];
const open = async (name) => {
  const registry = await startCountedRegistry(join(folder, name));
  opened.push(registry);
  return registry;
};
try {
  const { shape, concurrency, planned, json, markdown } = readFlags();
  const on = machine();
  const [source, target] = [await open('source'), await open('target')];
  say(`filling a registry with ${shape.images} images`);
  const sizes = await fillRegistry(source.host, shape);
  const runs = await measureRuns(shape, { source, target, sizes, concurrency, folder, say });
  const plans = [];
  for (const images of [...new Set([shape.images, planned])])
    plans.push(await measurePlan({ ...shape, images }, { open, folder, say }));
  const document = { schema: 1, machine: on, shape, concurrency, sizes, runs, plans };
  const text = describeScale(document);
  process.stdout.write(`${text}\n`);
  writeJson(json, document);
  writeMarkdown(markdown, 'mirror', text);
} catch (error) {
  say(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  await Promise.all(opened.map(({ close }) => close()));
  rmSync(folder, { recursive: true, force: true });
}
