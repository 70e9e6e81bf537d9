import { defineConfig } from 'vitest/config';

/** Take hours together, or a machine that does nothing else: `npm run test:long`. */
const LONG = ['test/e2e/profiles.test.ts', 'test/e2e/large-layer.test.ts'];

/** Their short form is part of every run; with RESLIM_LONG=1 they try all they have. */
const HOSTILE = 'test/hostile/**/*.test.ts';

/** Mostly wait for package managers, servers and engines, so they run beside other tests. */
const WAITING = [
  'test/e2e/ci/**/*.test.ts',
  'test/e2e/advise.test.ts',
  'test/e2e/compare-digests.test.ts',
  'test/e2e/diff.test.ts',
  'test/e2e/growth-alert.test.ts',
  'test/e2e/layer-rules.test.ts',
  'test/e2e/mirror.test.ts',
  'test/e2e/old-node.test.ts',
  'test/e2e/package.test.ts',
];

export default defineConfig({
  // Packages that are inlined come without the sources their maps name: a warning for each file.
  logLevel: 'error',
  test: {
    globalSetup: 'test/support/build-dist.ts',
    // It imports JSON as bundlers do and Node does not.
    server: { deps: { inline: ['@actions/workflow-parser'] } },
    pool: 'forks',
    // Tests mostly wait: for servers, for timeouts, for programs they start.
    maxWorkers: 2,
    maxConcurrency: 20,
    // What a browser does takes a second now and then, where tests run beside each other.
    expect: { poll: { timeout: 10_000 } },
    // Tests of the cache name one of their own; where CI runs the tests, what they start must not print for CI.
    env: { RESLIM_NO_CACHE: '1', CI: '' },
    // The container engine and 2 cores: whole-image tests run one file after another.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', HOSTILE, ...LONG],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'waiting',
          include: WAITING,
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', HOSTILE],
          exclude: [...WAITING, ...LONG],
          fileParallelism: false,
          // After the unit tests, not beside them.
          sequence: { groupOrder: 1 },
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: [HOSTILE, ...LONG],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
});
