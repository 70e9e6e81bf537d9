import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseReference, type Reference } from '../../src/oci/reference.ts';
import { refuseSelf, type NamedSource } from '../../src/transport/refuse-self.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
beforeAll(async () => {
  await mkdir(join(folder, 'app'));
  await symlink('app', join(folder, 'link'));
  await writeFile(join(folder, 'app.tar'), '');
});

const at = (text: string): Reference => parseReference(text.replace('FOLDER', folder));
const from = (text: string, ...names: NamedSource['names']): NamedSource => ({
  reference: at(text),
  names,
});

const layout = from('oci:FOLDER/app:1.0', { refName: '1.0' }, { refName: 'latest' });
const only = from('oci:FOLDER/app', { refName: '1.0' });
const archive = from('oci-archive:FOLDER/app.tar');
const one = from('docker-archive:FOLDER/app.tar:app:1', { imageName: 'docker.io/library/app:1' });
const engine = from('docker-daemon:app:1.0', { imageName: 'docker.io/library/app:1.0' });
const podman: NamedSource = {
  reference: { ...engine.reference, engine: 'podman', host: 'unix:///p' } as Reference,
  names: engine.names,
};
const byId = from(`docker-daemon:sha256:${'a'.repeat(64)}`, { imageName: 'app:1.0' });
const registry = from('docker://ghcr.io/app');

describe('a target that is its own source', () => {
  test.each<[string, NamedSource, RegExp]>([
    ['oci:FOLDER/app:1.0', layout, /app:1\.0-slim, or say --in-place$/],
    ['oci:FOLDER/link:1.0', layout, /link:1\.0-slim/],
    ['oci:FOLDER/app', layout, /app:1\.0-slim/],
    ['oci:FOLDER/app:1.0', only, /slim/],
    ['oci-archive:FOLDER/app.tar:x', archive, /slim\.tar/],
    ['docker-daemon:app:1.0', engine, /app:1\.0-slim/],
    ['docker-daemon:docker.io/library/app:1.0', byId, /slim/],
    ['podman:app:1.0', podman, /slim/],
    ['docker://ghcr.io/app:latest', registry, /ghcr\.io\/app:latest-slim/],
  ])('%s is refused, and allowed in place', async (target, source, hint) => {
    await expect(refuseSelf(at(target), source, false)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^the new image would replace its source: /),
      hint: expect.stringMatching(hint),
    });
    await refuseSelf(at(target), source, true);
  });

  test('a target in its repository needs a tag', async () => {
    for (const inPlace of [true, false])
      await expect(refuseSelf(at('docker-daemon:app'), engine, inPlace)).rejects.toMatchObject({
        code: 'usage',
        hint: 'give the new image a tag, e.g. app:1.0-slim',
      });
  });

  test('an archive that may hold other images is not written in place', async () => {
    const target = at('docker-archive:FOLDER/app.tar:app:1');
    await expect(refuseSelf(target, one, true)).rejects.toMatchObject({ code: 'unsupported' });
  });
});

test.each<[string, NamedSource]>([
  ['oci:FOLDER/app:1.0-slim', layout],
  ['oci:FOLDER/app:latest', layout],
  ['oci:FOLDER/other:1.0', layout],
  ['oci-archive:-', archive],
  ['oci-archive:FOLDER/other.tar', archive],
  ['docker-daemon:app:slim', engine],
  ['docker-daemon:app:1.0', podman],
  ['docker://app:1.0', engine],
  ['docker://ghcr.io/app:slim', registry],
])('%s is another image than its source', async (target, source) => {
  await refuseSelf(at(target), source, false);
});
