import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openTemp, openTempWithin } from '../../src/transport/temp.ts';
import { json } from './support/sample-image.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { run } from '../support/run.ts';

const DEAD_PID = 4194303;

describe('openTemp', () => {
  let folder: string;

  beforeEach(async () => {
    folder = tempFolder();
    const before = process.env['TMPDIR'];
    onTestFinished(() => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    });
    process.env['TMPDIR'] = folder;
  });

  it('makes a private folder in TMPDIR that goes away', async () => {
    const temp = await openTemp();
    expect(temp.path.startsWith(join(folder, `reslim-${process.pid}-`))).toBe(true);
    expect((await stat(temp.path)).mode & 0o777).toBe(0o700);
    await writeFile(temp.file('x'), 'x');
    await temp.close();
    await temp.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('makes folders within it only for who asks for a file', async () => {
    const outer = await openTemp();
    const [idle, busy] = [openTempWithin(outer), openTempWithin(outer)];
    await writeFile(busy.file('x'), 'x');
    expect((await readdir(outer.path)).toSorted()).toEqual(['owner', basename(busy.path)]);
    expect((await stat(busy.path)).mode & 0o777).toBe(0o700);
    await Promise.all([idle.close(), busy.close()]);
    expect(await readdir(outer.path)).toEqual(['owner']);
    await outer.close();
    expect(() => idle.file('x')).toThrow(outer.path);
  });

  it('removes what killed runs left behind, and nothing else', async () => {
    const living = await openTemp();
    const owner = JSON.parse(await readFile(living.file('owner'), 'utf8')) as Record<
      string,
      unknown
    >;
    const folders: Record<string, object | undefined> = {
      [`reslim-${DEAD_PID}-aaaaaa`]: undefined,
      [`reslim-${DEAD_PID}-bbbbbb`]: { ...owner, pid: DEAD_PID },
      [`reslim-${process.pid}-cccccc`]: { ...owner, started: '1' },
      [`reslim-${DEAD_PID}-dddddd`]: { ...owner, pid: DEAD_PID, scope: 'another container' },
      [`reslim-${DEAD_PID}-eeeeee`]: { ...owner, pid: DEAD_PID, scope: 'another container' },
      [`reslim-notes`]: undefined,
      [`reslim-${DEAD_PID}-`]: undefined,
    };
    for (const [name, content] of Object.entries(folders)) {
      await mkdir(join(folder, name));
      if (content) await writeFile(join(folder, name, 'owner'), json(content));
    }
    await utimes(join(folder, `reslim-${DEAD_PID}-eeeeee`), 0, 0);
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere/precious'), '');
    await symlink('elsewhere', join(folder, `reslim-${DEAD_PID}-ffffff`));
    await writeFile(join(folder, `reslim-${DEAD_PID}-gggggg`), '');
    const temp = await openTemp();
    await temp.close();
    expect(
      (await readdir(folder)).filter((name) => name !== living.path.slice(folder.length + 1)),
    ).toEqual([
      'elsewhere',
      `reslim-${DEAD_PID}-`,
      `reslim-${DEAD_PID}-dddddd`,
      `reslim-${DEAD_PID}-ffffff`,
      `reslim-${DEAD_PID}-gggggg`,
      'reslim-notes',
    ]);
    expect(await readdir(join(folder, 'elsewhere'))).toEqual(['precious']);
    await living.close();
  });

  it('removes the folder after process.exit', async () => {
    const script = `import { openTemp } from '${new URL('../../build/transport/temp.js', import.meta.url).href}';
      const temp = await openTemp(); process.stdout.write(temp.path); process.exit(0);`;
    const path = await run(process.execPath, ['--input-type=module', '-e', script]);
    expect(path).toContain(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  it('names the folder that cannot be used', async () => {
    process.env['TMPDIR'] = join(folder, 'absent');
    await expect(openTemp()).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('absent'),
    });
  });
});
