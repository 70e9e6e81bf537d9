import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLyingLayout, TAG } from '../../fixtures/hostile/lying-layout.ts';
import { APP, tinyTar } from '../../fixtures/hostile/tiny-tar.ts';
import { RESLIM } from '../support/try-reslim.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openLineProcess, type LineProcess } from './line-process.ts';
import { isLong } from './run-hostile.ts';

/*
 * Runs are ended at every operation on the file system, and at many moments, by each signal. Then: the
 * layout is valid (says a program of its own), its tag is the old image or the new one, and the next
 * run cleans up after the killed one.
 */

const KILL_AT_OP = pathToFileURL(join(import.meta.dirname, 'kill-at-op.js')).href;
const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGTERM'] as const;
/** How many of the points are tried: 1 is 320 of them; RESLIM_KILL_SHARE=4 tries nearly every operation. */
const SHARE = Number(process.env['RESLIM_KILL_SHARE'] ?? (isLong ? 1 : 0.2));
/** Tidying up after SIGINT and SIGTERM happens in one place, so that fewer points will do. */
const OPERATIONS = { SIGKILL: 160 * SHARE, SIGINT: 45 * SHARE, SIGTERM: 30 * SHARE };
const MOMENTS = 30 * SHARE;

const root = tempFolder();
const source = join(root, 'source');
const template = join(root, 'template');
let oldDigest: string;
let newDigest: string;
let checker: LineProcess;
let operations: number;
let duration: number;
let points = 0;

beforeAll(async () => {
  const body = Buffer.concat([
    randomBytes(600_000),
    Buffer.alloc(900_000, 'some text that repeats '),
  ]);
  const layout = await openLyingLayout(source);
  const layers = [
    APP,
    tinyTar({ name: 'usr/', flag: '5' }, { name: 'usr/data', body }),
    tinyTar({ name: 'etc/.wh.hosts' }),
  ];
  await layout.image({ layers });
  const before = await openLyingLayout(template);
  const old = await before.image({ layers: [APP] });
  // The old image has another name, too: what a moved tag leaves behind is no litter of ours.
  const manifests = ['x', 'old'].map((tag) => ({ ...old, annotations: { [TAG]: tag } }));
  await before.index({ schemaVersion: 2, manifests });
  oldDigest = old.digest;
  checker = openLineProcess('python3', ['-B', join(import.meta.dirname, 'check-layouts.py')]);
  const clean = await openPlace('clean');
  const started = performance.now();
  const { stderr } = await clean.run({});
  duration = performance.now() - started;
  operations = Number(/operations: (\d+)/.exec(stderr)?.[1]);
  newDigest = (await clean.check(true))['x'] as string;
  clean.close();
}, 120_000);

afterAll(() => {
  checker.close();
  process.stderr.write(
    `killed at ${points} points of ${operations} operations and ${Math.round(duration)} ms\n`,
  );
});

interface Place {
  readonly temp: string;
  readonly target: string;
  reset(): Promise<void>;
  run(
    env: Readonly<Record<string, string>>,
    kill?: { after: number; signal: NodeJS.Signals },
  ): Promise<{ status: number | null; signal: string | null; stderr: string }>;
  /** Tags and their digests; throws where the layout is broken. */
  check(strict: boolean): Promise<Record<string, string>>;
  /** A clean run, in another process. */
  again(): Promise<string>;
  close(): void;
}

