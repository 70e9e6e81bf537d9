import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspect } from '../../src/operations/inspect.ts';
import { writeSample } from '../cli/support/sample-layout.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('lists every file with its layer, what is wasted and what each level decides', async () => {
  const folder = tempFolder();
  await writeSample(folder);
  const source = `oci:${join(folder, 'app')}:1.0`;
  const [image] = (await inspect({ source, listFiles: true })).images;
  expect(image?.files?.levels).toEqual(['safe', 'lean', 'minimal']);
  expect(image?.analysis?.savings.map(({ level }) => level)).toEqual(['safe', 'lean', 'minimal']);
  expect(image?.minimal?.use?.confidence).toBe('closed');
  const files = image?.files?.files ?? [];
  const logs = 'drop base/logs';
  expect(
    files.map(({ path, size, layer, waste, decisions }) => [
      path,
      size,
      layer,
      waste?.reason,
      decisions.map((each) => each && `${each.action} ${each.rule}`),
    ]),
  ).toEqual([
    ['/app/main', 3, 1, undefined, [undefined, undefined, 'keep ']],
    ['/app/new', 4, 2, undefined, [undefined, undefined, 'keep ']],
    ['/var/log/app.log', 999, 1, undefined, [logs, logs, logs]],
    ['/app/gone', 5000, 1, 'deleted', []],
  ]);
  expect(files[0]?.usedBy).toBe('entrypoint of the config starts /app/main');
  expect(files.reduce((sum, { size }) => sum + size, 0)).toBe(image?.analysis?.contentSize);
});

test('lists nothing where nobody asks', async () => {
  const folder = tempFolder();
  await writeSample(folder);
  const result = await inspect({ source: `oci:${join(folder, 'app')}:1.0` });
  expect(result.images[0]).not.toHaveProperty('files');
});
