import { stat } from 'node:fs/promises';
import { homeFolder } from '../../base/home-folder.ts';
import { join } from 'node:path';
import { ReslimError } from '../../base/errors.ts';
import { readContext, type EngineAddress } from './context.ts';

export interface FindEngineOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** @default the user's home folder */
  readonly home?: string | undefined;
  /** Sockets of the machine, in the order they are tried. */
  readonly sockets?: readonly string[] | undefined;
}

/**
 * Where the engine listens: `DOCKER_HOST`, then the Docker context in use, then the sockets that
 * Docker and Podman open, the user's own before the machine's. Rejects with `not-found`.
 */
export const findEngine = async (options: FindEngineOptions = {}): Promise<EngineAddress> => {
  const { env = process.env, home = homeFolder() } = options;
  const folder = env['DOCKER_CONFIG'] || join(home, '.docker');
  // Docker, too, lets the address win over the context.
  const host = env['DOCKER_HOST'];
  if (host) {
    const usesTls = !!env['DOCKER_TLS_VERIFY'] || !!env['DOCKER_TLS'] || !!env['DOCKER_CERT_PATH'];
    return {
      host,
      from: 'DOCKER_HOST',
      ...(usesTls && {
        certFolder: env['DOCKER_CERT_PATH'] || folder,
        skipVerify: !env['DOCKER_TLS_VERIFY'] && !!env['DOCKER_TLS'],
      }),
    };
  }
  const context = await readContext(folder, env);
  if (context) return context;
  const sockets = options.sockets ?? usualSockets(env, home);
  for (const path of sockets) {
    if (await isSocket(path)) return { host: `unix://${path}`, from: path };
  }
  throw new ReslimError('not-found', 'no Docker or Podman engine is running here', {
    hint: 'start one, or say where it listens: DOCKER_HOST=unix:///path/to/docker.sock',
  });
};

const usualSockets = (
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string[] => {
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

const isSocket = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isSocket();
  } catch {
    return false;
  }
};
