// CNCF distribution (`docker-registry`) on this machine, with what it was asked by its own access log.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { endProcess } from './end-process.js';
import { freePort } from './free-port.js';
import { untilUp } from './until-up.js';

/** Apache's combined format: `… "GET /v2/ HTTP/1.1" 200 2 "" "…"`. */
const LINE = /"([A-Z]+) (\S+) HTTP\/1\.1" (\d+) (\d+)/g;

/** Milliseconds without a new line after which the log is complete: it is written after the answer. */
const QUIET = 200;

/**
 * Starts an empty one with its blobs in memory, so that no disk makes it slow, or with `keepsFiles` below `folder`, as
 * registries usually have them.
 */
export const startDistribution = async (folder, { keepsFiles = false } = {}) => {
  await mkdir(folder, { recursive: true });
  const host = `127.0.0.1:${await freePort()}`;
  const storage = keepsFiles
    ? { filesystem: { rootdirectory: join(folder, 'data') } }
    : { inmemory: {} };
  const path = join(folder, 'config.yml');
  // JSON is YAML.
  await writeFile(path, JSON.stringify(configFor(host, storage)));
  const server = spawn('docker-registry', ['serve', path], { stdio: ['ignore', 'pipe', 'ignore'] });
  let log = '';
  server.stdout.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  const close = () => endProcess(server);
  try {
    await untilUp(host);
  } catch (error) {
    await close();
    throw error;
  }
  /** What it was asked since the last call; bytes are those of the answer's body. */
  const takeRequests = async () => {
    for (let before = -1; before < log.length; await wait(QUIET)) before = log.length;
    const lines = [...log.matchAll(LINE)];
    log = '';
    return lines.map(([, method, url, status, bytes]) => ({
      method,
      url,
      status: Number(status),
      bytes: Number(bytes),
    }));
  };
  return { host, takeRequests, close };
};

const configFor = (host, storage) => ({
  version: '0.1',
  log: { level: 'error', accesslog: { disabled: false } },
  storage,
  http: { addr: host, secret: 'the same in both' },
});
