import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTools } from '../../support/requires.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { tryReslim } from '../../support/try-reslim.ts';
import { writeExplored } from './support/explored-image.ts';
import { writePackaged } from './support/packaged-image.ts';
import { openTmux } from './support/tmux.ts';

const cwd = tempFolder();
beforeAll(() => writeExplored(join(cwd, 'app')));

const READY = '▾ /';

describe.runIf(requireTools('tmux', 'pgrep'))('on a terminal', { timeout: 180_000 }, () => {
  test('it shows the image, obeys keys that come at once, and gives the terminal back', async () => {
    const terminal = openTmux(['explore', 'app:1.0'], { cwd });
    const first = await terminal.screen(READY);
    expect(first.split('\n')[0]).toBe('oci:app:1.0  linux/amd64');
    expect(first).not.toContain('before');
    terminal.press('Down', 'Right', 'Right', 'Right', 'Down');
    expect(await terminal.screen('/var/log/app.log')).toContain('base/logs');
    terminal.press('/', '*.bin', 'Enter', 'n');
    expect(await terminal.screen('2 of 3 matches')).toContain('/data/');
    terminal.press('Tab', 'Down', 'Down');
    await terminal.screen('layer 2, all files');
    terminal.press('q');
    const last = await terminal.screen('status 0');
    expect(last).toContain('before');
    expect(last).not.toContain('linux/amd64');
  });

  test('marks are shown before they are written to the settings file', async () => {
    const folder = tempFolder();
    await writeExplored(join(folder, 'app'));
    const file = join(folder, '.reslim.yaml');
    writeFileSync(file, '# ours\nlevel: lean\n');
    const terminal = openTmux(['explore', 'app:1.0'], { cwd: folder });
    expect(await terminal.screen(READY)).toContain('Goes with level lean: ');
    terminal.press('/', 'a.bin', 'Enter', '-', 'q');
    await terminal.screen('Marks are not written');
    terminal.press('w');
    expect(await terminal.screen('Changes in .reslim.yaml:')).toContain('+ drop: /data/a.bin');
    expect(readFileSync(file, 'utf8')).toBe('# ours\nlevel: lean\n');
    terminal.press('y');
    await terminal.screen('written to .reslim.yaml');
    terminal.press('q');
    await terminal.screen('status 0');
    expect(readFileSync(file, 'utf8')).toBe('# ours\nlevel: lean\ndrop:\n  - /data/a.bin\n');
  });

  test('level minimal is decided meanwhile, and by the settings', async () => {
    const folder = tempFolder();
    await writePackaged(join(folder, 'app'));
    const terminal = openTmux(['explore', 'app:1.0'], { cwd: folder });
    await terminal.screen(READY);
    terminal.press('v', 'v', '/', 'bin/idle', 'Enter');
    const shown = await terminal.screen('; open in 1 place');
    expect(shown).toContain('Goes with level minimal: ');
    expect(shown).toContain('minimal/unused');
    terminal.press('q');
    await terminal.screen('status 0');

    writeFileSync(join(folder, '.reslim.yaml'), 'level: minimal\nentry: [/usr/bin/idle]\n');
    const again = openTmux(['explore', 'app:1.0'], { cwd: folder });
    expect(await again.screen(READY)).toContain('Goes with level minimal: ');
    again.press('/', 'bin/idle', 'Enter');
    expect(await again.screen('idle  file')).toContain('--entry /usr/bin/idle starts');
  });

  test('who quits while it is decided leaves no temporary files', async () => {
    const folder = tempFolder();
    const temp = join(folder, 'temp');
    mkdirSync(temp);
    await writePackaged(join(folder, 'app'));
    const env = { TMPDIR: temp };
    const terminal = openTmux(['explore', 'app:1.0'], { cwd: folder, env });
    await terminal.screen(READY);
    terminal.press('v', 'v', 'q');
    await terminal.screen('status 0');
    expect(readdirSync(temp)).toEqual([]);
  });

  test('it follows the size of the terminal', async () => {
    const terminal = openTmux(['explore', 'app:1.0'], { cwd });
    await terminal.screen(READY);
    terminal.resize(130, 40);
    const wide = await terminal.screen((lines) => /step.*▸ .*why/.test(lines));
    expect(wide).toContain('oci:app:1.0  linux/amd64');
    terminal.resize(60, 18);
    await terminal.screen((lines) => /▸ +size/.test(lines) && !/step.*▸ .*why/.test(lines));
    terminal.press('C-c');
    await terminal.screen('status 0');
  });

  test('SIGTERM gives the terminal back, too', async () => {
    const terminal = openTmux(['explore', 'app:1.0'], { cwd });
    await terminal.screen(READY);
    process.kill(terminal.pid(), 'SIGTERM');
    expect(await terminal.screen('status 130')).toContain('before');
  });

  test('NO_COLOR leaves out colours, and CI draws all the same', async () => {
    const env = { NO_COLOR: '1', CI: 'true' };
    const terminal = openTmux(['explore', 'app:1.0'], { cwd, env });
    await terminal.screen(READY);
    expect(terminal.raw()).not.toContain('\u001b[');
    const coloured = openTmux(['explore', 'app:1.0'], { cwd });
    await coloured.screen(READY);
    expect(coloured.raw()).toContain('\u001b[');
  });
});

test('without a terminal there is one error and a hint', async () => {
  expect(await tryReslim(['explore', 'app:1.0'], { cwd })).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'error: explore needs a terminal\nhint: reslim inspect shows where the bytes are without one\n',
  });
});
