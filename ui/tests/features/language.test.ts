import { screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { inbox, NOW } from '../../dev/people';
import type { View } from '../../src/backend/bindings';
import { m } from '../../src/words/catalogue';
import { languageName } from '../../src/words/language';
import { speech } from '../../src/words/locale.svelte';
import { longDate, shortDate, weekday, whenNamed } from '../../src/words/time';
import { button, Drawn, press, settled, type } from '../drawn';

const closed: View = { ...inbox, pane: null };
const DAY = 24 * 60 * 60_000;

type Say = (inputs: object, options: { locale: 'en' | 'es' }) => string;

/** Whatever a sentence is filled with. */
const BLANK = '\uE000';
const anything = new Proxy({}, { get: () => BLANK });

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What the English catalogue says, where Spanish says it otherwise and the client is not spoken to. */
const english = Object.entries(m as unknown as Record<string, Say>)
  .filter(([key, say]) => typeof say === 'function' && !/^(say|digit)_/.test(key))
  .map(([, say]) => [say(anything, { locale: 'en' }), say(anything, { locale: 'es' })] as const)
  .filter(([said, theirs]) => said !== theirs && /\p{L}{2}/u.test(said))
  .map(([said]) => new RegExp(`^${said.split(BLANK).map(escaped).join('.+')}$`, 'u'));

/** Every text and every label in the document. */
function drawn(): string[] {
  const all: string[] = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node instanceof Text && !node.parentElement?.closest('[lang]:not(html)')) {
      all.push(node.data);
    }
    if (node instanceof Element) {
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
        all.push(node.getAttribute(name) ?? '');
      }
    }
  }
  return all.map((text) => text.replace(/\s+/g, ' ').trim()).filter(Boolean);
}

const inEnglish = (): string[] => drawn().filter((text) => english.some((said) => said.test(text)));

async function opened(view: View = closed): Promise<Drawn> {
  const page = new Drawn(view);
  await settled();
  return page;
}

async function choose(language: string): Promise<void> {
  const name = speech.locale === 'es' ? /^Idioma/ : /^Language/;
  const field = screen.getByRole<HTMLSelectElement>('combobox', { name });
  field.value = language;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await settled();
}

/** The window as it begins anew, on a computer that speaks these. */
async function begun(languages: string[]): Promise<typeof speech> {
  vi.resetModules();
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(languages);
  return (await import('../../src/words/locale.svelte')).speech;
}

afterEach(() => {
  vi.restoreAllMocks();
  speech.choose('system');
  localStorage.clear();
});

describe('the language of the window', () => {
  it('is the computer’s, and English where that is neither', async () => {
    expect((await begun(['es-MX', 'en-US'])).locale).toBe('es');
    expect(document.documentElement.lang).toBe('es');
    expect((await begun(['fr-CA', 'es-US', 'en'])).locale).toBe('es');
    expect((await begun(['fr-CA'])).locale).toBe('en');
    expect(document.documentElement.lang).toBe('en');
  });

  it('is chosen in the settings, holds at once, and is kept', async () => {
    const page = await opened();
    await press(button('Settings'));
    await choose('es');
    expect(screen.getByRole('heading', { name: 'Ajustes' })).toBeTruthy();
    expect(document.documentElement.lang).toBe('es');
    expect(page.sent).toEqual([]);
    expect((await begun(['en-US'])).locale).toBe('es');
  });

  it('leads back to the computer’s, which is not kept', async () => {
    await opened();
    await press(button('Settings'));
    await choose('es');
    await press(button('Volver a lo usual: Idioma / Language'));
    expect(screen.getByRole('heading', { name: 'Settings' })).toBeTruthy();
    expect((await begun(['es-US'])).chosen).toBe('system');
  });

  it('is found by its name in either language, and by nothing that was kept wrong', async () => {
    await opened();
    await press(button('Settings'));
    for (const words of ['idioma', 'language']) {
      await type(screen.getByRole('searchbox'), words);
      expect(screen.getByRole('combobox', { name: 'Language / Idioma' })).toBeTruthy();
    }
    localStorage.setItem('language', 'klingon');
    expect((await begun(['en-US'])).chosen).toBe('system');
  });
});

describe('the window in Spanish', () => {
  it('has no English in the inbox and a request', async () => {
    speech.choose('es');
    const page = await opened(inbox);
    expect(inEnglish()).toEqual([]);
    speech.choose('en');
    await settled();
    expect(inEnglish().length).toBeGreaterThan(20);
    page.unmount();
  });

  it('has no English in the settings', async () => {
    speech.choose('es');
    await opened();
    await press(button('Ajustes'));
    expect(screen.getByRole('group', { name: 'Sonido' })).toBeTruthy();
    expect(inEnglish()).toEqual([]);
  });

  it('tells days, dates and languages in Spanish', () => {
    speech.choose('es');
    expect(weekday(0)).toBe('Lunes');
    expect(longDate(NOW)).toMatch(/^\p{Lu}\p{Ll}+, \d+ de \p{Ll}+$/u);
    expect(shortDate(NOW)).toMatch(/^\d+ \p{Ll}+$/u);
    expect(whenNamed(NOW - 3 * DAY, NOW)).toMatch(/^\d+:\d\d del \d+ \p{Ll}+$/u);
    expect(languageName('pt')).toBe('portugués');
  });

  it('says to a client what it says in the client’s language', async () => {
    speech.choose('es');
    await opened(inbox);
    const said = document.querySelector('dd[lang="en"] q')?.textContent;
    expect(said).toBeTruthy();
    expect(document.querySelector('dd[lang="es"]')).toBeNull();
  });
});
