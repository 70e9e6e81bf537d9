import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildImage } from '../../fixtures/images/build.ts';
import { startRedis } from '../queue/support/redis.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { reachesNpm, requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { runReslim } from '../support/run-reslim.ts';
import { GREETING, writeShellImage } from '../support/shell-image.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startPodman } from '../transport/engine/support/engines.ts';
import { makeImage } from '../transport/registry/support/images.ts';
import { startDistribution, USER } from '../transport/registry/support/servers.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

const ROOT = join(import.meta.dirname, '../..');
const NAME = `localhost/reslim-test-${process.pid}`;
const [BASE, RUNTIME, FULL, SLIM] = ['base', 'runtime', 'full', 'slim'].map(
  (tag) => `${NAME}:${tag}`,
) as [string, string, string, string];

/** What the image of Google's distroless for C++ is made of. */
const RUNTIME_PACKAGES = 'base-files,libc6,libgcc-s1,libstdc++6,tzdata';

const TOOLS = [
  'root',
  'ldd',
  'podman',
  'runc',
  'skopeo',
  'mmdebstrap',
  'docker-registry',
  'htpasswd',
];

/** As locked as docs/container.md says; the limits are for a confined machine. */
const RUN = [
  ...['--runtime', 'runc', 'run', '--rm', '--network', 'host', '--read-only', '--tmpfs', '/tmp'],
  ...['--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
  ...['--ulimit', 'nofile=1000:1000', '--ulimit', 'nproc=1000:1000'],
];

describe.runIf(requireTools(...TOOLS) && (await reachesNpm()))("reslim's own image", () => {
  const folder = tempFolder();
  const work = join(folder, 'work');
  const reslim = (options: readonly string[], ...args: readonly string[]): Promise<string> =>
    run('podman', [...RUN, '--volume', `${work}:/work`, ...options, SLIM, ...args]);

  beforeAll(async () => {
    await mkdir(work);
    await chmod(work, 0o777);
    await Promise.all([makeBase(folder), makeRuntime(folder), writeShellImage(join(work, 'app'))]);
    await build(folder);
    await run('skopeo', ['copy', '--quiet', `containers-storage:${FULL}`, `oci:${folder}/full:1`]);
  }, 900_000);
  afterAll(async () => {
    const names = [BASE, RUNTIME, FULL, SLIM];
    await run('podman', ['image', 'rm', '--force', '--ignore', ...names]).catch(() => '');
  });

  test('is slimmed and verified by reslim, and keeps the budget of docs/container.md', async () => {
    const page = await readFile(join(ROOT, 'docs/container.md'), 'utf8');
    const [, options = ''] = /reslim reslim:1 -o reslim:1-slim (.*)/.exec(page) ?? [];
    const slim = `oci:${folder}/slim:1`;
    const { stdout } = await runReslim(`oci:${folder}/full:1`, '-o', slim, ...options.split(' '));
    expect(stdout).toMatch(/^Within the budget: 4 checks$/m);
    await runReslim('validate', slim);
    await run('skopeo', ['copy', '--quiet', slim, `containers-storage:${SLIM}`]);
  });

  test('says its version, and its help where it is told nothing', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(await reslim([], '--version')).toBe(`${version}\n`);
    expect(await reslim([])).toMatch(/^Usage: reslim SOURCE -o TARGET/);
  });

  test('slims a layout in a volume, as its own user and as any other', async () => {
    expect(await reslim([], 'app:1.0', '-o', 'slim:1.0')).toMatch(/^Saved /m);
    const user = ['--user', '12345:12345'];
    expect(await reslim(user, 'app:1.0', '-o', 'zstd:1.0', '--compression', 'zstd')).toMatch(
      /^Saved /m,
    );
    for (const name of ['slim', 'zstd']) await runReslim('validate', `oci:${work}/${name}:1.0`);
    expect(await reslim(user, 'check', 'zstd:1.0', '--max-layers', '1')).toMatch(/^Within/m);
  });

  test('pushes to a registry with the logins that are mounted', async () => {
    const registry = await startDistribution({ auth: 'htpasswd', isInMemory: true });
    try {
      const logins = await writeLogins(folder, registry.host);
      const mounted = ['--volume', `${logins}:/home/reslim/.docker/config.json:ro`];
      const target = `docker://${registry.host}/me/app:1.0`;
      expect(await reslim(mounted, 'oci:app:1.0', '-o', target)).toMatch(/^Saved /m);
      const flags = ['--tls-verify=false', '--creds', `${USER.username}:${USER.password}`];
      expect(await run('skopeo', ['inspect', ...flags, target])).toContain('sha256:');
    } finally {
      await registry.close();
    }
  });

  test.runIf(requireTools('redis-server'))(
    'plans and works as templates/compose.yaml has it run',
    async () => {
      const [redis, source, target] = await Promise.all([
        startRedis(),
        startDistribution({ isInMemory: true }),
        startDistribution({ isInMemory: true, auth: 'htpasswd' }),
      ]);
      const worker = `reslim-test-worker-${process.pid}`;
      const volume = `${worker}-work`;
      try {
        const layers = [
          await layerTar(entriesOf(['app=1', 'var/', 'var/log/', 'var/log/x.log=x'])),
        ];
        for (const tag of ['18.0.0', '20.1.0'])
          await pushTo(`${source.host}/node:${tag}`, makeImage({ layers, isCompressed: true }));
        const logins = await writeLogins(folder, target.host);
        const variables = {
          RESLIM_LOGINS: logins,
          RESLIM_SOURCE: `docker://${source.host}/node`,
          RESLIM_TARGET: `docker://${target.host}/mirror/node`,
        };
        const text = await readFile(join(ROOT, 'templates/compose.yaml'), 'utf8');
        const { services } = parse(fillIn(text, variables), { merge: true }) as Compose;
        const argsOf = (service: Service): readonly string[] => [
          ...optionsOf(service, { volume, queue: redis.url }),
          SLIM,
          ...service.command,
        ];
        await run('podman', [...RUN, '--detach', '--name', worker, ...argsOf(services.worker)]);
        const said = await run('podman', [...RUN, ...argsOf(services.mirror)]);
        expect(said).toMatch(/^Mirrored: 1 slimmed in /m);
        const login = ['--tls-verify=false', '--creds', `${USER.username}:${USER.password}`];
        const listed = await run('skopeo', [
          ...['list-tags', ...login, `docker://${target.host}/mirror/node`],
        ]);
        expect(JSON.parse(listed)).toMatchObject({ Tags: ['20.1.0'] });
        const metrics = await (await fetch('http://127.0.0.1:9828/metrics')).text();
        expect(metrics).toContain('reslim_worker_images_total{status="done"} 1');
        await run('podman', ['stop', '--time', '20', worker]);
      } finally {
        await run('podman', ['rm', '--force', '--ignore', '--volumes', worker]).catch(() => '');
        await run('podman', ['volume', 'rm', '--force', volume]).catch(() => '');
        await Promise.all([redis.kill(), source.close(), target.close()]);
      }
    },
  );

  test('slims what an engine has, through its socket', async () => {
    const engine = await startPodman();
    try {
      await chmod(engine.socket, 0o666);
      const socket = ['--volume', `${engine.socket}:/var/run/docker.sock`];
      await reslim(socket, 'copy', 'oci:app:1.0', 'docker-daemon:shop/shell:1.0');
      expect(await reslim(socket, 'shop/shell:1.0', '-o', 'shop/shell:1.0-slim')).toMatch(
        /^Saved /m,
      );
      expect(await engine.run('shop/shell:1.0-slim')).toBe(`${GREETING}\n`);
    } finally {
      await engine.close();
    }
  });
});

