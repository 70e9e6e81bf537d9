import type { ImageReport, SlimResult } from '../../src/api/results.ts';

const digestOf = (letter: string): `sha256:${string}` => `sha256:${letter.repeat(64)}`;

/** One image before and after, with a bit of everything. */
export const imageReport: ImageReport = {
  platform: 'linux/amd64',
  source: {
    digest: digestOf('a'),
    compressedSize: 152_300_000,
    unpackedSize: 412_000_000,
    layers: 9,
    files: 18_234,
  },
  target: {
    digest: digestOf('b'),
    compressedSize: 61_234_567,
    unpackedSize: 180_400_000,
    layers: 1,
    files: 11_020,
  },
  profiles: [
    { name: 'base', detectedBy: 'every image' },
    { name: 'apt', detectedBy: '/var/lib/dpkg/status' },
  ],
  secrets: [],
  lookAlikes: { files: 0, bytes: 0 },
  idleGlobs: [],
  packages: { before: { deb: 120 }, after: { deb: 120 }, removed: [], unread: [] },
  categories: [
    { category: 'hidden', files: 90, bytes: 120_000_000 },
    { category: 'package cache', files: 2, bytes: 38_100_000 },
    { category: 'logs', files: 1, bytes: 999 },
  ],
  dropped: [
    {
      path: '/app/old.bin',
      type: 'file',
      bytes: 120_000_000,
      rule: 'layers/deleted',
      category: 'hidden',
      reason: 'layer 5 of 9 deletes it, but it is still downloaded with its own layer',
    },
    {
      path: '/var/cache/apt/archives/partial',
      type: 'directory',
      bytes: 0,
      rule: 'apt/archives',
      category: 'package cache',
      reason: 'apt downloads packages again',
    },
    {
      path: '/var/cache/apt/pkgcache.bin',
      type: 'file',
      bytes: 38_000_000,
      rule: 'apt/cache',
      category: 'package cache',
      reason: 'apt rebuilds it',
    },
    {
      path: '/var/cache/apt/srcpkgcache.bin',
      type: 'file',
      bytes: 100_000,
      rule: 'apt/cache',
      category: 'package cache',
      reason: 'apt rebuilds it',
    },
    {
      path: '/var/log/dpkg.log',
      type: 'file',
      bytes: 999,
      rule: 'base/logs',
      category: 'logs',
      reason: 'what the build wrote',
    },
  ],
  explanations: [],
  transforms: [],
};

export const slimResult: SlimResult = {
  source: { name: 'oci:app:1.0', digest: digestOf('a') },
  target: { name: 'oci:app:1.0-slim', digest: digestOf('b') },
  targets: [{ name: 'oci:app:1.0-slim', digest: digestOf('b'), upToDate: false }],
  changed: true,
  upToDate: false,
  images: [imageReport],
  notes: [],
  durationMs: 3210,
};

/** The same as a dry run tells it. */
export const dryRunResult: SlimResult = {
  ...slimResult,
  target: undefined,
  images: [{ ...imageReport, target: undefined }],
};
