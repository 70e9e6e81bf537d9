import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeCertificates, type Certificates } from './certificates.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

export const run = promisify(execFile);

/** A real registry on this machine. */
export interface Server {
  /** `127.0.0.1:PORT`, or `[::1]:PORT` */
  readonly host: string;
  /** Where it keeps its blobs. */
  readonly folder: string;
  readonly close: () => Promise<void>;
}

export const USER = { username: 'ada', password: 'analytical-engine' };

export interface DistributionOptions {
  readonly auth?: 'htpasswd' | 'token';
  /** @default 127.0.0.1 */
  readonly address?: '::1';
  /** Speaks TLS with a certificate of an authority of its own. */
  readonly tls?: boolean;
  /** Keeps blobs in memory: quick, and no load on the disk makes it slow. */
  readonly isInMemory?: boolean;
  /** @default true */
  readonly allowsDeletion?: boolean;
  /** Keeps its access log, for `requests`. */
  readonly accessLog?: boolean;
  /** Asks clients for a certificate, too. */
  readonly clientCertificates?: boolean;
  readonly tokenLifetime?: number;
  /** Where clients are sent for tokens instead of straight to the token server. */
  readonly realm?: string;
  /** Where it tells of pushes, and what it says there of itself. */
  readonly notifications?: { readonly url: string; readonly authorization: string };
}

export interface Distribution extends Server {
  readonly certificates?: Certificates | undefined;
  readonly tokens?: TokenServer | undefined;
  /** `METHOD PATH STATUS` of what it was asked, by its access log. */
  readonly requests?: () => readonly string[];
}

/** Starts CNCF distribution (`docker-registry`). */
export const startDistribution = async (
  options: DistributionOptions = {},
): Promise<Distribution> => {
  const folder = await mkdtemp(join(tmpdir(), 'reslim-registry-'));
  const port = await freePort(options.address);
  const host = `${options.address === '::1' ? '[::1]' : '127.0.0.1'}:${port}`;
  const certificates = options.tls ? await makeCertificates(folder) : undefined;
  const tokens =
    options.auth === 'token'
      ? await startTokenServer({
          lifetime: options.tokenLifetime ?? 300,
          realm: options.realm,
          certificateFolder: folder,
        })
      : undefined;
  const config = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: !options.accessLog } },
    storage: {
      ...(options.isInMemory
        ? { inmemory: {} }
        : { filesystem: { rootdirectory: join(folder, 'data') } }),
      delete: { enabled: options.allowsDeletion ?? true },
    },
    http: {
      addr: host,
      secret: 'the same in all of them',
      ...(certificates && {
        tls: {
          certificate: certificates.serverCert,
          key: certificates.serverKey,
          ...(options.clientCertificates && { clientcas: [certificates.ca] }),
        },
      }),
    },
    ...(await authSection(options.auth, folder, tokens)),
    ...(options.notifications && notificationSection(options.notifications)),
  };
  // JSON is YAML.
  const path = join(folder, 'config.yml');
  await writeFile(path, JSON.stringify(config));
  const stdout = options.accessLog ? 'pipe' : 'ignore';
  const child = spawn('docker-registry', ['serve', path], { stdio: ['ignore', stdout, 'pipe'] });
  const log: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  await started(child, host);
  const close = async (): Promise<void> => {
    await stop(child);
    await tokens?.close();
    await rm(folder, { recursive: true, force: true });
  };
  const requests = (): readonly string[] =>
    [...log.join('').matchAll(/"([A-Z]+) (\S+) HTTP\/1\.1" (\d+)/g)].map(
      ([, method, asked, status]) => `${method} ${asked} ${status}`,
    );
  return { host, folder: join(folder, 'data'), certificates, tokens, requests, close };
};

/** @see https://distribution.github.io/distribution/about/configuration/#notifications */
const notificationSection = ({
  url,
  authorization,
}: NonNullable<DistributionOptions['notifications']>) => ({
  notifications: {
    endpoints: [
      {
        name: 'test',
        url,
        headers: { Authorization: [authorization] },
        timeout: '1s',
        threshold: 3,
        backoff: '1s',
      },
    ],
  },
});

/** Starts the registry of go-containerregistry: another implementation, without auth and TLS. */
export const startCrane = async (): Promise<Server> => {
  const folder = await mkdtemp(join(tmpdir(), 'reslim-crane-'));
  await mkdir(join(folder, 'data'));
  const disk = join(folder, 'data');
  return startProgram(folder, 'crane', (address) => [
    'registry',
    'serve',
    '--address',
    address,
    '--disk',
    disk,
  ]);
};

/** Starts the same registry with the referrers API, which `crane` leaves off; blobs are in memory. */
export const startReferrersRegistry = async (): Promise<Server> => {
  const folder = await mkdtemp(join(tmpdir(), 'reslim-referrers-'));
  return startProgram(folder, 'reslim-referrers-registry', (address) => [address]);
};

const startProgram = async (
  folder: string,
  command: string,
  args: (address: string) => readonly string[],
): Promise<Server> => {
  const host = `127.0.0.1:${await freePort()}`;
  const child = spawn(command, args(host), { stdio: ['ignore', 'ignore', 'pipe'] });
  await started(child, host);
  const close = async (): Promise<void> => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
  return { host, folder, close };
};

/** A port that nobody listens on. */
export const freePort = (address = '127.0.0.1'): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, address, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const authSection = async (
  auth: DistributionOptions['auth'],
  folder: string,
  tokens: TokenServer | undefined,
): Promise<object> => {
  if (auth === 'htpasswd') {
    const { stdout } = await run('htpasswd', ['-nbB', USER.username, USER.password]);
    const path = join(folder, 'htpasswd');
    await writeFile(path, stdout.trim() + '\n');
    return { auth: { htpasswd: { realm: 'test', path } } };
  }
  if (!tokens) return {};
  const { realm, service, issuer, rootCertificate } = tokens;
  return { auth: { token: { realm, service, issuer, rootcertbundle: rootCertificate } } };
};

const started = async (child: ChildProcess, host: string): Promise<void> => {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${said}`);
    if (await answers(host)) return;
    await sleep(50);
  }
  throw new Error(`the server did not start: ${said}`);
};

const answers = async (host: string): Promise<boolean> => {
  try {
    await fetch(`http://${host}/v2/`);
    return true;
  } catch (error) {
    // A TLS server answers, too, only not in plain http.
    return (error as { cause?: { code?: string } }).cause?.code !== 'ECONNREFUSED';
  }
};

const stop = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
