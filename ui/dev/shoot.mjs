/**
 * Takes a picture of every state, in both themes, and runs axe on each.
 *
 * npm run axe                                    the same, without the pictures
 * npm run gallery [-- NAME… --sizes=1280,320 --language=es]
 *                                                pictures go to target/gallery/ at the root; exits with 1
 * where axe finds anything, something scrolls sideways, or the page throws. The language is the
 * computer's: pictures of another than English have it in their names.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const built = fileURLToPath(new URL('../node_modules/.gallery/', import.meta.url));
const pictures = fileURLToPath(new URL('../../target/gallery/', import.meta.url));
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const only = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const withPictures = !process.argv.includes('--no-pictures');
const option = (name) =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const widths = option('sizes')?.split(',');
const language = option('language') ?? 'en';
const suffix = language === 'en' ? '' : `-${language}`;

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
  const file = join(built, path === '/' ? 'index.html' : path);
  readFile(file).then(
    (body) => {
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
      response.end(body);
    },
    () => {
      response.statusCode = 404;
      response.end();
    },
  );
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}/`;

const sizes = [
  { name: '1280', width: 1280, height: 860, scale: 1 },
  { name: '900', width: 900, height: 700, scale: 1 },
  // 200 %: the same window, with half as many CSS pixels.
  { name: '200pc', width: 640, height: 430, scale: 2 },
  { name: '320', width: 320, height: 640, scale: 1 },
].filter(({ name }) => !widths || widths.includes(name));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
});
await mkdir(pictures, { recursive: true });

const lister = await browser.newPage();
await lister.goto(origin);
await lister.waitForSelector('html[data-states]', { state: 'attached' });
const all = (await lister.getAttribute('html', 'data-states')).split(' ');
await lister.close();
const wanted = all.filter((name) => only.length === 0 || only.includes(name));

let wrong = 0;
const complain = (words) => {
  wrong += 1;
  console.error(words);
};

async function look(context, size, theme, name) {
  const page = await context.newPage();
  const here = `${name} ${theme} ${size.name}`;
  page.on('pageerror', (error) => complain(`${here}: ${error.message}`));
  await page.goto(`${origin}#${name}`);
  await page.waitForSelector('html[data-drawn]', { state: 'attached' });
  if (withPictures) {
    await page.screenshot({
      path: join(pictures, `${name}-${theme}-${size.name}${suffix}.png`),
      fullPage: size.width < 900,
    });
  }
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
  if (sideways) complain(`${here}: scrolls sideways`);
  await page.addScriptTag({ path: axe });
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  for (const violation of violations) {
    complain(`${here}: ${violation.id}: ${violation.help}`);
    for (const node of violation.nodes.slice(0, 3)) {
      console.error(`    ${node.html.slice(0, 200)}\n    ${node.failureSummary ?? ''}`);
    }
  }
  await page.close();
}

for (const size of sizes) {
  // Colours are the same at every width: without pictures the dark theme is looked at once.
  const themes = withPictures || size === sizes[0] ? ['light', 'dark'] : ['light'];
  for (const theme of themes) {
    const context = await browser.newContext({
      viewport: { width: size.width, height: size.height },
      deviceScaleFactor: size.scale,
      colorScheme: theme,
      timezoneId: 'America/New_York',
      locale: language,
      reducedMotion: 'reduce',
    });
    for (const name of wanted) await look(context, size, theme, name);
    await context.close();
  }
}
await browser.close();
server.close();
const outcome = wrong === 0 ? 'nothing wrong' : `${wrong} wrong`;
console.log(`${wanted.length} states, ${sizes.length} sizes: ${outcome}`);
process.exitCode = wrong === 0 ? 0 : 1;
