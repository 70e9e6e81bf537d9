import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { packageFile } from '../../src/base/package-files.ts';
import { openRuntime, partsOf } from '../../src/operations/runtime.ts';
import { slim } from '../../src/operations/slim.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { named, sampleImage, writeLayout } from '../transport/support/sample-image.ts';

let folder: string;
let source: string;
beforeEach(async () => {
  folder = tempFolder();
  const image = await sampleImage(['first', 'second']);
  source = `oci:${await writeLayout(join(folder, 'app'), [image], [named(image, '1')])}:1`;
});

const slimTo = (name: string, runtime?: Awaited<ReturnType<typeof openRuntime>>) =>
  slim({ source, target: `oci:${join(folder, name)}:1`, compression: 'gzip', runtime });

describe('a runtime', () => {
  test('is shared by operations, also at the same time, and makes the same images', async () => {
    const cache = join(folder, 'cache');
    const runtime = await openRuntime({ cache: { folder: cache }, maxThreads: 1 });
    const alone = await slimTo('alone');
    expect(existsSync(cache)).toBe(true);
    const shared = [
      ...(await Promise.all([slimTo('a', runtime), slimTo('b', runtime)])),
      await slimTo('c', runtime),
    ];
    for (const { target } of shared) expect(target?.digest).toBe(alone.target?.digest);
    await runtime.close();
    expect(readdirSync(cache).sort()).toEqual([
      'images',
      'indexes',
      'layers',
      'runs',
      'secret',
      'unseen',
    ]);
  });

  test('has buffers of its own', async () => {
    const [first, second] = [partsOf(await openRuntime()), partsOf(await openRuntime())];
    const buffer = first.codec.buffers.take(1000);
    first.codec.buffers.release(buffer);
    expect(second.codec.buffers.take(1000).buffer).not.toBe(buffer.buffer);
    expect(first.codec.buffers.take(1000).buffer).toBe(buffer.buffer);
    await Promise.all([first.close(), second.close()]);
  });

  test('that is closed twice is closed', async () => {
    const runtime = await openRuntime();
    await slimTo('once', runtime);
    await runtime.close();
    await expect(runtime.close()).resolves.toBeUndefined();
  });

  test.each([{ maxThreads: 0 }, { maxThreads: 1.5 }, { maxSpareBuffers: -1 }])(
    'refuses the limits %o',
    async (options) => {
      await expect(openRuntime(options)).rejects.toMatchObject({ code: 'usage' });
    },
  );

  test('that openRuntime did not make is refused', async () => {
    const foreign = { close: async () => {} };
    await expect(slimTo('foreign', foreign)).rejects.toMatchObject({
      code: 'usage',
      message: 'the runtime was not made by openRuntime()',
    });
  });
});

test('an operation of the library sets no flags of V8', async () => {
  const program = `
    const { slim } = await import(${JSON.stringify(packageFile('dist/index.js').href)});
    const { runInNewContext } = await import('node:vm');
    await slim(${JSON.stringify({ source, target: `oci:${join(folder, 'out')}:1` })});
    console.log(runInNewContext('typeof gc'));
  `;
  const words = ['--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  expect(stdout).toBe('undefined\n');
});
