import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ReslimEvent } from '../../src/api/events.ts';
import { ReslimError } from '../../src/base/errors.ts';
import { copy } from '../../src/operations/copy.ts';
import { withSession } from '../../src/operations/session.ts';
import { slim } from '../../src/operations/slim.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  named,
  sampleImage,
  writeLayout,
  type SampleImage,
} from '../transport/support/sample-image.ts';

let folder: string;
let image: SampleImage;
let source: string;
let layer: string;
beforeEach(async () => {
  folder = tempFolder();
  image = await sampleImage(['first', 'second']);
  const layout = await writeLayout(join(folder, 'app'), [image], [named(image, '1')]);
  source = `oci:${layout}:1`;
  const [blob] = image.blobs;
  layer = join(layout, 'blobs', blob?.descriptor.digest.replace(':', '/') ?? '');
});

const failureOf = async (run: Promise<unknown>): Promise<ReslimError> => {
  const error: unknown = await run.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  );
  if (error instanceof ReslimError) return error;
  throw error;
};

describe('a session', () => {
  test('opens several sources and targets, each next to the first source', async () => {
    const other = await sampleImage(['other']);
    const second = await writeLayout(join(folder, 'other'), [other], [named(other, '2')]);
    await withSession({}, async (session) => {
      const { sources, targets } = await session.open({
        sources: [source, `oci:${second}:2`],
        targets: [join(folder, 'new:1'), join(folder, 'new.tar')],
      });
      expect(sources.map(({ root }) => root.digest)).toEqual([
        image.root.digest,
        other.root.digest,
      ]);
      expect(targets.map(({ reference }) => reference.kind)).toEqual(['oci', 'oci-archive']);
      const roots = await Promise.all(sources.map(session.read));
      expect(roots).toMatchObject([{ kind: 'image' }, { kind: 'image' }]);
    });
    // A target that was not committed leaves nothing behind.
    expect(readdirSync(folder).sort()).toEqual(['app', 'other']);
  });

  test('reports how many bytes of an archive it received, where that cannot be read in place', async () => {
    const tar = join(folder, 'app.tar');
    await copy({ source, target: `oci-archive:${tar}:1` });
    const packed = gzipSync(readFileSync(tar));
    writeFileSync(`${tar}.gz`, packed);
    const received = async (archive: string): Promise<number[]> => {
      const events: ReslimEvent[] = [];
      const onEvent = (event: ReslimEvent): void => void events.push(event);
      await withSession({ onEvent }, (session) =>
        session.open({ sources: [`oci-archive:${archive}:1`] }),
      );
      return events.flatMap((event) =>
        event.type === 'progress' && event.stage === 'open' ? [event.done] : [],
      );
    };
    expect((await received(`${tar}.gz`)).at(-1)).toBe(packed.length);
    expect(await received(tar)).toEqual([]);
  });

  test('closes what it opened when a later place cannot be opened', async () => {
    let temp = '';
    const run = withSession({}, (session) => {
      temp = session.temp.path;
      return session.open({
        sources: [source],
        targets: [join(folder, 'new:1'), join(folder, 'none/new.tar')],
      });
    });
    expect(await failureOf(run)).toMatchObject({ code: 'not-found', origin: 'target' });
    expect(existsSync(temp)).toBe(false);
    expect(readdirSync(folder)).toEqual(['app']);
  });

  test('ends with its operation, whatever becomes of it', async () => {
    const temps: string[] = [];
    await withSession({}, async ({ temp }) => temps.push(temp.path));
    const fails = withSession({}, async ({ temp, newSpool }) => {
      temps.push(temp.path);
      await (await newSpool()).close();
      throw new ReslimError('policy', 'no');
    });
    expect(await failureOf(fails)).toMatchObject({ code: 'policy', origin: undefined });
    expect(temps.map(existsSync)).toEqual([false, false]);
  });

  test('refuses a malformed platform before it opens anything', async () => {
    const run = withSession({ platform: 'linux/' }, () => Promise.reject(new Error('opened')));
    expect(await failureOf(run)).toMatchObject({ code: 'usage' });
  });
});

describe('an error names its origin', () => {
  const target = (): string => `oci:${join(folder, 'out')}:1`;
  const route = (): RegExp => new RegExp(`, copying ${source} to ${target()}$`);

  test('source: an image that does not exist', async () => {
    const run = copy({ source: `oci:${folder}/none:1`, target: target() });
    expect(await failureOf(run)).toMatchObject({ code: 'not-found', origin: 'source' });
  });

  test('source: a blob that is missing', async () => {
    rmSync(layer);
    expect(await failureOf(copy({ source, target: target() }))).toMatchObject({
      code: 'not-found',
      origin: 'source',
      message: expect.stringMatching(route()) as string,
    });
  });

  test('source: bytes that have another digest, though the target is writing them', async () => {
    writeFileSync(layer, Buffer.alloc(image.blobs[0]?.bytes.length ?? 0));
    expect(await failureOf(copy({ source, target: target() }))).toMatchObject({
      code: 'mismatch',
      origin: 'source',
      message: expect.stringMatching(route()) as string,
    });
  });

  test('source: a layer that ends early', async () => {
    truncateSync(layer, 10);
    const run = slim({ source, target: target(), profiles: ['none'] });
    expect(await failureOf(run)).toMatchObject({ code: 'mismatch', origin: 'source' });
  });

  test('source: a platform that the image is not for, with its name only once', async () => {
    const run = copy({ source, target: target(), platform: 'linux/s390x' });
    expect(await failureOf(run)).toMatchObject({
      code: 'not-found',
      origin: 'source',
      message: `no image for linux/s390x, ${source}`,
    });
  });

  test('target: a place that something else is in', async () => {
    writeFileSync(join(folder, 'out'), '');
    expect(await failureOf(copy({ source, target: target() }))).toMatchObject({
      code: 'usage',
      origin: 'target',
    });
  });

  test('target: a commit that fails, with its name only once', async () => {
    const place = tempFolder();
    const archive = `oci-archive:${join(place, 'out.tar')}`;
    const run = copy({
      source,
      target: archive,
      onEvent: (event) => {
        if (event.type === 'stage' && event.stage === 'commit') rmSync(place, { recursive: true });
      },
    });
    expect(await failureOf(run)).toMatchObject({
      code: 'io',
      origin: 'target',
      message: `no such file or folder, ${archive}`,
    });
  });

  test('none: a check of the user, and an interruption', async () => {
    const run = slim({ source, target: target(), profiles: ['none'], maxSize: 1 });
    expect(await failureOf(run)).toMatchObject({ code: 'policy', origin: undefined });
    const signal = AbortSignal.abort();
    expect(await failureOf(copy({ source, target: target(), signal }))).toMatchObject({
      code: 'aborted',
      origin: undefined,
    });
  });
});
