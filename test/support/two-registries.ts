import { join } from 'node:path';
import { startFaultProxy, type FaultProxy } from '../transport/registry/support/fault-proxy.ts';
import {
  run,
  startDistribution,
  type Distribution,
} from '../transport/registry/support/servers.ts';
import { tempFolder } from './temp-folder.ts';

/** A real registry to mirror from and one to mirror to, each behind a proxy that knows what it is asked. */
export interface TwoRegistries {
  readonly sourceServer: Distribution;
  readonly targetServer: Distribution;
  readonly source: FaultProxy;
  readonly target: FaultProxy;
  readonly close: () => Promise<unknown>;
}

export const startTwoRegistries = async (): Promise<TwoRegistries> => {
  const [sourceServer, targetServer, source, target] = await Promise.all([
    startDistribution({ isInMemory: true }),
    startDistribution({ isInMemory: true }),
    startFaultProxy(),
    startFaultProxy(),
  ]);
  source.upstream = `http://${sourceServer.host}`;
  target.upstream = `http://${targetServer.host}`;
  const close = (): Promise<unknown> =>
    Promise.all([source, target, sourceServer, targetServer].map((each) => each.close()));
  return { sourceServer, targetServer, source, target, close };
};

/** A cache and a state for runs that know of each other, and of no others. */
export const newMachine = (): Readonly<Record<string, string>> => {
  const folder = tempFolder();
  return {
    RESLIM_NO_CACHE: '',
    XDG_CACHE_HOME: join(folder, 'c'),
    XDG_STATE_HOME: join(folder, 's'),
  };
};

/** The words of a mirror from one repository to another. */
export const mirrorArgs = (
  { source, target }: TwoRegistries,
  [from, to]: readonly [from: string, to: string],
  ...args: readonly string[]
): readonly string[] => [
  ...['mirror', `docker://${source.host}/${from}`, `docker://${target.host}/${to}`, ...args],
];

/** The document that a name leads to, as skopeo reads it. */
export const rawManifest = async (name: string, { host }: Distribution): Promise<string> =>
  (await run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${host}/${name}`]))
    .stdout;
