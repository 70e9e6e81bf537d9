import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReslimError } from '../../src/base/errors.ts';
import { normaliseImageName } from '../../src/oci/image-name.ts';
import {
  formatReference,
  parseReference,
  splitCandidates,
  type Reference,
} from '../../src/oci/reference.ts';

const DIGEST = `sha256:${'a1'.repeat(32)}` as const;

describe('parseReference', () => {
  const cases: readonly (readonly [string, Reference])[] = [
    ['oci:dir', { kind: 'oci', path: 'dir' }],
    ['oci:dir:1.0', { kind: 'oci', path: 'dir', tag: '1.0' }],
    ['oci:/a/b.c/dir:v1_2-x', { kind: 'oci', path: '/a/b.c/dir', tag: 'v1_2-x' }],
    ['oci:dir:', { kind: 'oci', path: 'dir' }],
    ['oci:/a:b/dir', { kind: 'oci', path: '/a:b/dir' }],
    ['oci:/a:b/dir:1', { kind: 'oci', path: '/a:b/dir', tag: '1' }],
    ['oci:10:30:', { kind: 'oci', path: '10:30' }],
    ['oci:dir:docker.io/app:1.0', { kind: 'oci', path: 'dir', tag: 'docker.io/app:1.0' }],
    ['oci:dir:localhost:5000/a/b:1', { kind: 'oci', path: 'dir', tag: 'localhost:5000/a/b:1' }],
    ['oci:dir:1.0+build', { kind: 'oci', path: 'dir', tag: '1.0+build' }],
    [`oci:dir@${DIGEST}`, { kind: 'oci', path: 'dir', digest: DIGEST }],
    ['oci:C:\\img\\app:1.0', { kind: 'oci', path: 'C:\\img\\app', tag: '1.0' }],
    ['oci:C:/img/app', { kind: 'oci', path: 'C:/img/app' }],
    ['oci:me@home:1', { kind: 'oci', path: 'me@home', tag: '1' }],
    ['oci-archive:a.tar', { kind: 'oci-archive', path: 'a.tar' }],
    ['oci-archive:-:1.0', { kind: 'oci-archive', path: '-', tag: '1.0' }],
    ['docker-archive:a.tar', { kind: 'docker-archive', path: 'a.tar' }],
    ['docker-archive:a.tar:@2', { kind: 'docker-archive', path: 'a.tar', position: 2 }],
    [
      'docker-archive:a.tar:app:1.0',
      {
        kind: 'docker-archive',
        path: 'a.tar',
        image: { registry: 'docker.io', repository: 'library/app', tag: '1.0' },
      },
    ],
    [
      'docker-archive:/x/T10:00_/a.tar:r.io:5000/app',
      {
        kind: 'docker-archive',
        path: '/x/T10:00_/a.tar',
        image: { registry: 'r.io:5000', repository: 'app' },
      },
    ],
    [
      'podman:a/b',
      {
        kind: 'docker-daemon',
        engine: 'podman',
        image: { registry: 'docker.io', repository: 'a/b' },
      },
    ],
    [`docker-daemon:${DIGEST}`, { kind: 'docker-daemon', image: { id: DIGEST } }],
    [
      'docker-daemon:a/b',
      { kind: 'docker-daemon', image: { registry: 'docker.io', repository: 'a/b' } },
    ],
    [
      `docker://ghcr.io/o/app:1@${DIGEST}`,
      {
        kind: 'registry',
        image: { registry: 'ghcr.io', repository: 'o/app', tag: '1', digest: DIGEST },
      },
    ],
    [
      'docker://[::1]:5000/app',
      { kind: 'registry', image: { registry: '[::1]:5000', repository: 'app' } },
    ],
    ['-', { kind: 'archive', path: '-' }],
    ['./build:1.0', { kind: 'bare', text: './build:1.0' }],
  ];

  it.each(cases)('reads %s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each([
    '',
    'oci:',
    'docker://',
    'docker://UPPER',
    'docker://app:',
    'docker://app@sha256:12',
    `docker://${'a'.repeat(256)}`,
    `docker://${'ab'.repeat(32)}`,
    'https://registry-1.docker.io/v2/',
    'oci:dir:not a tag',
    'oci:dir@sha256:12',
    `oci:dir:1.0@${DIGEST}`,
    'docker-archive:a.tar:Not A Name',
    `docker-archive:a.tar:app@${DIGEST}`,
    'docker-daemon:a//b',
  ])('refuses %j with a hint', (text) => {
    const error = caught(() => parseReference(text));
    expect(error).toBeInstanceOf(ReslimError);
    expect(error).toMatchObject({ code: 'usage', hint: expect.stringMatching(/\w/) });
    expect((error as Error).message).not.toMatch(/\n/);
  });

  it('reads back what formatReference writes, for any text', () => {
    fc.assert(
      fc.property(anyReferenceText, (text) => {
        const reference = attempt(() => parseReference(text));
        if (reference) expect(parseReference(formatReference(reference))).toEqual(reference);
      }),
      { numRuns: 5000 },
    );
  });

  it('reads back references built from parts', () => {
    fc.assert(
      fc.property(fc.oneof(layoutReference, registryReference), (reference) => {
        expect(parseReference(formatReference(reference))).toEqual(reference);
      }),
      { numRuns: 2000 },
    );
  });

  it('fails with nothing but usage errors, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), anyReferenceText), (text) => {
        const error = caught(() => parseReference(text));
        if (error !== undefined) expect(error).toMatchObject({ code: 'usage' });
      }),
      { numRuns: 3000 },
    );
  });
});

