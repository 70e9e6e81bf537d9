/** The key of Docker Hub's credentials, for historical reasons. */
const HUB_KEY = 'https://index.docker.io/v1/';

const HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** How a login of this registry is named in files and by credential helpers. */
export const authKey = (registry: string): string =>
  HUB_HOSTS.has(registry.toLowerCase()) ? HUB_KEY : registry;

/** `https://host/v2/` -> `host`; a namespace (`host/team`) stays. All names of Docker Hub become one. */
export const normaliseKey = (key: string): string => {
  const bare = key.replace(/^https?:\/\//i, '').replace(/\/(v[12](\/.*)?)?$/, '');
  const slash = bare.indexOf('/');
  const host = (slash === -1 ? bare : bare.slice(0, slash)).toLowerCase();
  const rest = slash === -1 ? '' : bare.slice(slash);
  return (HUB_HOSTS.has(host) ? 'docker.io' : host) + rest;
};

/** The keys to look for, the narrowest first: `host/team/app`, `host/team`, `host`. */
export const candidateKeys = (registry: string, repository: string | undefined): string[] => {
  const parts = repository?.split('/') ?? [];
  const host = normaliseKey(registry);
  return parts.map((_, at) => [host, ...parts.slice(0, parts.length - at)].join('/')).concat(host);
};
