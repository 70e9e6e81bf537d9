// A registry that counts what it is asked: CNCF distribution (`docker-registry`), by its access log.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { endProcess } from '../end-process.js';
import { freePort } from '../free-port.js';

/** Apache's combined format: `… "GET /v2/ HTTP/1.1" 200 2 "" "…"`. */
const LINE = /"([A-Z]+) (\S+) HTTP\/1\.1" (\d+) (\d+)/;

/**
 * Starts one with its blobs in memory, so that no disk makes it slow. `take` returns what it was asked since the last
 * call: how often each method came, and the bytes of all answers.
 */
export const startCountedRegistry = async (folder) => {
  await mkdir(folder, { recursive: true });
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: false } },
    storage: { inmemory: {} },
    http: { addr: host, secret: 'the same in both' },
  };
  const path = join(folder, 'config.yml');
  // JSON is YAML.
  await writeFile(path, JSON.stringify(config));
  const server = spawn('docker-registry', ['serve', path], { stdio: ['ignore', 'pipe', 'ignore'] });
  let seen = nothing();
  createInterface({ input: server.stdout }).on('line', (line) => {
    const [, method, , , bytes] = LINE.exec(line) ?? [];
    if (method === undefined) return;
    seen.requests[method] = (seen.requests[method] ?? 0) + 1;
    seen.bytes += Number(bytes);
  });
  const close = () => endProcess(server);
  try {
    await untilUp(host);
  } catch (error) {
    await close();
    throw error;
  }
  const take = async () => {
    // The log is written after the answer.
    await wait(200);
    const taken = seen;
    seen = nothing();
    return taken;
  };
  return { host, take, close };
};

const nothing = () => ({ requests: {}, bytes: 0 });

const TRIES = 100;

const untilUp = async (host) => {
  for (let tried = 0; tried < TRIES; tried++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.ok) return;
    await wait(50);
  }
  throw new Error(`docker-registry does not answer at ${host}`);
};
