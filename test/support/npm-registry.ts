import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');

export interface NpmRegistry {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * An npm registry that has this build of reslim, as if it were published, and sends clients to the usual registry for
 * all other packages: `npx reslim@0.1.0` then does what it will do for users.
 */
export const startNpmRegistry = async (folder: string): Promise<NpmRegistry> => {
  const upstream = (await npm('config', 'get', 'registry')).trim();
  const tarball = await packReslim(folder);
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/reslim') sendPackument(response, urlOf(server), manifest, tarball);
    else if (path === '/reslim/-/reslim.tgz') response.end(tarball);
    else response.writeHead(302, { location: new URL(path.slice(1), upstream).href }).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: urlOf(server), close };
};

/** Without scripts: the build is there, and must not be made anew while other tests use it. */
const packReslim = async (folder: string): Promise<Buffer> => {
  const flags = ['--ignore-scripts', '--json', '--pack-destination', folder];
  const packed = JSON.parse(await npm('pack', ...flags)) as Readonly<
    Record<string, { readonly filename: string }>
  >;
  return readFile(join(folder, Object.values(packed)[0]?.filename ?? ''));
};

const sendPackument = (
  response: ServerResponse,
  url: string,
  manifest: { readonly version: string },
  tarball: Buffer,
): void => {
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const dist = { tarball: `${url}/reslim/-/reslim.tgz`, integrity };
  response.setHeader('content-type', 'application/json').end(
    JSON.stringify({
      name: 'reslim',
      'dist-tags': { latest: manifest.version },
      versions: { [manifest.version]: { ...manifest, dist } },
    }),
  );
};

const urlOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** npm tells its scripts where they run; this one runs at the root. */
const npm = async (...args: readonly string[]): Promise<string> => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name)),
  );
  const options = { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 };
  return (await promisify(execFile)('npm', args, options)).stdout;
};
