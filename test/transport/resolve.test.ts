import { mkdir, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parseImageName } from '../../src/oci/image-name.ts';
import { parseReference, type EngineReference, type Reference } from '../../src/oci/reference.ts';
import { resolveSource, resolveTarget } from '../../src/transport/resolve.ts';
import { sampleImage, tarOf, writeLayout } from './support/sample-image.ts';
import { tempFolder } from '../support/temp-folder.ts';

const DIGEST = `sha256:${'a1'.repeat(32)}` as const;

const NO_ENGINE = { registry: {}, engine: { env: {}, home: '/nonexistent', sockets: [] } };

/** The folder names are relative to. Workers cannot change theirs, so this runs in a process. */
let folder: string;

beforeEach(async () => {
  folder = tempFolder();
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  const image = await sampleImage(['a']);
  for (const name of ['myapp', 'a:b', 'build/out', 'v1.0']) await writeLayout(name, [image]);
  await mkdir('stuff');
  await writeFile('stuff/file', '');
  const tar = await tarOf({ x: 'x' });
  for (const name of ['app.tar', 'plain', '10:30.tar', 'a.b:c.tar']) await writeFile(name, tar);
  await writeFile('app.tgz', gzipSync(tar));
  await writeFile('node', '#!/bin/sh');
});

describe('resolveSource', () => {
  const cases: readonly (readonly [string, Reference])[] = [
    ['myapp', { kind: 'oci', path: 'myapp' }],
    ['myapp:1.0', { kind: 'oci', path: 'myapp', tag: '1.0' }],
    ['myapp/', { kind: 'oci', path: 'myapp/' }],
    ['./build/out:x', { kind: 'oci', path: './build/out', tag: 'x' }],
    [`myapp@${DIGEST}`, { kind: 'oci', path: 'myapp', digest: DIGEST }],
    ['myapp:docker.io/app:1.0', { kind: 'oci', path: 'myapp', tag: 'docker.io/app:1.0' }],
    ['a:b', { kind: 'oci', path: 'a:b' }],
    ['a:b:1', { kind: 'oci', path: 'a:b', tag: '1' }],
    ['oci:a:b', { kind: 'oci', path: 'a:b' }],
    ['oci:a:b:1', { kind: 'oci', path: 'a:b', tag: '1' }],
    ['oci:myapp:team/app:1', { kind: 'oci', path: 'myapp', tag: 'team/app:1' }],
    ['oci:absent:1', { kind: 'oci', path: 'absent', tag: '1' }],
    ['app.tar', { kind: 'archive', path: 'app.tar' }],
    ['app.tar:app:1.0', { kind: 'archive', path: 'app.tar', name: 'app:1.0' }],
    ['app.tgz', { kind: 'archive', path: 'app.tgz' }],
    ['plain', { kind: 'archive', path: 'plain' }],
    ['10:30.tar', { kind: 'archive', path: '10:30.tar' }],
    ['node:20', parseReference('docker://node:20')],
    ['ghcr.io/me/app:1', parseReference('docker://ghcr.io/me/app:1')],
    ['localhost:5000/app', parseReference('docker://localhost:5000/app')],
    ['localhost/app', parseReference('docker://localhost/app')],
    [DIGEST, { kind: 'docker-daemon', image: { id: DIGEST } }],
    ['-', { kind: 'archive', path: '-' }],
    ['-:app:1', { kind: 'archive', path: '-', name: 'app:1' }],
    ['oci-archive:10:30.tar', { kind: 'oci-archive', path: '10:30.tar' }],
    ['docker-archive:a.b:c.tar', { kind: 'docker-archive', path: 'a.b:c.tar' }],
    [
      'docker-archive:a.b:c.tar:app',
      {
        kind: 'docker-archive',
        path: 'a.b:c.tar',
        image: { registry: 'docker.io', repository: 'library/app' },
      },
    ],
  ];

  it.each(cases)('resolves %s', async (text, expected) => {
    expect(await resolveSource(text, NO_ENGINE)).toEqual(expected);
  });

  it.each([
    ['./node', 'not-found', /gzip or zstd/],
    ['./stuff', 'not-found', /oci-layout/],
    ['./absent:1', 'not-found', /"\.\/absent"/],
    ['absent.tar', 'not-found', /absent\.tar/],
    ['No Such Thing', 'not-found', /looked for/],
    ['', 'usage', /oci:DIR/],
  ])('refuses %j', async (text, code, hint) => {
    await expect(resolveSource(text, NO_ENGINE)).rejects.toMatchObject({
      code,
      hint: expect.stringMatching(hint),
    });
  });
});

