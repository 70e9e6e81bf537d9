import { expect, test } from 'vitest';
import { formatPlatform, parsePlatform } from '../../src/oci/platform.ts';

test.each([
  ['linux/amd64', 'linux/amd64'],
  ['linux/arm/v7', 'linux/arm/v7'],
  ['windows/amd64', 'windows/amd64'],
  ['linux/x86_64', 'linux/amd64'],
  // An architecture alone is one of Linux.
  ['arm64', 'linux/arm64'],
  ['arm64/v8', 'linux/arm64/v8'],
  ['arm/v6', 'linux/arm/v6'],
  ['aarch64', 'linux/arm64'],
  ['s390x', 'linux/s390x'],
])('%s is %s', (text, platform) => {
  expect(formatPlatform(parsePlatform(text))).toBe(platform);
});

test.each([
  '',
  'linux',
  'windows',
  '/amd64',
  'linux/',
  'linux/arm/',
  'arm64/',
  'linux/arm/v7/x',
  'potato',
])('%j is no platform', (text) => {
  expect(() => parsePlatform(text)).toThrow(`not a platform: ${text}`);
});
