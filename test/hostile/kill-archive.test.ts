import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { openLyingLayout } from '../../fixtures/hostile/lying-layout.ts';
import { APP, tinyTar } from '../../fixtures/hostile/tiny-tar.ts';
import { RESLIM } from '../support/try-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { isLong } from './run-hostile.ts';

/** Runs that write an archive are ended: the file is byte for byte the old one or the new one. */

const KILL_AT_OP = pathToFileURL(join(import.meta.dirname, 'kill-at-op.js')).href;
const POINTS = isLong ? 40 : 8;

const root = tempFolder();
const source = join(root, 'source');
const OLD = Buffer.from('the archive that was there');
let whole: Buffer;
let operations: number;

interface Run {
  readonly status: number | null;
  readonly stderr: string;
}

const run = async (place: string, env: Readonly<Record<string, string>>): Promise<Run> => {
  const args = [
    `oci:${source}:x`,
    '-o',
    `oci-archive:${join(place, 'out/image.tar')}:x`,
    '--quiet',
  ];
  const child = spawn(process.execPath, ['--import', KILL_AT_OP, RESLIM, ...args], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      RESLIM_NO_CACHE: '1',
      TMPDIR: join(place, 'temp'),
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stderr };
};

const openPlace = async (name: string): Promise<string> => {
  const place = join(root, name);
  for (const folder of ['out', 'temp']) await mkdir(join(place, folder), { recursive: true });
  return place;
};

const archiveOf = (place: string): Promise<Buffer> => readFile(join(place, 'out/image.tar'));

const leftIn = async (place: string): Promise<string[]> => [
  ...(await readdir(join(place, 'temp'))),
  ...(await readdir(join(place, 'out'))).filter((name) => name !== 'image.tar'),
];

beforeAll(async () => {
  const data = tinyTar(
    { name: 'usr/', flag: '5' },
    { name: 'usr/data', body: randomBytes(600_000) },
  );
  await (await openLyingLayout(source)).image({ layers: [APP, data] });
  const place = await openPlace('clean');
  const { status, stderr } = await run(place, {});
  expect(status, stderr).toBe(0);
  operations = Number(/operations: (\d+)/.exec(stderr)?.[1]);
  whole = await archiveOf(place);
}, 120_000);

describe.concurrent('an archive whose run is ended', () => {
  for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM']) {
    test(`by ${signal} holds the old image or the new one`, { timeout: 600_000 }, async () => {
      const place = await openPlace(signal);
      for (let point = 0; point < POINTS; point++) {
        const at = 1 + Math.floor((point * operations) / POINTS);
        const what = `${signal} at operation ${at}`;
        await writeFile(join(place, 'out/image.tar'), OLD);
        const { status } = await run(place, { KILL_AT: String(at), KILL_SIGNAL: signal });
        const found = await archiveOf(place);
        expect(found.equals(OLD) || found.equals(whole), what).toBe(true);
        if (status !== null) expect(await leftIn(place), what).toEqual([]);
      }
      expect(await run(place, {})).toMatchObject({ status: 0 });
      expect((await archiveOf(place)).equals(whole)).toBe(true);
      expect(await leftIn(place)).toEqual([]);
    });
  }
});
