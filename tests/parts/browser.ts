/** Debian's Chromium: one process, each person a profile of its own. */

import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

let browser: Browser | undefined;

async function running(): Promise<Browser> {
  browser ??= await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
  return browser;
}

/** Sizes that people use. */
export const PHONE = { width: 400, height: 860 };
export const LAPTOP = { width: 1100, height: 760 };

/** A browser that somebody sits at: without a head, Chromium says that it has none. */
export const SEEN = {
  userAgent:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
};

/** A new person's browser, empty. */
export async function person(
  viewport: { width: number; height: number } = PHONE,
  more: {
    javaScriptEnabled?: boolean;
    extraHTTPHeaders?: Record<string, string>;
    userAgent?: string;
  } = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await (
    await running()
  ).newContext({ viewport, locale: 'en-US', timezoneId: 'America/New_York', ...more });
  context.setDefaultTimeout(20_000);
  return { page: await context.newPage(), context };
}

export async function closeBrowsers(): Promise<void> {
  await browser?.close();
  browser = undefined;
}
