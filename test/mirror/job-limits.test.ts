import { expect, test } from 'vitest';
import type { HostPolicy } from '../../src/api/hosts.ts';
import type { MirrorJob } from '../../src/api/mirror.ts';
import { limitsOf, withLimits } from '../../src/mirror/job-limits.ts';

const job: MirrorJob = {
  id: 'a',
  entry: 'node',
  source: 'docker://docker.io/library/node:22',
  target: 'docker://registry.example:5000/mirror/node:22',
  settings: {},
};
const limits = (policies: Record<string, HostPolicy>, of = job) => withLimits(of, policies).limits;

test('a job takes along what its registries are asked at most, and of others nothing', () => {
  expect(
    limits({
      'index.docker.io': { rate: 100, floor: 10 },
      'registry.example': { concurrency: 2 },
      'other.example': { rate: 1 },
    }),
  ).toEqual({
    'docker.io': { rate: 100, floor: 10 },
    'registry.example:5000': { concurrency: 2 },
  });
});

test('a policy with a port goes before one for all ports', () => {
  const policies = { 'registry.example': { rate: 1 }, 'Registry.example:5000': { rate: 2 } };
  expect(limits(policies)).toEqual({ 'registry.example:5000': { rate: 2 } });
});

test('nothing else of a policy goes along: whom a worker trusts is not for the queue to say', () => {
  expect(limits({ 'registry.example': { insecure: true } })).toBeUndefined();
  expect(limits({ 'registry.example': { insecure: true, rate: 5 } })).toEqual({
    'registry.example:5000': { rate: 5 },
  });
});

test('without limits a job stays as it is, and one that is no registry has none', () => {
  expect(withLimits(job, {})).toBe(job);
  const local = { ...job, source: 'oci:/data/node:22', target: 'oci:/data/copy:22' };
  expect(withLimits(local, { 'docker.io': { rate: 1 } })).toBe(local);
  expect(limitsOf(local)).toEqual({});
});

test('whoever does a job is told of a limit that is no more', () => {
  expect(limitsOf(withLimits(job, { 'docker.io': { rate: 100 } }))).toEqual({
    'docker.io': { rate: 100 },
    'registry.example:5000': {},
  });
});
