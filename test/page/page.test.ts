import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ListedFile } from '../../src/api/file-list.ts';
import { writePackaged } from '../cli/explore/support/packaged-image.ts';
import { writeSample } from '../cli/support/sample-layout.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';
import { openHtml, startChromium } from './support/chromium.ts';
import { dropped, listed, samplePage, SAMPLE_FILES } from './support/sample-page.ts';

describe.runIf(requireTools('chromium'))('the page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  }, 60_000);
  afterAll(() => browser.close());

  test('shows what reslim inspect --html wrote, and loads nothing', async () => {
    const folder = tempFolder();
    await writeSample(folder);
    const args = ['inspect', 'oci:app:1.0', '--html', 'page.html'];
    expect(await tryReslim(args, { cwd: folder })).toMatchObject({ status: 0, stderr: '' });
    const html = readFileSync(join(folder, 'page.html'), 'utf8');
    const { page, trouble } = await openHtml(browser, html);
    expect(await page.title()).toBe('oci:app:1.0 · reslim');
    await expect.poll(() => page.getByRole('status').textContent()).toBe('1 file, 999 B');
    const tiles = await page.locator('.treemap button').all();
    const labels = await Promise.all(tiles.map((tile) => tile.getAttribute('aria-label')));
    expect(labels).toEqual([
      'app 5.01 kB, 3 files, 83.4 %, wasted 5.00 kB',
      'var/log 999 B, 1 file, 16.6 %, removable 999 B',
    ]);
    expect(trouble).toEqual([]);
    // The same image makes the same page.
    await tryReslim([...args.slice(0, 3), 'again.html'], { cwd: folder });
    expect(readFileSync(join(folder, 'again.html'), 'utf8')).toBe(html);
  });

  test('a tooltip tells what the mouse is at', async () => {
    const { page } = await openHtml(browser, samplePage());
    await page.getByText('dpkg.log').first().hover();
    const tooltip = page.getByRole('tooltip');
    expect(await tooltip.innerText()).toContain('/var/log/dpkg.log');
    expect(await tooltip.innerText()).toContain('60.0 kB');
    expect(await tooltip.innerText()).toContain('Removable: Logs of the build');
    expect(await tooltip.innerText()).toContain('layer 1: ADD base.tar /');
    await page.mouse.move(1, 1);
    await expect.poll(() => tooltip.count()).toBe(0);
  });

  test('a click opens a folder, and breadcrumbs and the browser lead back', async () => {
    const { page } = await openHtml(browser, samplePage());
    const crumbs = page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('listitem');
    await page.locator('.tile-label', { hasText: 'node_modules/express' }).click();
    await expect
      .poll(() => crumbs.allInnerTexts())
      .toEqual(['/', 'app', 'node_modules', 'express']);
    await page.getByRole('link', { name: 'app', exact: true }).click();
    await expect.poll(() => crumbs.allInnerTexts()).toEqual(['/', 'app']);
    await page.goBack();
    await expect
      .poll(() => crumbs.allInnerTexts())
      .toEqual(['/', 'app', 'node_modules', 'express']);
    await page.goBack();
    await expect.poll(() => crumbs.allInnerTexts()).toEqual(['/']);
  });

  test('groups by package and by layer', async () => {
    const { page } = await openHtml(browser, samplePage());
    const names = (): Promise<string[]> =>
      page.locator('.treemap > button .tile-label bdi').allInnerTexts();
    await page.getByRole('button', { name: 'Packages' }).click();
    await expect
      .poll(names)
      .toEqual(['in no package', 'npm/express 4.18.2/app/node_modules/express']);
    await page.getByRole('button', { name: 'Layers', exact: true }).click();
    await expect.poll(names).toEqual(['1 ADD base.tar /', '2 COPY . /app']);
    await page.getByRole('link', { name: 'COPY . /app' }).click();
    await expect.poll(names).toEqual(['app', 'var/log']);
  });

  test('the keyboard goes through the treemap, into a folder and back', async () => {
    const { page } = await openHtml(browser, samplePage());
    await page.locator('.treemap > button').first().focus();
    const first = await page.locator('.treemap > button').first().getAttribute('aria-label');
    await page.keyboard.press('ArrowRight');
    const focused = page.locator('.treemap > button:focus');
    expect(await focused.getAttribute('aria-label')).toMatch(/^var\/log 150 kB, 2 files/);
    await page.keyboard.press('Enter');
    await expect.poll(() => focused.getAttribute('aria-label')).toMatch(/^app.log 90.0 kB, file/);
    expect(await page.getByRole('tooltip').innerText()).toContain('/var/log/app.log');
    await page.keyboard.press('Backspace');
    // The address changes first, and the tiles a moment later.
    await expect.poll(() => focused.getAttribute('aria-label')).toBe(first);
    await page.keyboard.press('End');
    await expect.poll(() => focused.getAttribute('aria-label')).toMatch(/^app 125 kB, 4 files/);
  });

  test('searches, sorts, and says why a file stays', async () => {
    const { page } = await openHtml(browser, samplePage());
    const paths = (): Promise<string[]> => page.locator('.file-grid .path bdi').allInnerTexts();
    expect(await paths()).toEqual(['/var/log/app.log', '/var/log/dpkg.log']);
    await page.getByRole('columnheader', { name: 'Path' }).getByRole('button').click();
    await page.getByRole('columnheader', { name: 'Path' }).getByRole('button').click();
    expect(await paths()).toEqual(['/var/log/dpkg.log', '/var/log/app.log']);
    const header = page.getByRole('columnheader', { name: 'Path' });
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('button', { name: 'All 9' }).click();
    await page.getByRole('searchbox').fill('EXPRESS json');
    await expect.poll(paths).toEqual(['/app/node_modules/express/package.json']);
    expect(await page.getByRole('status').innerText()).toBe('1 file, 20.0 kB');
    await page.getByRole('searchbox').fill('entrypoint');
    await expect.poll(paths).toEqual(['/app/main.js']);
    await page.locator('.file-grid .grid-row').first().click();
    const details = page.getByRole('region', { name: 'The selected file' });
    expect(await details.innerText()).toContain('Kept: /app/main.js');
    expect(await details.innerText()).toContain('entrypoint of the config starts /app/main.js');
  });

  test('a level changes what goes', async () => {
    const { page } = await openHtml(browser, samplePage());
    await page.getByRole('button', { name: 'Level lean' }).click();
    const paths = page.locator('.file-grid .path bdi');
    await expect.poll(() => paths.allInnerTexts()).toContain('/usr/share/doc/README');
    await expect.poll(() => page.getByRole('status').innerText()).toBe('3 files, 165 kB');
  });

  test('level minimal says what goes and why, how sure that is, and what is open', async () => {
    const { page, trouble } = await openHtml(browser, samplePage());
    const confidence = page.getByRole('region', { name: 'Confidence' });
    expect(await confidence.count()).toBe(0);
    await page.getByRole('button', { name: 'Level minimal' }).click();
    const text = await confidence.innerText();
    expect(text).toContain('open: some of what it may use could not be told.');
    expect(text).toContain('/app/main.js, line 9 starts $TOOL');
    expect(text).not.toContain('/usr/bin/nc');
    expect(text).toMatch(/6\.30 MB \/usr\/bin\/git, 12 files · line 3 starts/);
    await page.getByRole('searchbox').fill('copy.so');
    const rows = page.locator('.file-grid .grid-row');
    await expect.poll(() => rows.allInnerTexts()).toHaveLength(1);
    expect(await rows.innerText()).toContain('Nothing leads to it');
    await page.getByRole('button', { name: /^Kept/ }).click();
    await page.getByRole('searchbox').fill('libc');
    await expect.poll(() => rows.innerText()).toContain('it is used');
    expect(trouble).toEqual([]);
  });

  test('the page of an image has level minimal, and says where it does what lean does', async () => {
    const folder = tempFolder();
    await writePackaged(join(folder, 'app'));
    await writePackaged(join(folder, 'other'), []);
    const args = ['inspect', 'oci:app:1.0', '--html', '-'];
    const { stdout, status } = await tryReslim(args, { cwd: folder });
    expect(status).toBe(0);
    const { page } = await openHtml(browser, stdout);
    await page.getByRole('button', { name: 'Level minimal' }).click();
    const confidence = page.getByRole('region', { name: 'Confidence' });
    expect(await confidence.innerText()).toContain('/app/main, line 3 starts');
    expect(await page.locator('.figures').innerText()).toContain('Level minimal saves');
    await page.getByRole('searchbox').fill('idle');
    await expect
      .poll(() => page.locator('.file-grid .grid-row').allInnerTexts())
      .toContainEqual(expect.stringContaining('leads to it'));

    const other = await tryReslim(['inspect', 'oci:other:1.0', '--html', '-'], { cwd: folder });
    const { page: second } = await openHtml(browser, other.stdout);
    await second.getByRole('button', { name: 'Level minimal' }).click();
    expect(await second.getByRole('region', { name: 'Confidence' }).innerText()).toContain(
      'It does what level lean does: its config starts nothing.',
    );
  });

  test('a slim at minimal says by which chain files are used, and how sure it is', async () => {
    const folder = tempFolder();
    await writePackaged(join(folder, 'app'));
    const args = ['oci:app:1.0', '--level', 'minimal', '--dry-run', '--html', '-'];
    const { stdout } = await tryReslim(args, { cwd: folder });
    const { page } = await openHtml(browser, stdout);
    expect(await page.getByRole('region', { name: 'Confidence' }).innerText()).toContain('open');
    await page.getByRole('button', { name: /^All/ }).click();
    await page.getByRole('searchbox').fill('painter/brush');
    const rows = page.locator('.file-grid .grid-row');
    await expect.poll(() => rows.allInnerTexts()).toHaveLength(1);
    await rows.click();
    const details = page.getByRole('region', { name: 'The selected file' });
    await expect.poll(() => details.innerText()).toContain('line 2 names /usr/share/painter');
    expect(await details.innerText()).toContain('it is used');
  });

  test('each platform of an index is shown', async () => {
    const html = samplePage(SAMPLE_FILES, { platforms: ['linux/amd64', 'linux/arm64'] });
    const { page, trouble } = await openHtml(browser, html);
    await page.getByLabel('Platform').selectOption('linux/arm64');
    expect(await page.locator('.treemap > button').count()).toBe(3);
    expect(trouble).toEqual([]);
  });

  test('is dark where the system is, and where the button says so', async () => {
    const ground = '() => getComputedStyle(document.body).backgroundColor';
    const light = await openHtml(browser, samplePage());
    expect(await light.page.evaluate(`(${ground})()`)).toBe('rgb(255, 255, 255)');
    await light.page.getByRole('button', { name: 'Dark' }).click();
    expect(await light.page.evaluate(`(${ground})()`)).toBe('rgb(18, 22, 29)');
    const dark = await openHtml(browser, samplePage(), { dark: true });
    expect(await dark.page.evaluate(`(${ground})()`)).toBe('rgb(18, 22, 29)');
    await dark.page.getByRole('button', { name: 'Dark' }).click();
    expect(await dark.page.evaluate(`(${ground})()`)).toBe('rgb(255, 255, 255)');
  });

  test('hostile names are text', async () => {
    const names = [
      '</script><img src=x onerror=alert(1)>',
      '<!--<script>alert(2)',
      '"><svg onload=alert(3)>',
      'javascript:alert(4)',
      'gpj.\u202eexe',
      'line\nbreak\u0000\u001b[31m',
      '__proto__',
      'x'.repeat(4000),
    ];
    const hostile = names.flatMap((name) => [
      dropped(`/a/${name}`, 1000),
      listed(`/${name}/file`, 900),
    ]);
    const html = samplePage(hostile, { name: names[0] as string, steps: names });
    const { page, trouble } = await openHtml(browser, html);
    await page.getByRole('button', { name: 'All 16' }).click();
    const paths = await page.locator('.file-grid .path bdi').allInnerTexts();
    expect(paths).toContain('/a/</script><img src=x onerror=alert(1)>');
    expect(paths).toContain('/a/gpj.\\u202eexe');
    expect(paths).toContain('/a/line\\x0abreak\\x00\\x1b[31m');
    for (const tile of await page.locator('.treemap > button').all())
      await tile.hover({ position: { x: 12, y: 8 }, force: true });
    await page.getByRole('button', { name: 'Layers', exact: true }).click();
    expect(await page.locator('img, svg, iframe').count()).toBe(0);
    const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(isWide).toBe(false);
    expect(trouble).toEqual([]);
  });

  test.each([
    { width: 1280, dark: false },
    { width: 1280, dark: true },
    { width: 400, dark: false },
  ])('axe finds nothing: $width pixels, dark: $dark', async (options) => {
    const { page } = await openHtml(browser, samplePage(), options);
    await page.getByRole('button', { name: 'Level minimal' }).click();
    await page.locator('.file-grid .grid-row').first().click();
    // The policy of the page forbids scripts that are added; the debugger may run one.
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate('axe.run()')) as {
      violations: readonly {
        id: string;
        nodes: readonly { html: string; failureSummary: string }[];
      }[];
    };
    expect(
      violations.map(({ id, nodes }) => [
        id,
        nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
      ]),
    ).toEqual([]);
    const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(isWide).toBe(false);
  });

  test('a slim shows what was, what is, and why each file went', async () => {
    const folder = tempFolder();
    await writeSample(folder);
    const args = [
      'oci:app:1.0',
      '-o',
      'oci:slim:1.0',
      '--html',
      'page.html',
      '--report',
      'report.json',
    ];
    expect(await tryReslim(args, { cwd: folder })).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).not.toContain('"listing"');
    const html = readFileSync(join(folder, 'page.html'), 'utf8');
    const { page, trouble } = await openHtml(browser, html);
    const rows = page.getByRole('table').first().getByRole('row');
    expect(await rows.nth(1).innerText()).toMatch(/Download\s+13\.8 kB\s+\d/);
    expect(await rows.nth(4).innerText()).toMatch(/Layers\s+2\s+1\s+-50\.0 %/);
    await expect.poll(() => page.getByRole('status').textContent()).toBe('1 file, 999 B');
    expect(await page.locator('.file-grid .grid-row').innerText()).toContain('/var/log/app.log');
    await page.getByRole('button', { name: 'Wasted 1' }).click();
    expect(await page.locator('.file-grid .grid-row').innerText()).toContain('deleted in layer 2');
    expect(trouble).toEqual([]);
  });

  test('a dry run marks what it would do', async () => {
    const folder = tempFolder();
    await writeSample(folder);
    const args = ['oci:app:1.0', '--dry-run', '--html', '-'];
    const { stdout, stderr } = await tryReslim(args, { cwd: folder });
    expect(stderr).toContain('linux/amd64  13.8 kB');
    const { page } = await openHtml(browser, stdout);
    expect(await page.getByRole('row', { name: 'Download' }).innerText()).toContain('about');
    expect(await page.getByRole('button', { name: 'Removable 1' }).count()).toBe(1);
  });

  test('a diff shows what differs, and what a node downloads', async () => {
    const folder = tempFolder();
    await writeSample(folder);
    await tryReslim(['oci:app:1.0', '-o', 'oci:slim:1.0', '-q'], { cwd: folder });
    const args = ['diff', 'oci:app:1.0', 'oci:slim:1.0', '--html', '-'];
    const { stdout, status } = await tryReslim(args, { cwd: folder });
    expect(status).toBe(0);
    const { page, trouble } = await openHtml(browser, stdout);
    const rows = page.getByRole('table').first().getByRole('row');
    expect(await rows.nth(1).innerText()).toMatch(/Download\s+13\.8 kB\s+\d/);
    const removed = page.getByRole('button', { name: 'Removed 1' });
    await removed.click();
    expect(await page.locator('.file-grid .grid-row').innerText()).toContain('/var/log/app.log');
    expect(await page.getByRole('heading', { name: 'Layers that differ' }).count()).toBe(1);
    expect(trouble).toEqual([]);
  });

  test('paper has summary, treemap and first rows, whatever its width', async () => {
    const { page } = await openHtml(browser, samplePage(), { dark: true });
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 700, height: 900 });
    for (const gone of ['.grid', '.choices', '.search'])
      expect(await page.locator(gone).first().isVisible()).toBe(false);
    expect(await page.locator('.printed tbody tr').count()).toBe(2);
    expect(await page.locator('.printed').isVisible()).toBe(true);
    const outer = await page.locator('.treemap').boundingBox();
    const right = await page.locator('.treemap > button').nth(1).boundingBox();
    expect((right?.x ?? 0) + (right?.width ?? 0)).toBeLessThanOrEqual(
      (outer?.x ?? 0) + (outer?.width ?? 0) + 1,
    );
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    );
  });

  test('100,000 files open in less than two seconds of work, and scroll without gaps', async () => {
    const page = await (await browser.newContext()).newPage();
    const metrics = await page.context().newCDPSession(page);
    await metrics.send('Performance.enable', { timeDomain: 'threadTicks' });
    const seconds = async (): Promise<number> =>
      (await metrics.send('Performance.getMetrics')).metrics.find(
        ({ name }) => name === 'TaskDuration',
      )?.value ?? Infinity;
    const file = join(tempFolder(), 'page.html');
    const html = samplePage(manyFiles(100_000));
    writeFileSync(file, html);
    await page.goto(pathToFileURL(file).href);
    await page.locator('.tile').first().waitFor();
    const opened = await seconds();
    const from = await page.evaluate('performance.now()');
    await page.evaluate(SCROLL);
    const scrolled = (await seconds()) - opened;
    const took = Number(await page.evaluate('performance.now()')) - Number(from);
    process.stderr.write(
      `100,000 files: ${(html.length / 1e6).toFixed(1)} MB, opened in ${opened.toFixed(2)} s of work; ` +
        `${FRAMES} frames in ${(took / 1000).toFixed(2)} s, ${((scrolled * 1000) / FRAMES).toFixed(1)} ms of work each\n`,
    );
    expect(opened).toBeLessThan(2);
    // Chromium paints with the processor here, which other tests use, too.
    expect(scrolled / FRAMES).toBeLessThan(0.033);
    const grid = page.getByRole('grid', { name: 'Files' });
    expect(await grid.getAttribute('aria-rowcount')).toBe('50001');
    // What is seen is drawn, wherever it was scrolled to.
    const drawn = page.locator('.file-grid .grid-row');
    expect(await drawn.count()).toBeLessThan(100);
    const { y = 0, height = 0 } = (await grid.boundingBox()) ?? {};
    expect((await drawn.last().boundingBox())?.y ?? 0).toBeGreaterThan(y + height);
    await grid.focus();
    await page.keyboard.press('End');
    await expect
      .poll(() =>
        page.locator('.file-grid .grid-row[aria-selected=true]').getAttribute('aria-rowindex'),
      )
      .toBe('50001');
    await page.getByRole('button', { name: 'All 100,000' }).click();
    await page.getByRole('searchbox').fill('file-77777.js 77777.js');
    await expect.poll(() => page.getByRole('status').innerText()).toBe('1 file, 7.78 kB');
  });

  test('everything that can be clicked is reached by Tab', async () => {
    const { page } = await openHtml(browser, samplePage());
    const reached: string[] = [];
    for (let at = 0; at < 40; at++) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate(
        `document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText ?? ''`,
      );
      const words = String(name)
        .trim()
        .split(/[\s,]+/)[0] as string;
      reached.push(words);
      if ((await page.evaluate('document.activeElement.className')) === 'grid package-grid') break;
    }
    expect(reached).toEqual([
      'Dark',
      ...['Level', 'Level', 'Level', 'Folders', 'Packages', 'Layers', 'usr', 'ADD', 'COPY'],
      ...['Kept', 'Removable', 'Wasted', 'All', '', 'Files', 'Path', 'Size', 'Layer', 'Why'],
      'Packages',
    ]);
  });
});

const FRAMES = 90;

/** Scrolls a table three rows for each frame. */
const SCROLL = `new Promise((resolve) => {
  const grid = document.querySelector('.file-grid');
  let left = ${FRAMES};
  const step = () => {
    grid.scrollTop += 96;
    if (--left > 0) requestAnimationFrame(step);
    else resolve();
  };
  requestAnimationFrame(step);
})`;

/** Files in 2,000 folders, with names and reasons as real images have them; every other one goes. */
const manyFiles = (count: number): ListedFile[] =>
  Array.from({ length: count }, (_, at) => {
    const folder = `/srv/app/node_modules/package-${at % 500}/lib/part-${at % 4}`;
    const path = `${folder}/file-${at}.js`;
    if (at % 2 === 0) return dropped(path, (at * 7919) % 100_000);
    return listed(path, at === 77_777 ? 7777 : (at * 104_729) % 100_000, {
      usedBy: `entrypoint of the config starts ${folder}/main.js; line ${at % 90} loads ${path}`,
    });
  });
