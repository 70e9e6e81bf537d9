import { BlockList, isIP } from 'node:net';

/** Host and path only: user names, passwords and signed queries never reach a message. */
export const printableUrl = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;

/** Whether a host (with or without port, IPv6 in brackets) is this very machine by its usual names. */
export const isLoopback = (host: string): boolean => isLoopbackName(hostnameOf(host));

/** Whether a connection would end on this very machine: loopback in any spelling, or no address at all. */
export const isThisMachine = (host: string): boolean => {
  const name = hostnameOf(host).replace(/\.$/, '');
  return isLoopbackName(name) || isIn(UNSPECIFIED, name);
};

const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name.endsWith('.localhost') || isIn(LOOPBACK, name);

const isIn = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** A block of IPv4 addresses, also as they are mapped to IPv6 (`::ffff:127.0.0.1`), and an IPv6 address. */
const blockList = (start: string, address: string): BlockList => {
  const list = new BlockList();
  list.addSubnet(start, 8, 'ipv4');
  list.addSubnet(`::ffff:${start}`, 96 + 8, 'ipv6');
  list.addAddress(address, 'ipv6');
  return list;
};

const LOOPBACK = blockList('127.0.0.0', '::1');
const UNSPECIFIED = blockList('0.0.0.0', '::');

/** `[::1]:5000` -> `::1`, `host:5000` -> `host`, lower case. */
export const hostnameOf = (host: string): string => {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(host);
  return (bracketed?.[1] ?? host.replace(/:\d+$/, '')).toLowerCase();
};

/** Whether `host` is in a list of hosts, each `name` or `name:port`; `*` stands for all. */
export const isListed = (hosts: readonly string[], host: string): boolean =>
  hosts.some(
    (one) =>
      one === '*' ||
      one.toLowerCase() === host.toLowerCase() ||
      (!/:\d+$/.test(one) && hostnameOf(one) === hostnameOf(host)),
  );