const openPlace = async (name: string): Promise<Place> => {
  const temp = join(root, `temp-${name}`);
  const target = join(root, `target-${name}`);
  await mkdir(temp);
  await cp(template, target, { recursive: true });
  let server: ChildProcess | undefined;
  const args = [`oci:${source}:x`, '-o', `oci:${target}:x`];
  return {
    temp,
    target,
    reset: async () => {
      await rm(target, { recursive: true });
      await cp(template, target, { recursive: true });
    },
    run: async (env, kill) => {
      const child = spawn(process.execPath, ['--import', KILL_AT_OP, RESLIM, ...args], {
        cwd: root,
        env: { PATH: process.env['PATH'] ?? '', RESLIM_NO_CACHE: '1', TMPDIR: temp, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      const timer = kill && setTimeout(() => child.kill(kill.signal), kill.after);
      const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
      clearTimeout(timer);
      return { status, signal, stderr };
    },
    check: async (strict) => {
      const { tags, problem } = JSON.parse(
        await checker.ask(strict ? `${target}\tstrict` : target),
      ) as {
        tags?: Record<string, string>;
        problem?: string;
      };
      if (!tags) throw new Error(`broken layout: ${problem}`);
      return tags;
    },
    again: async () => {
      if (!server) {
        server = fork(join(import.meta.dirname, 'slim-server.js'), {
          env: { ...process.env, TMPDIR: temp },
          cwd: root,
        });
        await once(server, 'message');
      }
      server.send({ source: `oci:${source}:x`, target: `oci:${target}:x` });
      const [{ digest, error }] = (await once(server, 'message')) as [
        { digest?: string; error?: string },
      ];
      if (digest === undefined) throw new Error(error);
      return digest;
    },
    close: () => server?.disconnect(),
  };
};

/** One killed run and what must hold after it. */
const killOnce = async (
  place: Place,
  signal: NodeJS.Signals,
  how: { at: number } | { after: number },
): Promise<void> => {
  await place.reset();
  const env = 'at' in how ? { KILL_AT: String(how.at), KILL_SIGNAL: signal } : {};
  const outcome = await place.run(env, 'after' in how ? { after: how.after, signal } : undefined);
  const what = `${signal} ${JSON.stringify(how)}: ${JSON.stringify(outcome)}`;
  points++;
  const tags = await place.check(false);
  expect([oldDigest, newDigest], what).toContain(tags['x']);
  const wasOver = outcome.status === 0;
  if (signal === 'SIGKILL') expect(wasOver || outcome.signal === 'SIGKILL', what).toBe(true);
  // Before the program runs at all, signals end Node as they end any process.
  else if (outcome.signal === null) {
    expect([0, 130], what).toContain(outcome.status);
    if (!wasOver)
      expect(outcome.stderr.replace(/operations: \d+\n/, ''), what).toBe('error: interrupted\n');
    expect(await readdir(place.temp), what).toEqual([]);
    await place.check(true);
  }
  if (wasOver) expect(tags['x'], what).toBe(newDigest);
  expect(await place.again(), what).toBe(newDigest);
  expect(await place.check(true), what).toEqual({ x: newDigest, old: oldDigest });
  expect(await readdir(place.temp), what).toEqual([]);
};

describe.runIf(requireTools('python3')).concurrent('a run that is ended', () => {
  for (const signal of SIGNALS) {
    test(
      `by ${signal} at any operation leaves the layout usable`,
      { timeout: 1_200_000 },
      async () => {
        const place = await openPlace(`${signal}-operation`);
        const step = Math.max(1, operations / OPERATIONS[signal]);
        for (let at = 1; at <= operations + 1; at += step)
          await killOnce(place, signal, { at: Math.floor(at) });
        place.close();
      },
    );

    test(
      `by ${signal} at any moment leaves the layout usable`,
      { timeout: 1_200_000 },
      async () => {
        const place = await openPlace(`${signal}-moment`);
        for (let at = 0; at < MOMENTS; at++)
          await killOnce(place, signal, { after: (duration * 1.1 * at) / MOMENTS });
        place.close();
      },
    );
  }
});

test.runIf(requireTools('python3'))(
  'runs were ended at as many points as the environment asked for',
  () => {
    expect(points).toBeGreaterThanOrEqual(300 * Math.min(1, SHARE));
  },
);

test.runIf(requireTools('umoci'))('umoci reads the layout after a run was killed', async () => {
  const place = await openPlace('umoci');
  await place.run({ KILL_AT: String(Math.floor(operations * 0.8)) });
  const stat = execFileSync('umoci', ['stat', '--image', `${place.target}:x`, '--json'], {
    encoding: 'utf8',
  });
  expect(JSON.parse(stat)).toHaveProperty('history');
});