describe('resolveTarget', () => {
  const layout: Reference = { kind: 'oci', path: 'myapp', tag: '1.0' };
  const docker = parseReference('docker-archive:app.tar');
  const archive = parseReference('oci-archive:app.tar');
  const engine = parseReference('docker-daemon:app:1.0');
  const podman = parseReference('docker-daemon:localhost/app:1.0');
  const found = { ...podman, engine: 'podman', host: 'unix:///x' } as EngineReference;
  const registry = parseReference('docker://ghcr.io/app:1.0');
  const any: Reference = { kind: 'archive', path: '-' };

  const cases: readonly (readonly [string, Reference, Reference])[] = [
    ['myapp:1.0-slim', layout, { kind: 'oci', path: 'myapp', tag: '1.0-slim' }],
    ['other:tag', layout, { kind: 'oci', path: 'other', tag: 'tag' }],
    ['./other', layout, { kind: 'oci', path: './other' }],
    ['other:docker.io/app:1', layout, { kind: 'oci', path: 'other', tag: 'docker.io/app:1' }],
    ['v1.0', layout, { kind: 'oci', path: 'v1.0' }],
    ['slim.tar', layout, { kind: 'oci-archive', path: 'slim.tar' }],
    ['slim.tar:2', layout, { kind: 'oci-archive', path: 'slim.tar', tag: '2' }],
    ['-', layout, { kind: 'oci-archive', path: '-' }],
    ['docker-archive:x.tar:app', layout, parseReference('docker-archive:x.tar:app')],
    ['slim.tar', docker, { kind: 'docker-archive', path: 'slim.tar' }],
    ['slim.tar:app:2', docker, parseReference('docker-archive:slim.tar:app:2')],
    ['slim', docker, { kind: 'docker-archive', path: 'slim' }],
    ['-', docker, { kind: 'archive', path: '-' }],
    ['-:app:2', docker, parseReference('docker-archive:-:app:2')],
    ['slim.tar', archive, { kind: 'oci-archive', path: 'slim.tar' }],
    ['slim.tar:2', archive, { kind: 'oci-archive', path: 'slim.tar', tag: '2' }],
    ['slim.tar', any, { kind: 'archive', path: 'slim.tar' }],
    ['slim.tar:app:2', any, { kind: 'archive', path: 'slim.tar', name: 'app:2' }],
    ['myapp:2', docker, { kind: 'oci', path: 'myapp', tag: '2' }],
    ['new/', docker, { kind: 'oci', path: 'new/' }],
    ['docker://me/app', layout, parseReference('docker://me/app')],
    ['app:slim', engine, parseReference('docker-daemon:app:slim')],
    ['ghcr.io/app:slim', engine, parseReference('docker://ghcr.io/app:slim')],
    ['ghcr.io/app:slim', layout, parseReference('docker://ghcr.io/app:slim')],
    ['localhost:5000/app:slim', docker, parseReference('docker://localhost:5000/app:slim')],
    ['v1.0/slim:1', layout, { kind: 'oci', path: 'v1.0/slim', tag: '1' }],
    ['localhost/app:slim', engine, parseReference('docker-daemon:localhost/app:slim')],
    ['app:slim', found, { ...found, image: parseImageName('localhost/app:slim') }],
    ['podman:app:slim', found, { ...found, image: parseImageName('app:slim') }],
    [
      'docker-daemon:app:slim',
      found,
      { kind: 'docker-daemon', engine: 'docker', image: parseImageName('app:slim') },
    ],
    ['app:slim', podman, parseReference('docker-daemon:localhost/app:slim')],
    ['slim.tar', engine, { kind: 'docker-archive', path: 'slim.tar' }],
    ['-', engine, { kind: 'docker-archive', path: '-' }],
    ['./out:1', engine, { kind: 'oci', path: './out', tag: '1' }],
    ['ghcr.io/app:slim', registry, parseReference('docker://ghcr.io/app:slim')],
    ['slim.tar:2', registry, { kind: 'oci-archive', path: 'slim.tar', tag: '2' }],
    ['myapp:2', registry, { kind: 'oci', path: 'myapp', tag: '2' }],
    ['out/', registry, { kind: 'oci', path: 'out/' }],
  ];

  it.each(cases)('%s next to %j', async (text, source, expected) => {
    expect(await resolveTarget(text, source, NO_ENGINE)).toEqual(expected);
  });

  it.each([
    ['slim.tar.gz', layout, 'usage', /\.tar/],
    ['app:slim', docker, 'usage', /docker-archive:/],
    ['https://ghcr.io/app', layout, 'usage', /docker:\/\//],
  ])('refuses %j', async (text, source, code, hint) => {
    await expect(resolveTarget(text, source)).rejects.toMatchObject({
      code,
      hint: expect.stringMatching(hint),
    });
  });
});
