import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import {
  mirrorArgs,
  newMachine,
  rawManifest,
  startTwoRegistries,
  type TwoRegistries,
} from '../support/two-registries.ts';
import { outcomeOf, startReslim, tryReslim, type Outcome } from '../support/try-reslim.ts';
import type { FaultProxy, Rule } from '../transport/registry/support/fault-proxy.ts';
import { makeImage, makeIndex, type TestImage } from '../transport/registry/support/images.ts';
import type { Distribution } from '../transport/registry/support/servers.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

/*
 * A mirror of many tags, each an index of two platforms, between two real registries: what a run, a second one, one that
 * meets a failing registry and one that is killed again and again leave at the target, by what other programs read there
 * and by what the servers were asked.
 */

const LONG = process.env['RESLIM_LONG'] === '1';
const TAGS = Array.from({ length: LONG ? 200 : 24 }, (_, at) => `1.${at}.0`);
const KILLS = LONG ? 20 : 6;

const platformOf = async (architecture: string, word: string): Promise<TestImage> =>
  makeImage({
    layers: [
      await layerTar(
        entriesOf(['usr/', `usr/base=${'b'.repeat(40_000)}`, 'var/', 'var/log/', 'var/log/x=x']),
      ),
      await layerTar(entriesOf(['app/', `app/main=${word}`])),
    ],
    architecture,
    isCompressed: true,
  });
const imageOf = async (word: string): Promise<TestImage> =>
  makeIndex([await platformOf('amd64', word), await platformOf('arm64', word)]);

describe.runIf(requireTools('docker-registry', 'skopeo'))('a mirror of many tags', () => {
  let registries: TwoRegistries;
  let sourceServer: Distribution;
  let targetServer: Distribution;
  let source: FaultProxy;
  let target: FaultProxy;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    registries = await startTwoRegistries();
    ({ sourceServer, targetServer, source, target } = registries);
    for (const tag of TAGS)
      await pushTo(`${sourceServer.host}/shop/app:${tag}`, await imageOf(tag));
  });
  beforeEach(() => {
    env = newMachine();
    for (const proxy of [source, target]) Object.assign(proxy, { rules: [], seen: [] });
  });
  afterAll(() => registries?.close());

  const argsFor = (to: string, ...args: readonly string[]): readonly string[] =>
    mirrorArgs(registries, ['shop/app', to], ...args);
  const mirror = (to: string, ...args: readonly string[]): Promise<Outcome> =>
    tryReslim(argsFor(to, ...args), { env });
  /** How often each status came. */
  const statusesOf = ({ stdout }: Outcome): Readonly<Record<string, number>> => {
    const { images } = JSON.parse(stdout) as { images: { status: string }[] };
    const counts: Record<string, number> = {};
    for (const { status } of images) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };
  const writes = (tag = /\/manifests\/1\./): readonly string[] =>
    target.seen
      .filter(({ method, path }) => method === 'PUT' && tag.test(path))
      .map(({ path }) => path);

  test('is complete after a run, and costs a HEAD on either side in the next', async () => {
    const first = await mirror('m/first', '--json', '--concurrency', '16');
    expect(statusesOf(first)).toEqual({ done: TAGS.length });
    expect(first.stderr).toBe('');
    expect(writes()).toHaveLength(TAGS.length);
    for (const proxy of [source, target]) proxy.seen.splice(0);
    expect(statusesOf(await mirror('m/first', '--json'))).toEqual({ unchanged: TAGS.length });
    const asked = [source, target].map(({ seen }) =>
      seen
        .map(({ method, path }) => `${method} ${path}`)
        .filter((line) => !line.startsWith('HEAD ')),
    );
    expect(asked).toEqual([['GET /v2/', 'GET /v2/shop/app/tags/list?n=1000'], ['GET /v2/']]);
    expect(source.seen).toHaveLength(TAGS.length + 2);
    expect(target.seen).toHaveLength(TAGS.length + 1);
  });

  test('is complete in the end where a registry fails one request in ten', async () => {
    let count = 0;
    const oneInTen: Rule = {
      matches: () => ++count % 10 === 0,
      times: Infinity,
      act: ({ reply }) => reply({ status: 503, headers: {}, body: Buffer.alloc(0) }),
    };
    source.rules = [oneInTen];
    target.rules = [oneInTen];
    expect(statusesOf(await mirror('m/failing', '--copy', '--json'))).toEqual({
      done: TAGS.length,
    });
    expect(source.fired + target.fired).toBeGreaterThan(20);
    for (const tag of TAGS)
      expect(await rawManifest(`m/failing:${tag}`, targetServer)).toBe(
        await rawManifest(`shop/app:${tag}`, sourceServer),
      );
  });

  test(`finishes where it is killed ${KILLS} times, and does nothing twice that it had finished`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const child = startReslim(argsFor('m/killed', '--copy'), { env });
      const before = writes().length;
      // Somewhere in the middle of an image, a few images on.
      while (writes().length < before + 2 && child.exitCode === null) await sleep(5);
      child.kill('SIGKILL');
      await outcomeOf(child);
    }
    const result = statusesOf(await mirror('m/killed', '--copy', '--json'));
    expect((result['done'] ?? 0) + (result['unchanged'] ?? 0)).toBe(TAGS.length);
    for (const tag of TAGS)
      expect(await rawManifest(`m/killed:${tag}`, targetServer)).toBe(
        await rawManifest(`shop/app:${tag}`, sourceServer),
      );
    // A tag whose PUT was under way when its run was killed may be put again: one for each image at once.
    expect(writes().length).toBeLessThanOrEqual(TAGS.length + KILLS * 4);
    const answered = new Set(writes());
    expect(answered.size).toBe(TAGS.length);
  });
});
