import type { Hosts, HostsOptions } from '../api/hosts.ts';
import type { MirrorOptions } from '../api/mirror.ts';
import { openHosts } from './open-hosts.ts';
import type { Session } from './session.ts';

/** What all images share for each host: what the caller opened, or what is opened here for this run alone. */
export const sharedHosts = (
  { network, hosts: policies }: Pick<MirrorOptions, 'network' | 'hosts'>,
  session: Session,
  more: Pick<HostsOptions, 'pace'> = {},
): Hosts =>
  network?.hosts ?? session.add(openHosts({ policies, ...more, onNote: session.addNote }));
