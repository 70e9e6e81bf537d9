import type { HostPolicy } from '../../api/hosts.ts';
import { ReslimError } from '../../base/errors.ts';

/** Reads `HOST[:PORT]=N`, requests a minute. Throws `usage` for anything else. */
export const readRates = (
  texts: readonly string[] | undefined,
): Readonly<Record<string, HostPolicy>> | undefined =>
  texts && Object.fromEntries(texts.map(readRate));

const readRate = (text: string): [string, HostPolicy] => {
  const [, host = '', rate = ''] = /^([^=\s/]+)=([1-9]\d{0,8})$/.exec(text) ?? [];
  if (host !== '') return [host, { rate: Number(rate) }];
  throw new ReslimError('usage', `--rate is no HOST=N: ${JSON.stringify(text)}`, {
    hint: 'write ghcr.io=600 for 600 requests a minute',
  });
};
