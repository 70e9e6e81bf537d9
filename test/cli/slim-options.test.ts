import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Flags } from '../../src/cli/program.ts';
import { isDryRun, slimOptions } from '../../src/cli/settings/slim-options.ts';
import type { Settings } from '../../src/cli/settings/settings.ts';

beforeEach(() => void vi.stubEnv('SOURCE_DATE_EPOCH', ''));
afterEach(() => vi.unstubAllEnvs());

const flags: Flags = { cache: false, explain: [], keep: [], drop: [], progress: 'auto' };
const merge = (given: Partial<Flags>, settings?: Settings) =>
  slimOptions('app:1.0', { ...flags, ...given }, settings);

test('nothing said: the library decides', () => {
  const { source, dryRun, ...rest } = merge({ output: 'x' });
  expect({ source, dryRun }).toEqual({ source: 'app:1.0', dryRun: false });
  expect(
    Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
  ).toEqual({
    target: 'x',
    profileFiles: [],
    keep: [],
    drop: [],
    explain: [],
    limits: {},
    network: {},
  });
});

const settings: Settings = {
  profile: ['apt'],
  profileFile: ['/own.yaml'],
  level: 'lean',
  keep: ['/a'],
  drop: ['/b'],
  squash: 'none',
  compression: 'zstd',
  compressionLevel: 19,
  platform: ['linux/amd64'],
  timestamp: '100',
};

test('the file speaks where the command line is silent', () => {
  expect(merge({}, settings)).toMatchObject({
    profiles: ['apt'],
    profileFiles: ['/own.yaml'],
    level: 'lean',
    keep: ['/a'],
    drop: ['/b'],
    squash: 'none',
    compression: 'zstd',
    compressionLevel: 19,
    platform: 'linux/amd64',
    timestamp: 100,
  });
});

test('the command line wins; keeps and drops add up', () => {
  const given: Partial<Flags> = {
    profile: ['none'],
    level: 'safe',
    keep: ['/c'],
    drop: ['/d'],
    squash: 'all',
    compression: 'gzip',
    compressionLevel: 1,
    platform: 'linux/arm64',
    timestamp: 5,
  };
  expect(merge(given, settings)).toMatchObject({
    profiles: ['none'],
    profileFiles: [],
    level: 'safe',
    keep: ['/a', '/c'],
    drop: ['/b', '/d'],
    squash: 'all',
    compression: 'gzip',
    compressionLevel: 1,
    platform: 'linux/arm64',
    timestamp: 5,
  });
});

test('SOURCE_DATE_EPOCH comes last', () => {
  vi.stubEnv('SOURCE_DATE_EPOCH', '7');
  expect(merge({}).timestamp).toBe(7);
  expect(merge({}, settings).timestamp).toBe(100);
  expect(merge({ timestamp: 0 }).timestamp).toBe(0);
});

test('several platforms in the file are refused', () => {
  expect(() => merge({}, { platform: ['linux/amd64', 'linux/arm64'] })).toThrow(
    'platform names more than one, .reslim.yaml',
  );
});

test('limits reach the library by its names', () => {
  const given = { maxEntries: 1, maxLayers: 2, maxLayerSize: 3, maxExpansion: 4, maxDocument: 5 };
  expect(merge(given).limits).toEqual({
    entryCount: 1,
    layerCount: 2,
    layerSize: 3,
    expansionRatio: 4,
    documentSize: 5,
  });
});

test('a question alone is a dry run', () => {
  expect(isDryRun({ ...flags, explain: ['/a'] })).toBe(true);
  expect(isDryRun({ ...flags, explain: ['/a'], output: 'x' })).toBe(false);
  expect(isDryRun({ ...flags, dryRun: true, output: 'x' })).toBe(true);
});
