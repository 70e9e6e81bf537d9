import type { Environment } from '../../../base/home-folder.ts';
import { BlockList, isIP } from 'node:net';
import { ReslimError } from '../../../base/errors.ts';
import { hostnameOf, isLoopback } from './url.ts';

/**
 * The proxy for a URL by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (lower case too), as Go programs read
 * them: hosts, `.suffixes`, `host:port`, addresses, CIDR blocks, `*`. Connections to this machine never use
 * a proxy.
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export const proxyFor = (url: URL, env: Environment): URL | undefined => {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const value = env[name.toLowerCase()] || env[name];
  if (!value || isLoopback(url.host)) return undefined;
  const exceptions = env['no_proxy'] || env['NO_PROXY'] || '';
  if (exceptions.split(/[,\s]+/).some((entry) => entry !== '' && isException(entry, url))) {
    return undefined;
  }
  const text = /^[a-z0-9]+:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    // The value may hold a password, so it is not shown.
    throw new ReslimError('usage', `${name} is not an HTTP URL`, {
      hint: `write ${name}=http://host:port`,
    });
  }
  return new URL(text);
};

const DEFAULT_PORT: Record<string, string> = { 'http:': '80', 'https:': '443' };

const isException = (entry: string, url: URL): boolean => {
  if (entry === '*') return true;
  const host = hostnameOf(url.host);
  if (isIP(host) !== 0 && entry.includes('/')) return isInBlock(entry, host);
  const [name, port] = splitPort(entry.toLowerCase());
  if (port !== undefined && port !== (url.port || DEFAULT_PORT[url.protocol])) return false;
  if (isIP(name) !== 0) return isInBlock(`${name}/${isIP(name) === 4 ? 32 : 128}`, host);
  const suffix = name.replace(/^\*?\./, '');
  return host.endsWith(`.${suffix}`) || (host === suffix && name === suffix);
};

const splitPort = (entry: string): [name: string, port?: string] => {
  if (isIP(entry) !== 0) return [entry];
  const [, name = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  return port === undefined ? [bare] : [bare, port];
};

const isInBlock = (block: string, host: string): boolean => {
  const [address = '', prefix = ''] = block.split('/');
  const kind = isIP(address);
  const bits = Number(prefix);
  if (kind === 0 || kind !== isIP(host) || !(bits >= 0 && bits <= (kind === 4 ? 32 : 128))) {
    return false;
  }
  const family = kind === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, bits, family);
  return list.check(host, family);
};