describe('splitCandidates', () => {
  it('offers every colon, the longest path first', () => {
    expect(splitCandidates('a:b/c:1')).toEqual([
      { path: 'a:b/c:1' },
      { path: 'a:b/c', tag: '1' },
      { path: 'a', tag: 'b/c:1' },
    ]);
  });

  it('takes a digest off first', () => {
    expect(splitCandidates(`a@${DIGEST}`)).toEqual([
      { path: `a@${DIGEST}` },
      { path: 'a', digest: DIGEST },
    ]);
  });
});

describe('normaliseImageName', () => {
  it.each([
    ['app', 'docker.io/library/app:latest'],
    ['docker.io/app', 'docker.io/library/app:latest'],
    ['index.docker.io/app:1', 'docker.io/library/app:1'],
    ['owner/app:1', 'docker.io/owner/app:1'],
    ['localhost/app', 'localhost/app:latest'],
    ['Host/app', 'Host/app:latest'],
    ['localhost:5000/app:1', 'localhost:5000/app:1'],
    [`app@${DIGEST}`, `docker.io/library/app@${DIGEST}`],
    ['no such name', undefined],
  ])('reads %s', (text, expected) => {
    expect(normaliseImageName(text)).toBe(expected);
  });
});

const word = fc.stringMatching(/^[a-zA-Z0-9._:@/\\+-]{0,12}$/);
const tag = fc.stringMatching(/^\w[\w.-]{0,20}$/);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}` as const);
const scheme = fc.constantFrom(
  '',
  'oci:',
  'oci-archive:',
  'docker-archive:',
  'docker-daemon:',
  'docker://',
);

const anyReferenceText = fc
  .tuple(
    scheme,
    word,
    fc.constantFrom('', ':', '@', ':@', '/'),
    fc.oneof(word, tag, digest, fc.constant('1')),
  )
  .map((parts) => parts.join(''));

/** A colon before a slash may begin an image name (`a:b.c/d`): such paths cannot be told from tags. */
const path = fc.stringMatching(/^[a-zA-Z0-9._ -]{1,8}(\/[a-zA-Z0-9._ -]{1,8}){0,2}[a-z:]{0,3}$/);

const layoutReference = fc
  .record(
    { kind: fc.constantFrom('oci' as const, 'oci-archive' as const), path },
    { requiredKeys: ['kind', 'path'] },
  )
  .chain((base) =>
    fc.oneof(
      fc.constant(base),
      tag.map((value) => ({ ...base, tag: value })),
      digest.map((value) => ({ ...base, digest: value })),
    ),
  );

const registryReference = fc.record({
  kind: fc.constant('registry' as const),
  image: fc.record(
    {
      registry: fc.constantFrom('docker.io', 'ghcr.io', 'localhost:5000', '[::1]:5000', 'Upper'),
      repository: fc.stringMatching(
        /^[a-z0-9]{1,8}\/[a-z0-9]{1,8}(__[a-z0-9]{1,4}|-{1,3}[a-z0-9]{1,4})?$/,
      ),
      tag,
      digest,
    },
    { requiredKeys: ['registry', 'repository'] },
  ),
});

const caught = (action: () => unknown): unknown => {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
};

const attempt = <T>(action: () => T): T | undefined => {
  try {
    return action();
  } catch {
    return undefined;
  }
};
