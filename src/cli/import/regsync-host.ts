import type { HostText } from '../settings/mirror-schema.ts';
import { fillTemplate } from './go-values.ts';
import { passwordVariable } from './host-secret.ts';
import type { Draft } from './mirror-draft.ts';
import type { RegsyncHost } from './regsync-schema.ts';
import type { RegsyncContext } from './regsync-settings.ts';

/** A registry of its list `creds`. */
export const importCredentials = (
  host: RegsyncHost,
  path: readonly PropertyKey[],
  { note }: RegsyncContext,
): { readonly name: string; readonly draft: Draft<HostText> } => {
  const { registry, tls, user, pass, reqConcurrent, reqPerSec } = host;
  const comments: string[] = [];
  const lose = (key: string, message: string): undefined => {
    comments.push(note([...path, key], message));
    return undefined;
  };
  const username = user && (fillTemplate(user) ?? lose('user', `user ${user}`));
  const password = pass && (passwordOf(pass) ?? { env: passwordVariable(registry) });
  if (pass && !passwordOf(pass))
    lose('pass', `the password; put it into ${passwordVariable(registry)}`);
  const rate = Number(reqPerSec) > 0 ? rateOf(Number(reqPerSec)) : undefined;
  if (Number(reqPerSec) > 0 && rate === undefined) lose('reqPerSec', `reqPerSec ${reqPerSec}`);
  for (const key of Object.keys(host).filter((each) => each in UNKNOWN))
    lose(key, `${key}; ${UNKNOWN[key]}`);
  return {
    name: registry,
    draft: {
      value: {
        ...((tls === 'disabled' || tls === 'insecure') && { insecure: true }),
        ...(Number(reqConcurrent) > 0 && { concurrency: Number(reqConcurrent) }),
        ...(rate !== undefined && { rate }),
        ...(username && password && { username, password }),
      },
      comments,
    },
  };
};

/** Where a password is kept; `undefined` if it is written out. */
const passwordOf = (text: string): Exclude<HostText['password'], string> => {
  const [, kind, name] =
    /^\{\{-?\s*(env|file)\s+["`]([^"`]+)["`]\s*-?\}\}$/.exec(text.trim()) ?? [];
  if (name === undefined) return undefined;
  return kind === 'env' ? { env: name } : { file: name };
};

const rateOf = (perSecond: number): string | undefined => {
  if (Number.isInteger(perSecond)) return `${perSecond}/s`;
  return Number.isInteger(perSecond * 60) ? `${perSecond * 60}/m` : undefined;
};

const UNKNOWN: Readonly<Record<string, string>> = {
  hostname: 'name the registry by the host it is at',
  regcert: 'put it into /etc/containers/certs.d, or use --ca-file',
  clientCert: 'put it into /etc/containers/certs.d',
  clientKey: 'put it into /etc/containers/certs.d',
  token: 'use reslim login',
  credHelper: "name it in Docker's config, under credHelpers",
  pathPrefix: 'write it into from and to',
  mirrors: 'see registries.conf in docs/registries.md',
  priority: 'see registries.conf in docs/registries.md',
};
