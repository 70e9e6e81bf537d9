import { isIP } from 'node:net';

/** Host and path only: user names, passwords and signed queries never reach a message. */
export const printableUrl = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;

/** Whether a host (with or without port, IPv6 in brackets) is this very machine. */
export const isLoopback = (host: string): boolean => {
  const name = hostnameOf(host);
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIP(name) === 4 && name.startsWith('127.'))
  );
};

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
