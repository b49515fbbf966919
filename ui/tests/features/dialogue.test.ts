import { screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { dialogue, noDialogue } from '../../dev/dialogues';
import { ben, inbox, twoMails } from '../../dev/people';
import type { Answer, Command, ErrorCode, HelpRequest, View } from '../../src/backend/bindings';
import { button, Drawn, press, settled } from '../drawn';

const NAME = 'What was said to the mail server';
const about = (request: HelpRequest): View => ({
  ...inbox,
  pane: {
    request,
    blocked: null,
    resend: null,
    busy: false,
    snoozed_until: null,
    draft: '',
    waiting_notes: [],
  },
});

const came: Answer = { answer: 'mail_dialogue', ...dialogue };
const refused = (code: ErrorCode): Answer => ({
  answer: 'refused',
  code,
  by: null,
  retry_at: null,
});

type Gives = () => Answer | Promise<Answer>;

async function drawn(gives: Gives): Promise<Drawn> {
  const page = new Drawn(about(twoMails));
  page.answers = (command: Command) =>
    command.command === 'read_mail_dialogue' ? gives() : { answer: 'done' };
  await settled();
  return page;
}

/** What is there to read, line by line. */
const shown = (): string | undefined =>
  document.querySelector('.tries') ? lines().join('\n') : undefined;
const lines = (): (string | null)[] =>
  [...document.querySelectorAll('.tries > *')].map((line) => line.textContent);

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('what was said to the mail server', () => {
  it('is asked for by one press beside the newest link, and put away by the next', async () => {
    const page = await drawn(() => came);
    expect(page.sentOf('read_mail_dialogue')).toEqual([]);
    expect(button(NAME).getAttribute('aria-expanded')).toBe('false');
    await press(button(NAME));
    expect(page.sentOf('read_mail_dialogue')).toEqual([
      { command: 'read_mail_dialogue', request: twoMails.id },
    ]);
    expect(button(NAME).getAttribute('aria-expanded')).toBe('true');
    const tries = [...document.querySelectorAll('.tries > p')].map((one) => one.textContent);
    expect(tries).toEqual([
      'Try 2 of the 10:37 link, at 10:45',
      'Try 1 of the 10:37 link, at 10:38',
    ]);
    expect(shown()).toContain('(the connection is encrypted)\nLatchkey: EHLO sign-in.example.org');
    expect(shown()).toContain('Server: 451 4.7.1 <…@example.org>: Greylisted, try again later');
    expect(shown()).toContain('?: QUIT');
    await press(button(NAME));
    expect(shown()).toBeUndefined();
    await press(button(NAME));
    expect(page.sentOf('read_mail_dialogue')).toHaveLength(2);
  });

  // RULES A5
  it('is text, whatever a server says', async () => {
    await drawn(() => came);
    await press(button(NAME));
    expect(shown()).toContain('<b onclick="x">The mailbox is full</b>');
    expect(document.querySelector('.tries b, .tries a, .tries img')).toBeNull();
    expect(screen.getByText(/are its own words and can name somebody/)).toBeTruthy();
  });

  it('is copied as it is shown', async () => {
    const copied: string[] = [];
    vi.stubGlobal('navigator', {
      clipboard: { writeText: (text: string) => Promise.resolve(void copied.push(text)) },
    });
    await drawn(() => came);
    await press(button(NAME));
    await press(button('Copy what was said'));
    expect(screen.getByText('Copied')).toBeTruthy();
    expect(copied[0]?.split('\n').filter(Boolean)).toEqual(lines());
  });

  it('may be nothing, and that is said', async () => {
    await drawn(() => ({ answer: 'mail_dialogue', ...noDialogue }));
    await press(button(NAME));
    expect(screen.getByText(/^Nothing is kept: no mail server was spoken to/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Copy what was said' })).toBeNull();
  });

  // RULES D9
  it.each(['offline', 'no_answer', 'unavailable'] as const)(
    'is not there while the practice is not (%s), and can be asked for again',
    async (code) => {
      let gone = true;
      const page = await drawn(() => (gone ? refused(code) : came));
      await press(button(NAME));
      const alert = screen.getByRole('alert').textContent;
      expect(alert).toContain('What was said is kept at the practice alone');
      expect(alert).not.toMatch(/PIN|done twice|Nothing was/);
      gone = false;
      await press(button('Try again'));
      expect(page.sentOf('read_mail_dialogue')).toHaveLength(2);
      expect(screen.queryByRole('alert')).toBeNull();
      expect(shown()).toContain('EHLO');
    },
  );

  it('of a request that is not here any more is told as such', async () => {
    await drawn(() => refused('not_found'));
    await press(button(NAME));
    expect(screen.getByRole('alert').textContent).toContain('is not here any more');
  });

  it('that comes late is dropped where it was put away, and says nothing of another request', async () => {
    const late: ((answer: Answer) => void)[] = [];
    const page = await drawn(() => new Promise((resolve) => late.push(resolve)));
    await press(button(NAME));
    expect(screen.getByText('Getting what was said…')).toBeTruthy();
    await press(button(NAME));
    late[0]?.(came);
    await settled();
    expect(shown()).toBeUndefined();
    await press(button(NAME));
    late[0]?.(came);
    await page.view(about(ben));
    late[1]?.(came);
    await settled();
    expect(shown()).toBeUndefined();
  });
});
