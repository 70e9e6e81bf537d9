// Makes the pictures of docs/html.md and docs/mirror-report.md: pages of a made-up run of a mirror, and of the image in fixtures/images/node-web, seen in Chromium.
//
//   node scripts/screenshots.js IMAGE [FOLDER]      after npm run build; Chromium is /usr/bin/chromium, or $CHROMIUM
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { mirrorPage } from '../build/report/page/mirror-page.js';
import { pageLines } from '../build/report/page/page-lines.js';
import { sampleRun } from './sample-run.js';

const [source, folder = 'docs/images'] = process.argv.slice(2);
if (source === undefined)
  throw new Error('name an image: node scripts/screenshots.js IMAGE [FOLDER]');

/** Bytes a picture in the documentation may have. */
const LARGEST = 200_000;

const work = mkdtempSync(join(tmpdir(), 'reslim-screenshots-'));
const reslim = (...args) =>
  execFileSync(process.execPath, ['bin/reslim.js', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
const [inspected, slimmed, compared] = ['inspect', 'slim', 'diff'].map((name) =>
  join(work, `${name}.html`),
);
const target = `oci:${join(work, 'app')}:1.0-slim`;
reslim('inspect', source, '--html', inspected);
reslim(source, '-o', target, '--level', 'lean', '--html', slimmed);
reslim('diff', source, target, '--html', compared);
const mirrored = join(work, 'mirror.html');
const html = pageLines(
  readFileSync('dist/page.html', 'utf8'),
  mirrorPage(sampleRun(), 'mirror', '0.1.0'),
);
writeFileSync(mirrored, [...html].join(''));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
  ],
});

/** Opens a page, lets `prepare` do what the picture is to show, and takes it. */
const take = async (
  name,
  file,
  { width = 1280, height = 900, dark = false, ready = '.tile', prepare = async () => {} },
) => {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
  });
  await page.goto(pathToFileURL(file).href);
  await page.locator(ready).first().waitFor();
  // Where an image happens to lie says nothing.
  await page.evaluate(`for (const name of document.querySelectorAll('h1 bdi'))
    if (name.textContent.includes(':'))
      name.textContent = name.textContent.includes('slim') ? 'app:1.0-slim' : 'app:1.0'`);
  await prepare(page);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  await page.close();
  const { size } = statSync(path);
  console.log(`${path}  ${Math.round(size / 1000)} kB`);
  if (size > LARGEST) throw new Error(`${path} is larger than ${LARGEST} bytes`);
};

const toTreemap = (page) =>
  page.locator('#treemap').evaluate('(heading) => heading.scrollIntoView()');

await take('inspect', inspected, {});
await take('treemap-dark', inspected, {
  dark: true,
  height: 640,
  prepare: async (page) => {
    await page.getByRole('button', { name: 'Layers', exact: true }).click();
    await toTreemap(page);
    await page.locator('.tile.group:not(.open)').nth(2).hover();
    await page.getByRole('tooltip').waitFor();
  },
});
await take('slim', slimmed, {});
await take('slim-files', slimmed, {
  height: 760,
  prepare: async (page) => {
    await page.getByRole('searchbox').fill('toolchain');
    await page.waitForTimeout(500);
    await page.locator('.file-grid .grid-row').nth(1).click();
    await page.locator('#files').evaluate('(heading) => heading.scrollIntoView()');
  },
});
await take('diff', compared, { height: 820 });
await take('narrow', inspected, { width: 400, height: 820, prepare: toTreemap });
await take('mirror', mirrored, { height: 1180, ready: '.image-grid .grid-row' });
await browser.close();
rmSync(work, { recursive: true });
