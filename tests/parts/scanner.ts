/**
 * A mail scanner that is a whole Chromium: it opens every link of a mail, runs the scripts
 * of the page, follows what is linked there, and tries the address of every form. Like the
 * real ones it presses nothing.
 */

import type { BrowserContext } from 'playwright-core';

import { LAPTOP, person } from './browser.ts';
import type { Mail } from './mailbox.ts';

const LINK = /https?:\/\/[^\s"'<>]+/g;

export function linksIn({ text, parsed }: Mail): string[] {
  return [...new Set([...text.matchAll(LINK), ...(parsed.html || '').matchAll(LINK)].map(String))];
}

/** Scans one mail; `from` is where the service sees it come from. */
export async function scan(mail: Mail, from: string): Promise<number> {
  const headers = { 'x-forwarded-for': from };
  const { page, context } = await person(LAPTOP, { extraHTTPHeaders: headers });
  try {
    const links = linksIn(mail);
    for (const link of links) {
      await fetch(link, { method: 'HEAD', headers });
      await fetch(link, { headers });
      await page.goto(link, { waitUntil: 'networkidle' });
      const found = await page.evaluate(() => ({
        linked: [...document.links].map(({ href }) => href),
        forms: [...document.forms].map(
          (form) =>
            `${form.action}?${new URLSearchParams(new FormData(form) as unknown as Record<string, string>)}`,
        ),
      }));
      const here = new URL(link).origin;
      const next = [...found.linked, ...found.forms].filter((to) => new URL(to).origin === here);
      await visit(context, next);
    }
    return links.length;
  } finally {
    await context.close();
  }
}

/** With the cookies that the page left; where it is sent elsewhere, it stays. */
async function visit(context: BrowserContext, addresses: string[]): Promise<void> {
  for (const address of addresses) {
    await context.request.fetch(address, { method: 'HEAD', maxRedirects: 0 });
    await context.request.get(address, { maxRedirects: 0 });
  }
}
