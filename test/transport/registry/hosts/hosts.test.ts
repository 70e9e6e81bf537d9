import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Pace } from '../../../../src/api/hosts.ts';
import { parseImageName } from '../../../../src/oci/image-name.ts';
import { createLocalPace } from '../../../../src/transport/registry/hosts/local-pace.ts';
import {
  openHosts,
  type OpenHostsOptions,
} from '../../../../src/transport/registry/hosts/open-hosts.ts';
import { openRegistrySource } from '../../../../src/transport/registry/registry-source.ts';
import { openRegistryTarget } from '../../../../src/transport/registry/registry-target.ts';
import { byPassword } from '../../../support/registry/access.ts';
import { requireTools } from '../../../support/requires.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { isolated } from '../support/fast.ts';
import { makeImage, pull } from '../support/images.ts';
import { describeRegistries } from '../support/registries.ts';
import { USER } from '../support/servers.ts';
import { BASIC, pullFrom, pushTo } from '../support/transfer.ts';
import {
  byMethod,
  mostWithin,
  startWatchedRegistry,
  type WatchedOptions,
  type WatchedRegistry,
} from './support/watched-registry.ts';

const hostsFor = (options: OpenHostsOptions = {}) => {
  const hosts = openHosts(options);
  onTestFinished(() => hosts.close());
  return hosts;
};

const registryWith = async (options: WatchedOptions = {}): Promise<WatchedRegistry> => {
  const registry = await startWatchedRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
};

const forget = ({ seen }: WatchedRegistry): void => void seen.splice(0);

