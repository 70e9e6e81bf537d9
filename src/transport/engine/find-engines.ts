import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ReslimError } from '../../base/errors.ts';
import { homeFolder, type Environment } from '../../base/home-folder.ts';
import { readContext, type EngineAddress } from './context.ts';

export interface FindEnginesOptions {
  /** @default process.env */
  readonly env?: Environment | undefined;
  /** @default the user's home folder */
  readonly home?: string | undefined;
  /** Sockets of the machine, in the order they are tried. */
  readonly sockets?: readonly string[] | undefined;
}

/** The engines there may be: whether one answers is not known yet. */
export interface EngineAddresses {
  /** What the user chose: `DOCKER_HOST`, or else the Docker context in use. */
  readonly chosen?: EngineAddress | undefined;
  /** `CONTAINER_HOST`, then sockets that exist: the user's before the machine's, Docker's before Podman's. */
  readonly others: readonly EngineAddress[];
}

/** Lists where engines listen, each once. Rejects with `not-found` for a context that does not exist. */
export const findEngines = async (options: FindEnginesOptions = {}): Promise<EngineAddresses> => {
  const { env = process.env, home = homeFolder() } = options;
  const chosen = await findChosen(env, join(home, '.docker'));
  const podman = env['CONTAINER_HOST'];
  const candidates = [
    ...(podman ? [{ host: podman, from: 'CONTAINER_HOST' }] : []),
    ...(options.sockets ?? usualSockets(env, home)).map((path) => ({
      host: `unix://${path}`,
      from: path,
    })),
  ];
  // Docker Desktop and podman-docker link one socket to another.
  const known = new Set(chosen ? [await placeOf(chosen.host)] : []);
  const others: EngineAddress[] = [];
  for (const address of candidates) {
    const place = await placeOf(address.host);
    if (place !== undefined && !known.has(place)) others.push(address);
    known.add(place);
  }
  return { chosen, others };
};

/** The engine for what names no image of one: the chosen one, or the first. Rejects with `not-found`. */
export const findEngine = async (options?: FindEnginesOptions): Promise<EngineAddress> => {
  const { chosen, others } = await findEngines(options);
  const first = chosen ?? others[0];
  if (first) return first;
  throw noEngine();
};

export const noEngine = (engine?: 'docker' | 'podman'): ReslimError =>
  engine === 'podman'
    ? new ReslimError('not-found', 'no Podman engine is running here', {
        hint: 'start its service: systemctl --user start podman.socket',
      })
    : new ReslimError('not-found', 'no Docker or Podman engine is running here', {
        hint: 'start one, or say where it listens: DOCKER_HOST=unix:///path/to/docker.sock',
      });

const findChosen = async (
  env: Environment,
  usualFolder: string,
): Promise<EngineAddress | undefined> => {
  const folder = env['DOCKER_CONFIG'] || usualFolder;
  // Docker, too, lets the address win over the context.
  const host = env['DOCKER_HOST'];
  if (!host) return readContext(folder, env);
  const usesTls = !!env['DOCKER_TLS_VERIFY'] || !!env['DOCKER_TLS'] || !!env['DOCKER_CERT_PATH'];
  return {
    host,
    from: 'DOCKER_HOST',
    ...(usesTls && {
      certFolder: env['DOCKER_CERT_PATH'] || folder,
      skipVerify: !env['DOCKER_TLS_VERIFY'] && !!env['DOCKER_TLS'],
    }),
  };
};

const usualSockets = (env: Environment, home: string): string[] => {
  const runtime = env['XDG_RUNTIME_DIR'];
  return [
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ];
};

/** The file of a socket, or the address of an engine elsewhere; `undefined` where no socket is. */
const placeOf = async (host: string): Promise<string | undefined> => {
  if (!host.startsWith('unix://')) return host;
  try {
    const path = await realpath(host.slice('unix://'.length));
    return (await stat(path)).isSocket() ? path : undefined;
  } catch {
    return undefined;
  }
};
