import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { ada, inbox, minutesAgo, NOW } from '../../dev/people';
import type { ClientPage, HelpRequest, View } from '../../src/backend/bindings';
import { placeWords } from '../../src/words/whereabouts';
import { codes } from '../codes';
import { Drawn, settled } from '../drawn';

const shown = (more: Partial<HelpRequest>): View => ({
  ...inbox,
  pane: {
    request: { ...ada, ...more },
    blocked: null,
    resend: null,
    busy: false,
    draft: '',
    waiting_notes: [],
    snoozed_until: null,
  },
});

const on = (page: ClientPage, waiting = true): HelpRequest['browser'] => ({
  ...ada.browser,
  waiting,
  page: { page, at: minutesAgo(1) },
});

const guide = (): HTMLElement => screen.getByRole('region', { name: 'On the phone with Ada' });

async function drawn(more: Partial<HelpRequest>): Promise<Drawn> {
  const page = new Drawn(shown(more));
  await settled();
  return page;
}

describe('the guide', () => {
  it('follows the client by itself, in a polite region that stays, until they are in', async () => {
    const page = await drawn({ browser: on('sign_in', false) });
    const place = within(guide()).getByText('Ada is at the sign-in page.');
    expect(place.getAttribute('aria-live')).toBe('polite');
    expect(guide().textContent).toContain('press “Send me a link”');
    await page.view(shown({ browser: on('link_sent', false) }));
    expect(place.textContent).toBe('Ada is told to look in the mail.');
    expect(guide().textContent).toContain('Please open your mail now.');
    await page.view(
      shown({
        browser: on('signed_in'),
        state: 'solved',
        solved: { at: NOW, how: { how: 'signed_in', method: 'link' } },
      }),
    );
    expect(place.isConnected).toBe(true);
    expect(place.textContent).toBe('Ada is in.');
    expect(guide().textContent).not.toContain('Next, say');
  });

  it('says what to do with the digits once a PIN is live, and with a page that is closed', async () => {
    const pin = {
      id: 'p1',
      state: 'live',
      by: 'Rosa Rivera',
      issued_at: NOW,
      expires_at: NOW + 600_000,
    } as const;
    const page = await drawn({ browser: on('waiting') });
    expect(guide().textContent).toContain('Which two words do you see?');
    await page.view(shown({ browser: on('waiting'), pin }));
    expect(guide().textContent).toContain('six digits that I read to you');
    await page.view(shown({ browser: on('waiting', false), pin }));
    expect(guide().textContent).toContain('Ada has closed the page with the two words.');
  });

  it('says it in Spanish where that is on file, and what was tried last', async () => {
    await drawn({
      browser: on('link_sent'),
      call_back: { phone: '555 0142', ask_for: 'Ada', language: 'es-MX' },
    });
    expect(guide().querySelector('[lang="es"]')?.textContent).toContain('Abra ahora su correo');
    expect(guide().textContent).toContain('Asked for a sign-in link');
  });

  it('is not there for a request that no browser waits for, or that names nobody', async () => {
    const page = await drawn({ raised_by: 'service' });
    expect(screen.queryByRole('region', { name: /On the phone/ })).toBeNull();
    await page.view(shown({ who: { ...ada.who, client: null, name: null, first_name: null } }));
    expect(screen.queryByRole('region', { name: /On the phone/ })).toBeNull();
  });

  // RULES X1
  it('has words for each page, and for one of a newer service', () => {
    const who = { name: 'Ada', Name: 'Ada' };
    const said = (page: string): string =>
      placeWords({ ...ada, browser: on(page as ClientPage) }, who);
    const all = codes('ClientPage');
    expect(all).toHaveLength(10);
    expect(new Set(all.map(said)).size).toBe(all.length);
    expect(said('moon_phase')).toBe('Which page Ada is on is not known yet.');
  });
});
