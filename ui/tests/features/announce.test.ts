import { screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { announcements } from '../../dev/announcements';
import { inbox } from '../../dev/people';
import type { Answer, Command } from '../../src/backend/bindings';
import { button, Drawn, key, press, settled } from '../drawn';

const given = (command: Command): Answer =>
  command.command === 'announce'
    ? { answer: 'announcement', ...announcements[command.language] }
    : { answer: 'done' };

async function drawn(answers: Drawn['answers'] = given): Promise<Drawn> {
  const page = new Drawn({ ...inbox, pane: null });
  page.answers = answers;
  await settled();
  await press(button('Tell clients'));
  return page;
}

const shown = (): string => screen.getByRole('main').textContent ?? '';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the texts for clients', () => {
  it('come from the practice, and in Spanish by one press', async () => {
    const page = await drawn();
    expect(page.sentOf('announce')).toEqual([{ command: 'announce', language: 'en' }]);
    expect(shown()).toContain('This is the page: https://sign-in.example.org/');
    expect(button('English').getAttribute('aria-pressed')).toBe('true');
    await press(button('Español'));
    expect(page.sentOf('announce')).toHaveLength(2);
    expect(shown()).toContain('Ya no hace falta una clave.');
    expect(document.querySelector('.paper')?.getAttribute('lang')).toBe('es');
  });

  it('are copied one by one, and it is said', async () => {
    const copied: string[] = [];
    vi.stubGlobal('navigator', {
      clipboard: {
        writeText: (text: string) => {
          copied.push(text);
          return Promise.resolve();
        },
      },
    });
    await drawn();
    const { mail, mail_subject, letter, phone_script, guide } = announcements.en;
    for (const name of [
      'Copy the mail',
      'Copy the subject',
      'Copy the letter',
      'Copy the phone script',
      'Copy the steps',
    ]) {
      await press(button(name));
    }
    expect(copied).toEqual([mail, mail_subject, letter, phone_script, guide]);
    expect(screen.getAllByText('Copied')).toHaveLength(4);
  });

  // RULES D9
  it('say why they are not there without a connection, and can be asked for again', async () => {
    let gone = true;
    const page = await drawn((command) =>
      gone && command.command === 'announce'
        ? { answer: 'refused', code: 'offline', by: null, retry_at: null }
        : given(command),
    );
    expect(screen.getByRole('alert').textContent).toContain('There is no connection');
    gone = false;
    await press(button('Try again'));
    expect(page.sentOf('announce')).toHaveLength(2);
    expect(shown()).toContain('Juniper Lane Practice');
  });

  it('that come late do not replace those that are wanted now', async () => {
    const late: (() => void)[] = [];
    await drawn((command) =>
      command.command === 'announce' && command.language === 'en'
        ? new Promise((resolve) =>
            late.push(() => {
              resolve(given(command));
            }),
          )
        : given(command),
    );
    await press(button('Español'));
    for (const come of late) come();
    await settled();
    expect(shown()).toContain('Hola:');
  });

  it('are left by Escape, and the list is there again', async () => {
    await drawn();
    await key('Escape');
    expect(screen.queryByText('Tell clients how to sign in')).toBeNull();
    expect(screen.getAllByRole('option')).toHaveLength(4);
  });
});
