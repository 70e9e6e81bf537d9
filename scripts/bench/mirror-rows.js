// Programs that keep copies of all tags of some repositories up to date, each in the fastest way that its manual describes.
// A row makes the settings of a program in `folder`, and returns the command lines of a run.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RESLIM } from './preparations.js';

/** JSON is YAML. */
const writeSettings = async (folder, settings) => {
  const path = join(folder, 'settings.yaml');
  await writeFile(path, JSON.stringify(settings));
  return path;
};

const reslim = {
  name: 'reslim mirror',
  isPeer: false,
  needs: [],
  prepare: async ({ from, to, repositories, folder }) => {
    const mirrors = repositories.map((name) => ({
      from: `docker://${from}/${name}`,
      to: `docker://${to}/${name}`,
      copy: true,
    }));
    const path = await writeSettings(folder, { mirrors });
    return [[process.execPath, RESLIM, 'mirror', path, '--quiet']];
  },
};

const regsync = {
  name: 'regsync',
  isPeer: true,
  needs: ['regsync'],
  note: 'with `parallel: 4`, as many images at once as reslim; by default it is one',
  prepare: async ({ from, to, repositories, folder }) => {
    const path = await writeSettings(folder, {
      version: 1,
      creds: [from, to].map((registry) => ({ registry, tls: 'disabled' })),
      defaults: { parallel: 4, skipDockerConfig: true },
      sync: repositories.map((name) => ({
        source: `${from}/${name}`,
        target: `${to}/${name}`,
        type: 'repository',
      })),
    });
    return [['regsync', 'once', '-c', path, '-v', 'error']];
  },
};

const skopeo = {
  name: 'skopeo sync',
  isPeer: true,
  needs: ['skopeo'],
  prepare: async ({ from, to, repositories, folder }) => {
    const images = Object.fromEntries(repositories.map((name) => [name, []]));
    const path = await writeSettings(folder, { [from]: { images, 'tls-verify': false } });
    const sync = ['skopeo', '--insecure-policy', 'sync', '--all', '--preserve-digests'];
    const places = ['--src', 'yaml', '--dest', 'docker', '--dest-tls-verify=false'];
    return [[...sync, ...places, path, `${to}/team`]];
  },
};

const crane = {
  name: 'crane copy --all-tags',
  isPeer: true,
  needs: ['crane'],
  note: 'one command for each repository',
  prepare: async ({ from, to, repositories }) =>
    repositories.map((name) => [
      ...['crane', 'copy', '--all-tags', '--insecure'],
      ...[`${from}/${name}`, `${to}/${name}`],
    ]),
};

/** The others are compared with the first. */
export const ROWS = [reslim, regsync, skopeo, crane];
