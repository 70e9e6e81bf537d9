import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startReslim, tryReslim } from '../support/try-reslim.ts';
import {
  run,
  startDistribution,
  type Distribution,
} from '../transport/registry/support/servers.ts';

const RULES = join(import.meta.dirname, '../../dashboards/rules.yaml');
const BOARD = join(import.meta.dirname, '../../dashboards/grafana.json');
const NEEDED = ['root', 'podman', 'docker-registry', 'prometheus', 'promtool'];

/** The line of a team: build → slim → check → push → exporter → Prometheus → alert. Every part is the real one. */
describe.runIf(requireTools(...NEEDED))('an image that grows', () => {
  const folder = tempFolder();
  const base = randomBytes(400_000);
  const children: ChildProcess[] = [];
  let registry: Distribution;
  let exporter: string;
  let prometheus: string;

  beforeAll(async () => {
    registry = await startDistribution();
    [exporter, prometheus] = [await freeAddress(), await freeAddress()];
  });
  afterAll(async () => {
    for (const child of children) child.kill();
    await registry?.close();
  });

  /** Builds an image with so many bytes beside the base, slims and checks it, and pushes the result as `latest`. */
  const publish = async (tag: string, more: number): Promise<void> => {
    const context = join(folder, tag);
    await mkdir(join(context, 'logs'), { recursive: true });
    await writeFile(join(context, 'app'), base);
    await writeFile(join(context, 'data'), randomBytes(more));
    await writeFile(join(context, 'logs/build.log'), randomBytes(100_000));
    const lines = [
      'FROM scratch',
      'COPY app /app',
      'COPY data /data',
      'COPY logs /var/log',
      'CMD ["/app"]',
    ];
    await writeFile(join(context, 'Dockerfile'), lines.join('\n'));
    const podman = [
      '--root',
      join(folder, 'storage'),
      '--runroot',
      join(folder, 'run'),
      '--storage-driver',
      'vfs',
    ];
    await run('podman', [
      ...podman,
      'build',
      '--isolation',
      'chroot',
      '-q',
      '-t',
      `shop:${tag}`,
      context,
    ]);
    await run('podman', [
      ...podman,
      'save',
      '--format',
      'oci-archive',
      '-o',
      join(folder, `${tag}.tar`),
      `localhost/shop:${tag}`,
    ]);
    const slim = join(folder, `${tag}-slim.tar`);
    await runReslim(join(folder, `${tag}.tar`), '-o', slim);
    const check = await tryReslim([
      'check',
      slim,
      '--max-size',
      '1MB',
      '--deny',
      '/var/log/**',
      '--quiet',
    ]);
    expect(check).toMatchObject({ status: 0 });
    await runReslim('copy', slim, `docker://${registry.host}/shop/app:latest`);
    await runReslim('copy', slim, `docker://${registry.host}/shop/app:${tag}`);
  };

  const startWatching = async (): Promise<void> => {
    const repository = { name: `${registry.host}/shop/app`, labels: { environment: 'production' } };
    const config = join(folder, 'exporter.yaml');
    await writeFile(config, JSON.stringify({ interval: '1s', repositories: [repository] }));
    children.push(startReslim(['exporter', config, '--listen', exporter]));
    const settings = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [RULES],
      scrape_configs: [{ job_name: 'reslim', static_configs: [{ targets: [exporter] }] }],
    };
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(settings));
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=${prometheus}`,
    ];
    children.push(spawn('prometheus', args, { stdio: 'ignore' }));
  };

  const ask = async <T>(path: string): Promise<T | undefined> => {
    try {
      const answer = await fetch(`http://${prometheus}/api/v1/${path}`);
      return ((await answer.json()) as { readonly data?: T }).data;
    } catch {
      return undefined;
    }
  };
  const query = async (
    expression: string,
  ): Promise<readonly { value: [number, string] }[] | undefined> =>
    (
      await ask<{ result: readonly { value: [number, string] }[] }>(
        `query?query=${encodeURIComponent(expression)}`,
      )
    )?.result;
  const alerts = async () =>
    (await ask<{ alerts: readonly Alert[] }>('alerts'))?.alerts.filter(
      ({ labels }) => labels['alertname'] === 'ImageGrew',
    );

  test('fires the alert, and trend says why', { timeout: 180_000 }, async () => {
    await publish('1.0', 100_000);
    await startWatching();
    const size = await until(async () => (await query('reslim_image_size_bytes'))?.[0]?.value[1]);
    expect(Number(size)).toBeGreaterThan(500_000);
    expect(Number(size)).toBeLessThan(520_000);
    await until(async () => ((await query('reslim:image_growth:ratio1d'))?.length ?? 0) > 0);
    expect(await alerts()).toEqual([]);

    await publish('1.1', 160_000);
    const [alert] = await until(async () => {
      const found = await alerts();
      return found && found.length > 0 ? found : undefined;
    });
    expect(alert).toMatchObject({
      state: 'firing',
      labels: {
        repository: 'shop/app',
        tag: 'latest',
        environment: 'production',
        severity: 'warning',
      },
      annotations: {
        summary: expect.stringMatching(/shop\/app:latest grew by 1[12]\.\d+%/) as string,
      },
    });

    const trend = await tryReslim(['trend', `${registry.host}/shop/app`, '--exit-code']);
    expect(trend.status).toBe(3);
    expect(trend.stdout).toMatch(/1\.1 .*\+1[12]\.\d %  grown/);

    const board = JSON.parse(await readFile(BOARD, 'utf8')) as Board;
    for (const { title, targets } of board.panels)
      for (const { expr } of targets) {
        const found = await query(expr.replaceAll(/\$\w+/g, '.*'));
        const isOld = expr.includes('offset 30d');
        expect(found?.length ?? 'no answer', `${title}: ${expr}`).toBe(isOld ? 0 : 1);
      }
  });
});

interface Alert {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Board {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

/** Waits until there is an answer. */
const until = async <T>(look: () => Promise<T | false | undefined>): Promise<T> => {
  const end = performance.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error('it never happened');
    await sleep(250);
  }
};

const freeAddress = (): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(`127.0.0.1:${port}`));
    });
  });
