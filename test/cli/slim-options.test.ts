import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isDryRun, slimOptions } from '../../src/cli/settings/slim-options.ts';
import type { Settings, SlimFlags } from '../../src/options/slim-options.ts';

beforeEach(() => void vi.stubEnv('SOURCE_DATE_EPOCH', ''));
afterEach(() => vi.unstubAllEnvs());

const merge = (given: SlimFlags, settings?: Settings) => slimOptions('app:1.0', given, settings);

test('nothing said: the library decides', () => {
  expect(merge({ output: ['x'] })).toStrictEqual({
    source: 'app:1.0',
    dryRun: false,
    target: ['x'],
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

test('the settings file counts where the command line sets nothing', () => {
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
  const given: SlimFlags = {
    profile: ['none'],
    level: 'safe',
    keep: ['/c'],
    drop: ['/d'],
    squash: 'all',
    compression: 'gzip',
    compressionLevel: 1,
    platform: ['linux/arm64'],
    timestamp: 5,
  };
  const merged = merge(given, settings);
  expect(merged).not.toHaveProperty('profileFiles');
  expect(merged).toMatchObject({
    profiles: ['none'],
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

test('several platforms are an index of them, one is an image', () => {
  const several = ['linux/amd64', 'linux/arm64'];
  expect(merge({}, { platform: several })).toMatchObject({ platforms: several });
  expect(merge({ platform: several }, settings)).not.toHaveProperty('platform');
  const one = merge({ platform: ['linux/arm64', 'linux/arm64'] }, { platform: several });
  expect(one).toMatchObject({ platform: 'linux/arm64' });
  expect(one).not.toHaveProperty('platforms');
});

test('limits reach the library by its names', () => {
  const given = {
    maxEntries: 1,
    maxLayerCount: 2,
    maxLayerSize: 3,
    maxExpansion: 4,
    maxDocument: 5,
  };
  expect(merge(given).limits).toEqual({
    entryCount: 1,
    layerCount: 2,
    layerSize: 3,
    expansionRatio: 4,
    documentSize: 5,
  });
});

test('a question alone is a dry run', () => {
  expect(isDryRun({ explain: ['/a'] })).toBe(true);
  expect(isDryRun({ explain: ['/a'], output: ['x'] })).toBe(false);
  expect(isDryRun({ dryRun: true, output: ['x'] })).toBe(true);
});
