import { expect, test } from 'vitest';
import { imageLabel } from '../../src/report/image-label.ts';

test.each([
  ['docker://docker.io/library/app:1.0', 'app', '1.0'],
  ['docker://registry.example.com:5000/team/app:1.0', 'registry.example.com:5000/team/app', '1.0'],
  [`docker://ghcr.io/me/app@sha256:${'a'.repeat(64)}`, 'ghcr.io/me/app', ''],
  ['docker-daemon:docker.io/library/app:dev', 'app', 'dev'],
  ['oci:./build/app:1.0', 'build/app', '1.0'],
  ['oci:/tmp/job-x7/app:slim', 'app', 'slim'],
  ['docker-archive:app.tar', 'app.tar', ''],
  ['oci-archive:-', '-', ''],
])('%s is called %s', (name, image, tag) => {
  expect(imageLabel(name)).toEqual({ image, tag });
});
