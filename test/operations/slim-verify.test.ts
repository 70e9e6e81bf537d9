import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { ReslimEvent } from '../../src/api/events.ts';
import type { SlimOptions } from '../../src/api/options.ts';
import { slim } from '../../src/operations/slim.ts';
import { verify } from '../../src/operations/verify.ts';
import { elfFile } from '../support/elf-file.ts';
import { layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A program with a library, and a log to remove. */
const writeApp = async (): Promise<string> => {
  const folder = tempFolder();
  const layout = join(folder, 'app');
  await createLayout(layout);
  const tar = await layerTar([
    { name: 'app/main', mode: 0o755, body: elfFile({ needed: ['libz.so.1'] }) },
    { name: 'usr/lib/libz.so.1', body: elfFile() },
    { name: 'var/log/app.log', body: 'l'.repeat(3000) },
  ]);
  const config = { architecture: 'amd64', config: { Cmd: ['/app/main'] } };
  await putImage(layout, '1', { layers: [await putLayer(layout, [tar])], config });
  return folder;
};

/** Slims `app:1` of a folder with `verify`; failures are results, too. */
const slimOf = async (folder: string, options: Partial<SlimOptions> = {}) => {
  const events: ReslimEvent[] = [];
  const [source, target] = [`oci:${folder}/app:1`, `oci:${folder}/out:slim`];
  const onEvent = (event: ReslimEvent): number => events.push(event);
  const run = slim({ source, target, onEvent, verify: true, ...options });
  const result = await run.catch((error: unknown) => error as Error);
  const heard = events.flatMap((event) => (event.type === 'verify' ? [event.result] : []));
  return { result, heard, source, target };
};

test('what is written is verified as reslim verify would, also where it is there already', async () => {
  const folder = await writeApp();
  const { result, heard, source, target } = await slimOf(folder);
  const verified = await verify({ original: source, slim: target });
  expect(verified.passed).toBe(true);
  expect(heard).toEqual([verified]);
  expect(result).toMatchObject({ changed: true, upToDate: false, verification: verified });
  const again = await slimOf(folder);
  expect(again.result).toMatchObject({ upToDate: true, verification: verified });
});

test('a result that lacks something is refused before the target gets any of it', async () => {
  const folder = await writeApp();
  const { result, heard } = await slimOf(folder, { drop: ['/usr/lib/libz.so.1'] });
  expect(result).toMatchObject({
    code: 'policy',
    message: 'the result is not as its source: 1 difference, image for linux/amd64',
    hint: `/app/main needs libz.so.1: /usr/lib/libz.so.1 is gone
--explain PATH says why a path went, --keep PATH keeps it`,
  });
  expect(heard).toMatchObject([{ passed: false }]);
  await expect(access(join(folder, 'out'))).rejects.toThrow('ENOENT');
});

test('it is refused, too, where an earlier run without the option has written it', async () => {
  const folder = await writeApp();
  const drop = ['/usr/lib/libz.so.1'];
  expect((await slimOf(folder, { drop, verify: false })).result).toMatchObject({ changed: true });
  expect((await slimOf(folder, { drop })).result).toMatchObject({ code: 'policy' });
});

test('a dry run says that it cannot be verified', async () => {
  const { result, heard } = await slimOf(await writeApp(), { dryRun: true });
  expect(result).toMatchObject({
    notes: ['a dry run is not verified: only the new image shows what it has'],
  });
  expect(heard).toEqual([]);
});
