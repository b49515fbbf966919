import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { ada, inbox, NOW } from '../../dev/people';
import type { Command, Left, Quiet, View } from '../../src/backend/bindings';
import { quietChoices } from '../../src/features/palette/quiet';
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
    const minutes = screen.getByRole<HTMLSelectElement>('combobox', { name: /^Lock when nobody/ });
    expect(minutes.value).toBe('15');
    expect([...minutes.options].map(({ value }) => value)).not.toContain('0');
    minutes.value = '5';
    minutes.dispatchEvent(new Event('change', { bubbles: true }));
    await settled();
    expect(page.sent).toEqual([{ command: 'set', setting: 'lock_after', value: 5 }]);
    expect(screen.queryByLabelText('New passphrase')).toBeNull();
  });

  it('take the keys that are pressed in their field, and no key that others need', async () => {
    const page = await opened();
    const field = screen.getByRole<HTMLInputElement>('textbox', {
      name: 'Keys that show Latchkey',
    });
    expect(field.value).toBe('None');
    const hold = async (name: string, code: string, held: KeyboardEventInit): Promise<boolean> => {
      const event = new KeyboardEvent('keydown', {
        key: name,
        code,
        bubbles: true,
        cancelable: true,
        ...held,
      });
      field.dispatchEvent(event);
      await settled();
      return event.defaultPrevented;
    };
    await hold('Control', 'ControlLeft', { ctrlKey: true });
    await hold('c', 'KeyC', { ctrlKey: true });
    expect(page.sent).toEqual([]);
    expect(screen.getByText(/^Other programs need these keys/u)).toBeTruthy();
    await hold('l', 'KeyL', { ctrlKey: true, altKey: true });
    // What stands on the key on another alphabet is no letter of ours: its place is.
    await hold('д', 'KeyL', { ctrlKey: true, altKey: true });
    await hold('!', 'Digit1', { ctrlKey: true, shiftKey: true });
    await hold('Delete', 'Delete', {});
    const keys = { control: true, alt: true, shift: false, logo: false, key: 'L' };
    expect(page.sent).toEqual(
      [keys, keys, { ...keys, alt: false, shift: true, key: '1' }, null].map((value) => ({
        command: 'set',
        setting: 'shortcut',
        value,
      })),
    );
    expect(await hold('Tab', 'Tab', {})).toBe(false);
    await page.view({
      ...closed,
      settings: { ...closed.settings, shortcut: keys, shortcut_trouble: 'not_here' },
    });
    expect(field.value).toBe('Ctrl + Alt + L');
    expect(screen.getByText(/a shortcut that runs: latchkey/u)).toBeTruthy();
  });

  it('each have a name, a sentence, and lead back to what is usual', async () => {
    const chosen: View = {
      ...closed,
      settings: { ...closed.settings, notifications: 'name', sound: false, lock_after: 5 },
    };
    const page = await opened(chosen);
    for (const row of document.querySelectorAll('.row')) {
      const said = (row.getAttribute('aria-describedby') ?? '').split(' ');
      expect(document.getElementById(said[0] ?? '')?.textContent).toMatch(/[.]$/);
    }
    expect(screen.queryByRole('button', { name: /usual: Space/ })).toBeNull();
    await press(button('Back to the usual: What a notification says'));
    await press(button('Back to the usual: Sound'));
    expect(document.activeElement).toBe(screen.getByLabelText('Play a sound'));
    expect(page.sent).toEqual([
      { command: 'set', setting: 'notifications', value: 'count' },
      { command: 'set', setting: 'sound', value: true },
    ]);
  });

  it('are found by their words, and Esc shows all of them again', async () => {
    await opened();
    const field = screen.getByRole('searchbox');
    await type(field, 'quiet 10 minutes');
    expect(screen.getAllByRole('group').map((row) => row.querySelector('h4')?.textContent)).toEqual(
      ['On call'],
    );
    expect(document.body.textContent).toContain('1 setting found');
    await type(field, 'nothing has these');
    await press(button('Show all settings'));
    expect(document.activeElement).toBe(field);
    await type(field, 'sound');
    await key('Escape');
    expect(screen.getByRole('heading', { name: 'Settings' })).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Lock' })).toBeTruthy();
  });

  it('say in words what was not changed, and show what holds', async () => {
    const page = await opened();
    page.answers = () => ({ answer: 'refused', code: 'unavailable', by: null, retry_at: null });
    const sound = screen.getByLabelText<HTMLInputElement>('Play a sound');
    await press(sound);
    expect(sound.checked).toBe(true);
    expect(document.body.textContent).toContain('This was not changed.');
  });

  it('choose quiet hours day by day, over midnight, and the same for all', async () => {
    const page = await opened();
    await press(screen.getByLabelText('Monday'));
    const [sent] = page.sentOf('set');
    const days = sent?.setting === 'quiet_hours' ? sent.value : null;
    expect(days?.map(({ on }) => on)).toEqual([true, false, false, false, false, false, false]);
    if (!days) return;
    await page.view({ ...closed, settings: { ...closed.settings, quiet_hours: days } });
    const until = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Monday, until' });
    expect(until.selectedOptions[0]?.textContent).toBe('8:00, next day');
    await press(button('Use Monday’s hours every day'));
    const all = page.sentOf('set').at(-1);
    expect(all?.setting === 'quiet_hours' && all.value.every(({ on }) => on)).toBe(true);
  });

  // RULES D5
  it('say what is wrong with notifications and what mends it', async () => {
    for (const trouble of ['absent', 'slow', 'failing', 'no_buttons'] as const) {
      const page = new Drawn({
        ...closed,
        settings: { ...closed.settings, notification_trouble: trouble },
      });
      await settled();
      await press(button('Settings'));
      const [said] = document.querySelectorAll('.trouble');
      expect(said?.textContent.split('.').length).toBeGreaterThan(2);
      page.unmount();
    }
  });

  it('lock at once', async () => {
    const page = await opened();
    await press(button('Lock Latchkey now'));
    expect(page.sent).toEqual([{ command: 'lock' }]);
  });

  // RULES D4
  it('offer a passphrase only where the computer cannot tell', async () => {
    const page = new Drawn({ ...closed, settings: { ...closed.settings, passphrase: 'wanted' } });
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

describe('a quiet that somebody wished for', () => {
  it('is begun in the window, said across it, and ended there', async () => {
    const page = new Drawn(inbox);
    await settled();
    await press(button('In session (50 min)'));
    await page.view({ ...inbox, quiet: { ...inbox.quiet, in_session: NOW + 50 * 60_000 } });
    expect(document.body.textContent).toContain('In session until');
    expect(screen.queryByRole('button', { name: 'In session (50 min)' })).toBeNull();
    await press(button('Ring again'), 0);
    await page.view({ ...inbox, quiet: { ...inbox.quiet, by_hand: NOW + 50 * 60_000 } });
    await press(button('Ring again'), 0);
    expect(page.sent).toEqual([
      { command: 'in_session', begin: true },
      { command: 'in_session', begin: false },
      { command: 'quiet', begin: false },
    ]);
  });
});

describe('everything in the tray’s menu', () => {
  // RULES W1
  it('is in the window, too: quiet until tomorrow, the lock, the end', async () => {
    const page = await opened();
    await press(button('Quiet until tomorrow'));
    await press(button('Quit Latchkey'));
    expect(page.sent).toEqual([{ command: 'quiet', begin: true }, { command: 'quit' }]);
  });

  it('is done by its name', () => {
    const sent: Command[] = [];
    const none = { in_session: null, by_hand: null, hours: null };
    const both = { in_session: 1, by_hand: 1, hours: null };
    const run = (quiet: Quiet): string[] =>
      quietChoices(quiet, (command) => sent.push(command)).map((choice) => {
        choice.run();
        return choice.words;
      });
    expect(run(none)).toEqual(['In session (50 min)', 'Quiet until tomorrow']);
    expect(run(both)).toEqual(['End “In session”', 'End “Quiet until tomorrow”']);
    expect(sent.map((command) => 'begin' in command && command.begin)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('starting with the computer', () => {
  it('is asked once, and chosen in the settings later', async () => {
    const asked = {
      ...closed,
      settings: { ...closed.settings, start_at_log_in: 'unknown' },
    } as View;
    const page = new Drawn(asked);
    await settled();
    await press(button('Start with the computer'));
    await press(button('No'));
    await page.view(closed);
    // Its place stays while the focus is in it.
    await press(button('Settings'), 0);
    expect(screen.queryByRole('button', { name: 'Start with the computer' })).toBeNull();
    await press(screen.getByLabelText('Start Latchkey when I log in'), 0);
    await page.view({ ...closed, settings: { ...closed.settings, start_failed: true } });
    expect(document.body.textContent).toContain('does not start by itself');
    const set = (value: string): object => ({ command: 'set', setting: 'start_at_log_in', value });
    expect(page.sent).toEqual([set('yes'), set('no'), set('yes')]);
  });
});
