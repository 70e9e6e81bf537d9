/** A made-up result of `reslim mirror` for a picture: four entries, most images there already. */
export const sampleRun = () => ({
  dryRun: false,
  outcomes: ENTRIES.flatMap(imagesOf),
  deleted: [],
  failedEntries: [],
  hosts: HOSTS,
  notes: [],
  durationMs: 187_000,
});

/** Repositories with how many tags each has, and how many of them are new. */
const ENTRIES = [
  { entry: 'web', from: 'ghcr.io/acme/web', tags: 64, added: 5, size: 182e6 },
  { entry: 'workers', from: 'ghcr.io/acme/worker', tags: 48, added: 3, size: 341e6 },
  {
    entry: 'databases',
    from: 'docker.io/library/postgres',
    tags: 90,
    added: 4,
    size: 158e6,
    copy: true,
  },
  { entry: 'node', from: 'docker.io/library/node', tags: 120, added: 6, size: 402e6 },
];

const HOSTS = [
  {
    host: 'ghcr.io',
    requests: { HEAD: 112, GET: 96 },
    bytesReceived: 1.42e9,
    bytesSent: 0,
    waitedMs: 0,
  },
  {
    host: 'docker.io',
    requests: { HEAD: 210, GET: 132 },
    bytesReceived: 2.61e9,
    bytesSent: 0,
    waitedMs: 48_000,
  },
  {
    host: 'registry.example',
    requests: { HEAD: 361, POST: 58, PATCH: 58, PUT: 76 },
    bytesReceived: 4.1e5,
    bytesSent: 1.68e9,
    waitedMs: 0,
  },
];

const imagesOf = ({ entry, from, tags, added, size, copy = false }) =>
  Array.from({ length: tags }, (_, at) => {
    const tag = `${Math.floor(at / 16) + 20}.${at % 16}.${(at * 7) % 5}`;
    const name = from.slice(from.lastIndexOf('/') + 1);
    const target = `docker://registry.example/mirror/${name}:${tag}`;
    const job = {
      id: target,
      entry,
      source: `docker://${from}:${tag}`,
      target,
      settings: { copy },
    };
    const base = { job, digest: digestOf(at), attempts: 1, durationMs: 4000 + at * 37 };
    if (at === tags - 1 && entry === 'node')
      return {
        ...base,
        status: 'waiting',
        reason: 'made 5 hours ago, and images wait until they are 3 days old',
        nextTry: '2026-12-02T08:30:00Z',
      };
    if (at === tags - 1 && entry === 'workers')
      return {
        ...base,
        status: 'failed',
        reason: `HTTP status 503, ${target}`,
        hint: 'the registry is out of order; the next run tries again',
        attempts: 3,
      };
    if (at < tags - 1 - added)
      return { ...base, status: 'unchanged', targetDigest: digestOf(at + 7) };
    const sourceSize = size + at * 31_000;
    return {
      ...base,
      status: 'done',
      targetDigest: digestOf(at + 7),
      sourceSize,
      targetSize: copy ? sourceSize : Math.round(sourceSize * (0.31 + (at % 5) / 40)),
    };
  });

const digestOf = (seed) =>
  `sha256:${Array.from({ length: 64 }, (_, at) => ((seed * 31 + at * 17) % 16).toString(16)).join('')}`;
