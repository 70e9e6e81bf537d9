import type {
  HostTraffic,
  MirrorJob,
  MirrorOutcome,
  MirrorResult,
} from '../../../../src/api/mirror.ts';
import type { Digest } from '../../../../src/oci/digest.ts';

/** A digest of one hex digit. */
export const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}`;

/** A job that takes a tag of one repository to another one. */
export const job = (tag: string, parts: Partial<MirrorJob> = {}): MirrorJob => ({
  id: `registry.example/mirror/app:${tag}`,
  entry: 'app',
  source: `docker://source.example/team/app:${tag}`,
  target: `docker://registry.example/mirror/app:${tag}`,
  settings: {},
  ...parts,
});

export const outcome = (
  tag: string,
  status: MirrorOutcome['status'],
  parts: Partial<MirrorOutcome> = {},
): MirrorOutcome => ({
  job: job(tag),
  status,
  digest: digest('a'),
  attempts: 1,
  durationMs: 1200,
  ...parts,
});

export const done = (tag: string, parts: Partial<MirrorOutcome> = {}): MirrorOutcome =>
  outcome(tag, 'done', {
    sourceSize: 60_000_000,
    targetSize: 20_000_000,
    targetDigest: digest('b'),
    ...parts,
  });

const copied = (tag: string, parts: Partial<MirrorOutcome> = {}): MirrorOutcome =>
  done(tag, { job: job(tag, { settings: { copy: true } }), targetSize: 60_000_000, ...parts });

export const failed = (tag: string, parts: Partial<MirrorOutcome> = {}): MirrorOutcome =>
  outcome(tag, 'failed', {
    reason: `registry.example answered with HTTP status 503, docker://registry.example/mirror/app:${tag}`,
    hint: 'try again later',
    attempts: 3,
    ...parts,
  });

export const HOSTS: readonly HostTraffic[] = [
  {
    host: 'source.example',
    requests: { HEAD: 12, GET: 48 },
    bytesReceived: 240_000_000,
    bytesSent: 0,
    waitedMs: 0,
  },
  {
    host: 'registry.example',
    requests: { HEAD: 20, POST: 6, PUT: 10, PATCH: 6 },
    bytesReceived: 14_000,
    bytesSent: 81_000_000,
    waitedMs: 62_000,
  },
];

/** A run, with nothing in it but what `parts` says. */
export const mirrored = (parts: Partial<MirrorResult> = {}): MirrorResult => ({
  dryRun: false,
  interrupted: false,
  outcomes: [],
  deleted: [],
  failedEntries: [],
  hosts: [],
  notes: [],
  durationMs: 125_000,
  ...parts,
});

/** A run with something of everything. */
export const SAMPLE: MirrorResult = mirrored({
  outcomes: [
    done('1.4.0'),
    done('latest', { replaced: { digest: digest('c'), backup: 'latest-before' } }),
    copied('1.3.9'),
    outcome('1.3.8', 'unchanged', { targetDigest: digest('d') }),
    outcome('1.5.0', 'waiting', {
      reason: 'made 2 hours ago, and minAge is 3 days',
      nextTry: '2026-12-02T12:00:00Z',
    }),
    outcome('0.1.0', 'left-out', { reason: 'older than maxAge' }),
    failed('1.2.0'),
    ...['1', '2', '3'].map((tag) =>
      outcome(tag, 'unchanged', { job: job(tag, { entry: 'library' }) }),
    ),
  ],
  deleted: [
    { entry: 'app', target: 'docker://registry.example/mirror/app:0.9', status: 'done' },
    {
      entry: 'app',
      target: 'docker://registry.example/mirror/app:0.8',
      status: 'failed',
      reason: 'the registry deletes no tags',
    },
  ],
  failedEntries: [
    { entry: 'tools', reason: 'HTTP status 401, docker://source.example/tools', hint: 'log in' },
  ],
  hosts: HOSTS,
  notes: ['2 tags of app are no images'],
});
