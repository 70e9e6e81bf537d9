import { defineConfig } from 'vitest/config';

/** Take hours together, or a machine that does nothing else: `npm run test:long`. */
const LONG = [
  'test/e2e/profiles.test.ts',
  'test/e2e/large-layer.test.ts',
  'test/e2e/real-images/grain.test.ts',
  // Each needs a base image of its own, which takes minutes to build. Shell and system share one.
  'test/e2e/traps/{compiled,java,musl,node,perl,php,python,ruby,server}.test.ts',
];

/** Their short form is part of every run; with RESLIM_LONG=1 they try all they have. */
const SHORTENED = [
  'test/hostile/**/*.test.ts',
  'test/e2e/real-images/*.test.ts',
  'test/e2e/complement.test.ts',
  'test/e2e/traps/{shell,system}.test.ts',
];

/** Measure what a run takes, so nothing may run beside them. */
const MEASURED = ['test/e2e/bench.test.ts', 'test/e2e/memory.test.ts'];

export default defineConfig({
  // Packages that are inlined come without the sources their maps name: a warning for each file.
  logLevel: 'error',
  test: {
    globalSetup: 'test/support/build-dist.ts',
    // It imports JSON as bundlers do and Node does not.
    server: { deps: { inline: ['@actions/workflow-parser'] } },
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 20,
    // What a browser does takes a second now and then, where tests run beside each other.
    expect: { poll: { timeout: 10_000 } },
    // Tests of the cache name one of their own; where CI runs the tests, what they start must not print for CI.
    env: { RESLIM_NO_CACHE: '1', CI: '' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', ...SHORTENED, ...LONG],
          // Tests mostly wait: for servers, for timeouts, for programs they start.
          maxWorkers: 4,
          // Seconds on a machine of its own; these find what hangs, also where four workers share two busy cores.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', ...SHORTENED],
          exclude: [...MEASURED, ...LONG],
          // After the unit tests, not beside them.
          sequence: { groupOrder: 1 },
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'measured',
          include: MEASURED,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: [...SHORTENED, ...LONG],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
});
