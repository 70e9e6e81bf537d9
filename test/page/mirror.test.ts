import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  done,
  failed,
  HOSTS,
  job,
  mirrored,
  outcome,
  SAMPLE,
} from '../report/mirror/support/sample-mirror.ts';
import { requireTools } from '../support/requires.ts';
import { openHtml, startChromium } from './support/chromium.ts';
import { manyImages, mirrorHtml } from './support/mirror-page.ts';

const READY = { ready: '.image-grid .grid-row' } as const;

describe.runIf(requireTools('chromium'))('the page of a mirror run in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  }, 60_000);
  afterAll(() => browser.close());

  test('tells failures first, what it comes to, and every image; nothing is loaded', async () => {
    const { page, trouble } = await openHtml(browser, mirrorHtml(), READY);
    expect(await page.title()).toBe('mirror · reslim');
    expect(await page.getByRole('heading').first().innerText()).toBe('mirror');
    const failures = page.getByRole('region', { name: 'Failed (3)' });
    expect(await failures.getByRole('listitem').allInnerTexts()).toEqual([
      'tools HTTP status 401, docker://source.example/tools Hint: log in',
      expect.stringContaining('source.example/team/app:1.2.0 registry.example answered with'),
      'registry.example/mirror/app:0.8 the registry deletes no tags',
    ]);
    const figures = await page.locator('.figures dd').allInnerTexts();
    expect(figures[0]).toMatch(/80\.0 MB\s+180 MB → 100 MB, -44\.4 %/);
    const statuses = await page.locator('.image-grid .grid-row .status').allInnerTexts();
    expect(statuses.slice(0, 3).map((text) => text.trim())).toEqual(['Failed', 'Waiting', 'Done']);
    const hosts = page.locator('.hosts tr').nth(2);
    expect(await hosts.innerText()).toMatch(/14\.0 kB\s+81\.0 MB\s+HEAD 20.*1 min 2 s/);
    expect(trouble).toEqual([]);
  });

  test('searches, sorts, filters by status and entry, and shows all of an image', async () => {
    const { page } = await openHtml(browser, mirrorHtml(), READY);
    const names = (): Promise<string[]> => page.locator('.image-grid .source bdi').allInnerTexts();
    await page.getByRole('button', { name: 'Done 3' }).click();
    await page
      .getByRole('columnheader', { name: 'Change', exact: true })
      .getByRole('button')
      .click();
    expect(await names()).toEqual([
      'source.example/team/app:1.4.0',
      'source.example/team/app:latest',
      'source.example/team/app:1.3.9',
    ]);
    await page.getByRole('searchbox').fill('LATEST-before');
    await expect.poll(names).toEqual(['source.example/team/app:latest']);
    await page.locator('.image-grid .grid-row').click();
    const details = page.getByRole('region', { name: 'The selected image' });
    expect(await details.innerText()).toContain(
      'replaces sha256:cccccccccccc, kept as latest-before',
    );
    expect(await details.innerText()).toContain(`sha256:${'b'.repeat(64)}`);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'All 10' }).click();
    await page.locator('.entry-grid .grid-row', { hasText: 'library' }).click();
    await expect.poll(() => page.getByRole('status').innerText()).toBe('3 images');
    await page.getByRole('combobox').selectOption('all');
    await expect.poll(() => page.getByRole('status').innerText()).toBe('10 images');
  });

  test('the keyboard reaches everything, and opens an image', async () => {
    const { page } = await openHtml(browser, mirrorHtml(), READY);
    const reached: string[] = [];
    for (let at = 0; at < 40; at++) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate(
        `document.activeElement.getAttribute('aria-label') ?? document.activeElement.className ?? ''`,
      );
      reached.push(String(name));
      if (name === 'Images') break;
    }
    expect(reached).toContain('failure-list');
    expect(reached).toContain('Entries');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const details = page.getByRole('region', { name: 'The selected image' });
    expect(await details.innerText()).toContain('from 2026-12-02 12:00 UTC');
  });

  test('a plan says what would be done', async () => {
    const html = mirrorHtml({ ...SAMPLE, dryRun: true });
    const { page } = await openHtml(browser, html, READY);
    expect(await page.locator('.kind').innerText()).toBe('Plan of a mirror');
    expect(await page.getByRole('button', { name: 'To do 3' }).count()).toBe(1);
    expect(await page.locator('.figures dt').first().innerText()).toBe('Would save');
  });

  test('a run without images is a page, too', async () => {
    const { page, trouble } = await openHtml(browser, mirrorHtml(mirrored()), {
      ready: '.image-grid',
    });
    expect(await page.getByRole('status').innerText()).toBe('0 images');
    expect(trouble).toEqual([]);
  });

  test('hostile text is text', async () => {
    const bad = '</script><img src=x onerror=alert(1)>\u202e\u001b[31m';
    const named = { job: job(bad, { entry: bad, target: bad }) };
    const result = mirrored({
      outcomes: [
        failed('1', { ...named, reason: bad, hint: bad, nextTry: bad }),
        done('2', { ...named, replaced: { digest: bad as never, backup: bad } }),
        outcome('3', 'waiting', { ...named, reason: bad, nextTry: bad }),
      ],
      deleted: [{ entry: bad, target: bad, status: 'done' }],
      failedEntries: [{ entry: '__proto__', reason: bad, hint: bad }],
      hosts: [{ host: bad, requests: { [bad]: 1 }, bytesReceived: 1, bytesSent: 1, waitedMs: 1 }],
      notes: [bad],
    });
    const { page, trouble } = await openHtml(browser, mirrorHtml(result, bad), READY);
    await page.locator('.image-grid .grid-row').first().click();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('h1').innerText()).toContain(String.raw`\u202e\x1b[31m`);
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    expect(trouble).toEqual([]);
  });

  test.each([
    { width: 1280, dark: true },
    { width: 400, dark: false },
  ])('axe finds nothing: $width pixels, dark: $dark', async (options) => {
    const { page } = await openHtml(browser, mirrorHtml(), { ...options, ...READY });
    await page.locator('.image-grid .grid-row').first().click();
    // The policy of the page forbids scripts that are added; the debugger may run one.
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as {
      violations: readonly { id: string; nodes: readonly { html: string }[] }[];
    };
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    const name = await page.locator('.image-grid .source bdi').first().boundingBox();
    expect(name?.width).toBeGreaterThan(100);
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
  });

  test('paper has failures, figures and the first images', async () => {
    const { page } = await openHtml(browser, mirrorHtml(), { ...READY, dark: true });
    await page.emulateMedia({ media: 'print' });
    for (const gone of ['.image-grid', '.choices', '.search', '.entry-list'])
      expect(await page.locator(gone).first().isVisible()).toBe(false);
    expect(await page.locator('.printed tbody tr').count()).toBe(10);
    expect(await page.locator('.failure-list').isVisible()).toBe(true);
  });

  test('5,000 images open in less than a second of work', async () => {
    const result = mirrored({ outcomes: manyImages(5000), hosts: HOSTS });
    const html = mirrorHtml(result);
    const { page } = await openHtml(browser, html, READY);
    const metrics = await page.context().newCDPSession(page);
    await metrics.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.reload();
    await page.locator('.image-grid .grid-row').first().waitFor();
    const { metrics: found } = await metrics.send('Performance.getMetrics');
    const work = found.find(({ name }) => name === 'TaskDuration')?.value ?? Infinity;
    process.stderr.write(
      `5,000 images: ${(html.length / 1e6).toFixed(1)} MB, opened in ${work.toFixed(2)} s of work\n`,
    );
    expect(work).toBeLessThan(1);
    expect(await page.locator('.image-grid .grid-row').count()).toBeLessThan(100);
    await page.getByRole('searchbox').fill('service-77 1.27.4877');
    await expect.poll(() => page.getByRole('status').innerText()).toBe('1 image');
  });
});