describe('sessions that share their hosts', () => {
  test('find the registry once, and send through the same connections', async () => {
    const registry = await registryWith();
    await pushTo(`${registry.host}/app:1.0`, makeImage());
    forget(registry);
    const before = new Set(registry.connections);
    const hosts = hostsFor({ policies: { [registry.host]: { concurrency: 3 } } });
    const name = `${registry.host}/app:1.0`;
    await Promise.all(Array.from({ length: 12 }, () => pullFrom(name, { hosts })));
    expect(registry.seen.filter(({ path }) => path === '/v2/')).toHaveLength(1);
    expect(registry.connections.size - before.size).toBeLessThanOrEqual(3);
  });

  test('count all their requests, and the bytes of their bodies', async () => {
    const registry = await registryWith();
    const image = makeImage();
    const hosts = hostsFor();
    await pushTo(`${registry.host}/app:1.0`, image, { options: { hosts } });
    await pullFrom(`${registry.host}/app:1.0`, { hosts });
    const size = image.parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const [traffic, ...others] = hosts.traffic();
    expect(others).toEqual([]);
    expect(traffic).toMatchObject({
      host: registry.host,
      requests: byMethod(registry.seen),
      waitedMs: 0,
    });
    // The manifest is sent twice, by digest and by tag. What is received includes errors and `{}`.
    expect(traffic?.bytesSent).toBe(size + image.root.size);
    expect(traffic?.bytesReceived).toBeGreaterThanOrEqual(size);
    expect(traffic?.bytesReceived).toBeLessThan(size + 5000);
  });

  test('never have more requests under way than the policy allows', async () => {
    const registry = await registryWith({ delay: 20 });
    const hosts = hostsFor({ policies: { [registry.host]: { concurrency: 2 } } });
    const names = Array.from({ length: 6 }, (_, at) => `${registry.host}/app-${at}:1.0`);
    await Promise.all(names.map((name) => pushTo(name, makeImage(), { options: { hosts } })));
    await Promise.all(names.map((name) => pullFrom(name, { hosts })));
    expect(registry.atOnce()).toBe(2);
  });

  test('keep to limits that come later, where no policy says otherwise', async () => {
    const registry = await registryWith({ delay: 20 });
    const push = async (hosts: ReturnType<typeof hostsFor>): Promise<void> => {
      const names = Array.from({ length: 4 }, (_, at) => `${registry.host}/app-${at}:1.0`);
      await Promise.all(names.map((name) => pushTo(name, makeImage(), { options: { hosts } })));
    };
    const hosts = hostsFor({ policies: { 'other.example': { concurrency: 5 } } });
    hosts.limit({ [registry.host]: { concurrency: 2 }, 'other.example': {} });
    await push(hosts);
    expect(registry.atOnce()).toBe(2);
    hosts.limit({ [registry.host]: {} });
    await push(hosts);
    expect(registry.atOnce()).toBeGreaterThan(2);
    const own = await registryWith({ delay: 20 });
    const strict = hostsFor({ policies: { [own.host]: { concurrency: 1 } } });
    strict.limit({ [own.host]: { concurrency: 4 } });
    const names = [1, 2, 3].map((at) => `${own.host}/app-${at}:1.0`);
    await Promise.all(
      names.map((name) => pushTo(name, makeImage(), { options: { hosts: strict } })),
    );
    expect(own.atOnce()).toBe(1);
  });

  test('do not block themselves when they push what they pull from the same host', async () => {
    const registry = await registryWith();
    const image = makeImage();
    await pushTo(`${registry.host}/from:1.0`, image);
    const hosts = hostsFor({ policies: { [registry.host]: { concurrency: 1 } } });
    const copy = async (to: number): Promise<void> => {
      const options = isolated({ hosts });
      const source = await openRegistrySource(parseImageName(`${registry.host}/from:1.0`), options);
      const target = openRegistryTarget(parseImageName(`${registry.host}/to-${to}:1.0`), options);
      const blobs = image.parts.slice(0, 3);
      await Promise.all(
        blobs.map(({ descriptor: { mediaType, ...expected } }) =>
          target.put(source.open({ mediaType, ...expected }), { mediaType, expected }),
        ),
      );
      await target.close();
      await source.close();
    };
    await Promise.all([1, 2, 3].map(copy));
    expect(registry.content.get('to-3')?.blobs.size).toBe(3);
  });

  test('keep the rate of the policy in any window, with many sessions', async () => {
    const registry = await registryWith();
    const policies = { '127.0.0.1': { rate: 20 } };
    // What is let through is measured, since arrivals on a busy machine are late by chance.
    const local = createLocalPace();
    const sent: { at: number }[] = [];
    const pace: Pace = {
      ...local,
      take: async (...of) => {
        const waited = await local.take(...of);
        sent.push({ at: Date.now() });
        return waited;
      },
    };
    const hosts = hostsFor({ policies, pace, window: 700 });
    const names = Array.from({ length: 4 }, (_, at) => `${registry.host}/app-${at}:1.0`);
    await Promise.all(names.map((name) => pushTo(name, makeImage(), { options: { hosts } })));
    expect(sent.length).toBeGreaterThanOrEqual(registry.seen.length);
    expect(registry.seen.length).toBeGreaterThan(40);
    expect(mostWithin(700, sent)).toBeLessThanOrEqual(20);
    expect(hosts.traffic()[0]?.waitedMs).toBeGreaterThan(1000);
  });

  test('go on when one of them is closed or stopped', async () => {
    const registry = await registryWith({ delay: 60 });
    const hosts = hostsFor();
    await pushTo(`${registry.host}/app:1.0`, makeImage());
    const image = parseImageName(`${registry.host}/app:1.0`);
    const stop = new AbortController();
    const stopped = openRegistrySource(image, isolated({ hosts, signal: stop.signal }));
    const other = pullFrom(`${registry.host}/app:1.0`, { hosts });
    await sleep(20);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect(await other).toHaveProperty('size', 4);
    const closed = await openRegistrySource(image, isolated({ hosts }));
    const reading = pull(closed);
    reading.catch(() => {});
    await sleep(20);
    await closed.close();
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    expect(await pullFrom(`${registry.host}/app:1.0`, { hosts })).toHaveProperty('size', 4);
  });

  test('stop waiting for the rate when they are stopped', async () => {
    const registry = await registryWith();
    const hosts = hostsFor({ policies: { [registry.host]: { rate: 1 } } });
    const stop = new AbortController();
    const pulling = pullFrom(`${registry.host}/app:1.0`, { hosts, signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(pulling).rejects.toMatchObject({ code: 'aborted' });
  });
});

describeRegistries('sessions that share the hosts', { distribution: ['openssl'] }, (start) => {
  test('ask once for each token, and are not challenged again', async () => {
    const server = await start({ auth: 'token' });
    onTestFinished(() => server.close());
    const image = makeImage();
    const options = { credential: BASIC };
    await pushTo(`${server.host}/secret/app:1.0`, image, { options });
    server.tokens?.requests.splice(0);
    const hosts = hostsFor();
    const name = `${server.host}/secret/app:1.0`;
    await Promise.all(
      Array.from({ length: 10 }, () => pullFrom(name, { hosts, credential: BASIC })),
    );
    expect(server.tokens?.requests).toHaveLength(1);
    // Somebody else's token is not theirs.
    await expect(pullFrom(name, { hosts })).rejects.toMatchObject({ status: 401 });
    await pullFrom(name, { hosts, credential: BASIC });
    expect(server.tokens?.requests.filter(({ user }) => user !== undefined)).toHaveLength(1);
  });
});

test.runIf(requireTools('sh'))('sessions ask a credential helper once', async () => {
  const home = tempFolder();
  const credential = JSON.stringify({ Username: USER.username, Secret: USER.password });
  const helper = join(home, 'docker-credential-counting');
  writeFileSync(helper, `#!/bin/sh\necho x >> ${home}/calls\necho '${credential}'\n`, {
    mode: 0o755,
  });
  const registry = await registryWith({ access: byPassword(USER) });
  mkdirSync(join(home, '.docker'));
  const config = { credHelpers: { [registry.host]: 'counting' } };
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify(config));
  const hosts = hostsFor();
  const env = { PATH: `${home}:${process.env['PATH']}` };
  const names = Array.from({ length: 5 }, (_, at) => `${registry.host}/app-${at}:1.0`);
  await Promise.all(
    names.map((name) => pushTo(name, makeImage({ layers: [] }), { options: { hosts, home, env } })),
  );
  expect(readFileSync(join(home, 'calls'), 'utf8')).toBe('x\n');
});

test.each([
  [{ concurrency: 0 }, 'concurrency of registry.example must be a whole number from 1 on: 0'],
  [{ rate: 0.5 }, 'rate of registry.example must be a whole number from 1 on: 0.5'],
  [{ floor: -1 }, 'floor of registry.example must be a whole number from 0 on: -1'],
])('a policy is refused: %j', (policy, message) => {
  expect(() => openHosts({ policies: { 'registry.example': policy } })).toThrow(message);
});