/** A file of logins as Docker writes it. */
const writeLogins = async (folder: string, registry: string): Promise<string> => {
  const auth = Buffer.from(`${USER.username}:${USER.password}`).toString('base64');
  const path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify({ auths: { [registry]: { auth } } }));
  return path;
};

interface Compose {
  readonly services: Readonly<Record<'worker' | 'mirror', Service>>;
}

/** What a service of a Compose file says that is more than `RUN`. */
interface Service {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly user: string;
}

/** `${NAME:-default}`, as Compose reads it. */
const fillIn = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replaceAll(
    /\$\{(\w+):-([^}]*)\}/g,
    (_, name: string, usual: string) => variables[name] ?? usual,
  );

/** As options of `podman run`. There is no network but the machine's, so the queue has another name. */
const optionsOf = (
  { environment, volumes, user }: Service,
  { volume, queue }: { readonly volume: string; readonly queue: string },
): readonly string[] => [
  ...Object.entries({ ...environment, RESLIM_QUEUE: queue }).flatMap(([name, value]) => [
    ...['--env', `${name}=${value}`],
  ]),
  ...volumes.flatMap((each) => ['--volume', each.replace(/^work:/, `${volume}:`)]),
  ...['--user', user],
];

const podmanBuild = (...args: readonly string[]): Promise<string> => {
  const flags = [
    'build',
    '--quiet',
    '--isolation',
    'chroot',
    '--network',
    'host',
    '--layers=false',
  ];
  return run('podman', [...flags, '--format', 'oci', ...args]);
};

/** Debian with this Node and npm where the official image of Node has them. */
const makeBase = async (folder: string): Promise<void> => {
  const context = join(folder, 'base');
  const npm = dirname(dirname(await realpath(await which('npm'))));
  await mkdir(context);
  await cp(process.execPath, join(context, 'node'));
  await cp(npm, join(context, 'npm'), { recursive: true });
  const lines = [
    `FROM ${await buildImage('base')}`,
    'COPY node /usr/local/bin/node',
    'COPY npm /usr/local/lib/node_modules/npm',
    'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
  ];
  await writeFile(join(context, 'Dockerfile'), `${lines.join('\n')}\n`);
  await podmanBuild('--tag', BASE, context);
};

const makeRuntime = async (folder: string): Promise<void> => {
  const tar = join(folder, 'runtime.tar');
  const packages = `--include=${RUNTIME_PACKAGES}`;
  await run('mmdebstrap', ['--quiet', '--variant=extract', packages, 'bookworm', tar]);
  await run('podman', ['import', '--quiet', tar, RUNTIME]);
};

/** As docs/container.md says, with what this machine needs to reach the npm registry in no layer. */
const build = async (folder: string): Promise<void> => {
  const npm = join(folder, 'npm');
  await mkdir(npm);
  const registry = (await run('npm', ['config', 'get', 'registry'])).trim();
  const cache = (await run('npm', ['config', 'get', 'cache'])).trim();
  await cp('/etc/ssl/certs/ca-certificates.crt', join(npm, 'ca.crt'));
  await writeFile(
    join(npm, 'npmrc'),
    `registry=${registry}\ncafile=/mnt/ca.crt\nprefer-offline=true\n`,
  );
  const mounts = [`${npm}:/mnt:ro`, `${npm}/npmrc:/root/.npmrc:ro`, `${cache}:/root/.npm`];
  await podmanBuild(
    ...['--build-arg', `BASE=${BASE}`, '--build-arg', `RUNTIME=${RUNTIME}`],
    ...mounts.flatMap((mount) => ['--volume', mount]),
    ...['--tag', FULL, ROOT],
  );
};

const which = async (program: string): Promise<string> =>
  (await promisify(execFile)('which', [program])).stdout.trim();
