import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { ada, inbox } from '../../dev/people';
import type { Left, View } from '../../src/backend/bindings';
import { button, Drawn, key, press, settled, type } from '../drawn';

const closed: View = { ...inbox, pane: null };
const out: View = {
  ...closed,
  session: { session: 'signed_out', practice: null, why: null, notes_gone: 0 },
};

async function opened(view: View = closed): Promise<Drawn> {
  const page = new Drawn(view);
  await settled();
  await press(button('Settings'));
  return page;
}

describe('the settings', () => {
  // RULES W1
  it('are one press away, take the focus, and Esc leads back to the list', async () => {
    await opened();
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Settings' }));
    expect(screen.queryByRole('listbox')).toBeNull();
    await key('Escape');
    expect(document.activeElement).toBe(screen.getByRole('listbox'));
  });

  // RULES D4
  it('say when it locks, and change it', async () => {
    const page = await opened();
    const minutes = screen.getByLabelText<HTMLSelectElement>(/^Lock when nobody/);
    expect(minutes.value).toBe('15');
    expect([...minutes.options].map(({ value }) => value)).not.toContain('0');
    minutes.value = '5';
    minutes.dispatchEvent(new Event('change', { bubbles: true }));
    await settled();
    expect(page.sent).toEqual([{ command: 'set_lock_after', minutes: 5 }]);
    expect(screen.queryByLabelText('New passphrase')).toBeNull();
  });

  it('lock at once', async () => {
    const page = await opened();
    await press(button('Lock Latchkey now'));
    expect(page.sent).toEqual([{ command: 'lock' }]);
  });

  // RULES D4
  it('offer a passphrase only where the computer cannot tell', async () => {
    const page = new Drawn({ ...closed, settings: { lock_after: 15, passphrase: 'wanted' } });
    await settled();
    await press(button('Choose one'));
    const field = screen.getByLabelText('New passphrase');
    await type(field, 'short');
    await press(button('Use this passphrase'));
    expect(page.sent).toEqual([]);
    expect(document.body.textContent).toContain('Type between 8 and 128 characters.');
    await type(field, 'under the willow');
    await press(button('Use this passphrase'));
    expect(page.sent).toEqual([{ command: 'set_passphrase', passphrase: 'under the willow' }]);
    expect((field as HTMLInputElement).value).toBe('');
  });

  it('do not hide a request that was opened from a notification', async () => {
    const page = await opened();
    await page.view({ ...inbox });
    expect(screen.queryByRole('heading', { name: 'Settings' })).toBeNull();
    expect(document.body.textContent).toContain(ada.who.name);
  });
});

describe('deleting everything on this computer', () => {
  it('says what goes and what stays, and the harmless answer has the focus', async () => {
    const page = await opened();
    await press(button('Delete everything on this computer'));
    const words = screen.getByRole('dialog').textContent;
    for (const said of ['You are signed out', 'copy of the inbox', 'keychain', 'logs']) {
      expect(words).toContain(said);
    }
    for (const said of ['your practice has them', 'other computers', 'The program']) {
      expect(words).toContain(said);
    }
    expect(document.activeElement?.textContent).toBe('Keep it');
    await press(button('Keep it'));
    expect(page.sent).toEqual([]);
    await press(button('Delete everything on this computer'));
    await press(button('Delete and quit'));
    expect(page.sent).toEqual([{ command: 'erase_everything' }]);
  });

  it('works where nobody is signed in', async () => {
    const page = new Drawn(out);
    await settled();
    await press(button('Delete everything on this computer'));
    expect(screen.getByRole('dialog').textContent).not.toContain('You are signed out');
    await press(button('Delete and quit'));
    expect(page.sent).toEqual([{ command: 'erase_everything' }]);
  });

  it('says what is left and what to do about it', async () => {
    const left: Left[] = [
      { left: 'key', name: 'latchkey-1', why: 'locked' },
      { left: 'key', name: 'latchkey-2', why: 'failing' },
      { left: 'file', path: '/home/rosa/x' },
      { left: 'practice' },
    ];
    const page = new Drawn({ ...out, session: { session: 'erased', left } });
    await settled();
    const words = screen.getByRole('alert').textContent;
    for (const said of ['latchkey-1', 'latchkey-2', '/home/rosa/x', 'Ask an admin']) {
      expect(words).toContain(said);
    }
    await press(button('Quit Latchkey'));
    expect(page.sent).toEqual([{ command: 'quit' }]);
  });
});
