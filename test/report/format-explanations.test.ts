import { expect, test } from 'vitest';
import { formatExplanations } from '../../src/report/format-explanations.ts';

const explanations = [
  {
    path: '/var/log/dpkg.log',
    verdict: 'dropped',
    rule: 'base/logs',
    reason: 'what the build wrote',
    layer: { number: 1, count: 13, step: 'RUN apt-get update' },
    source: 'https://example.org/logs',
  },
  {
    path: '/bin/sh',
    verdict: 'kept',
    reason: 'the entrypoint is this',
    layer: { number: 4, count: 13 },
    usedBy: 'entrypoint of the config starts /bin/sh',
  },
  { path: '/no\x07', verdict: 'absent', reason: 'the image has no such path' },
] as const;

test('--explain prints each path with its verdict and the known facts', () => {
  expect(formatExplanations([{ platform: 'linux/amd64', explanations }])).toMatchInlineSnapshot(`
    "/var/log/dpkg.log is dropped
      why    what the build wrote
      rule   base/logs
      layer  1 of 13 (RUN apt-get update)
      see    https://example.org/logs

    /bin/sh is kept
      why    the entrypoint is this
      layer  4 of 13
      used   entrypoint of the config starts /bin/sh

    /no\\x07 is absent
      why    the image has no such path"
  `);
});

test('--explain names the platforms when there are several', () => {
  const images = ['linux/amd64', 'linux/arm64'].map((platform) => ({
    platform,
    explanations: explanations.slice(1, 2),
  }));
  expect(formatExplanations(images)).toMatchInlineSnapshot(`
    "/bin/sh is kept on linux/amd64
      why    the entrypoint is this
      layer  4 of 13
      used   entrypoint of the config starts /bin/sh

    /bin/sh is kept on linux/arm64
      why    the entrypoint is this
      layer  4 of 13
      used   entrypoint of the config starts /bin/sh"
  `);
});
