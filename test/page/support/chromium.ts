import { chromium, type Browser, type Page } from 'playwright-core';
import { tempFolder } from '../../support/temp-folder.ts';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the system's Chromium, with an empty profile. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS });

/** A page with everything that it did and must not do. */
export interface OpenedPage {
  readonly page: Page;
  /** Messages of the console, errors, dialogs, and requests but for the page itself. */
  readonly trouble: readonly string[];
}

interface OpenOptions {
  readonly width?: number;
  readonly dark?: boolean;
  /** What is there once the page is. @default the treemap */
  readonly ready?: string;
}

/** Opens a page from a file, as people do, and waits until its contents are there. */
export const openHtml = async (
  browser: Browser,
  html: string,
  { width = 1280, dark = false, ready = '.tile' }: OpenOptions = {},
): Promise<OpenedPage> => {
  const file = join(tempFolder(), 'page.html');
  writeFileSync(file, html);
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const url = pathToFileURL(file).href;
  await page.route('**', (route) => {
    if (route.request().url() === url) return route.continue();
    trouble.push(`request: ${route.request().url()}`);
    return route.abort();
  });
  await page.goto(url);
  await page.locator(ready).first().waitFor();
  return { page, trouble };
};
