import { expect, test } from 'vitest';
import { parseReference } from '../../src/oci/reference.ts';
import { isUnnamedPipe, slimNames } from '../../src/transport/slim-names.ts';

test.each([
  [{ imageName: 'docker.io/library/app:1.0' }, { imageName: 'docker.io/library/app:1.0-slim' }],
  [{ imageName: 'app' }, { imageName: 'docker.io/library/app:latest-slim' }],
  [{ refName: '1.0' }, { refName: '1.0-slim' }],
  [{ refName: 'localhost:5000/app:1' }, { refName: 'localhost:5000/app:1-slim' }],
  [{ refName: 'x'.repeat(128) }, { refName: `${'x'.repeat(123)}-slim` }],
  [
    { refName: '1.0', imageName: 'ghcr.io/me/app:1.0' },
    { refName: '1.0-slim', imageName: 'ghcr.io/me/app:1.0-slim' },
  ],
])('%j is %j once it is slim', (name, slim) => {
  expect(slimNames([name])).toEqual([slim]);
});

test.each([
  ['-', true],
  ['docker-archive:-', true],
  ['oci-archive:-', true],
  ['docker-archive:-:app:1', false],
  ['oci-archive:-:1', false],
  ['oci-archive:slim.tar', false],
  ['docker://app', false],
])('%s is a pipe without a name: %s', (text, expected) => {
  expect(isUnnamedPipe(parseReference(text))).toBe(expected);
});
