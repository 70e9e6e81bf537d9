import type { Hosts, HostsOptions } from '../api/hosts.ts';
import * as shared from '../transport/registry/hosts/open-hosts.ts';

/**
 * Opens what operations share for each host they talk to. Without `network.hosts` an operation has connections and tokens
 * of its own, and no limits. Throws `usage` for a policy with a number that is out of range.
 */
export const openHosts = (options: HostsOptions = {}): Hosts => shared.openHosts(options);
