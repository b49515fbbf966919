import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { adasFile, closedFile, quietFile, several } from '../../dev/clients';
import { inbox, NOW } from '../../dev/people';
import type { Answer, ClientFile, Command, PinPanel, View } from '../../src/backend/bindings';
import { button, Drawn, key, press, settled, type } from '../drawn';

const lists: View = { ...inbox, pane: null };
const refused = (code: string): Answer =>
  ({ answer: 'refused', code, by: null, retry_at: null }) as Answer;

const given =
  (file: ClientFile = adasFile) =>
  (command: Command): Answer => {
    if (command.command === 'find_clients') return { answer: 'clients_found', ...several };
    if (command.command === 'read_client') return { answer: 'client', ...file };
    return { answer: 'done' };
  };

const field = (): HTMLElement => screen.getByRole('combobox', { name: 'Find a client' });

/** Longer than the directory waits for the next letter. */
async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 160));
  await settled();
}

async function directory(answers: Drawn['answers'] = given(), view = lists): Promise<Drawn> {
  const page = new Drawn(view);
  page.answers = answers;
  await settled();
  await key('c');
  return page;
}

async function opened(answers: Drawn['answers'] = given()): Promise<Drawn> {
  const page = await directory(answers);
  await type(field(), 'ada');
  await pause();
  await key('Enter');
  return page;
}

describe('the clients directory', () => {
  it('is one key away; three letters and Enter lead to the number on file', async () => {
    const page = await directory();
    expect(document.activeElement).toBe(field());
    await type(field(), 'a');
    await type(field(), 'ad');
    await type(field(), 'ada');
    await pause();
    // One question for what was typed in one go.
    expect(page.sentOf('find_clients')).toEqual([{ command: 'find_clients', typed: 'ada' }]);
    await key('Enter');
    expect(page.sentOf('read_client')).toEqual([{ command: 'read_client', client: 'c1' }]);
    expect(screen.getByText('555 0142')).toBeDefined();
    expect(document.activeElement?.textContent).toBe('Ada Okafor');
    await pause();
    expect(page.sentOf('read_client')).toHaveLength(1);
  });

  it('is walked by the arrows while the focus stays in the field', async () => {
    const page = await directory();
    await type(field(), 'ada');
    await pause();
    const chosen = (): string | undefined =>
      document.getElementById(field().getAttribute('aria-activedescendant') ?? '')?.textContent;
    expect(chosen()).toContain('Ada Okafor');
    await key('ArrowDown');
    expect(chosen()).toContain('called Dani');
    await key('ArrowUp');
    await key('ArrowUp');
    expect(chosen()).toContain('access disabled');
    expect(document.activeElement).toBe(field());
    await key('Enter');
    expect(page.sentOf('read_client')[0]?.client).toBe('c9');
  });

  it('opens nobody of an older list, and forgets an answer to fewer letters', async () => {
    const late: (() => void)[] = [];
    const page = await directory((command) =>
      command.command === 'find_clients' && command.typed === 'ad'
        ? new Promise((resolve) =>
            late.push(() => {
              resolve({ answer: 'clients_found', ...several });
            }),
          )
        : command.command === 'find_clients'
          ? { answer: 'clients_found', clients: [], more: false }
          : given()(command),
    );
    await type(field(), 'ad');
    await pause();
    await type(field(), 'adz');
    await key('Enter');
    expect(page.sentOf('read_client')).toHaveLength(0);
    await pause();
    for (const come of late) come();
    await settled();
    expect(screen.queryAllByRole('option')).toHaveLength(0);
    expect(screen.getByText(/No client’s name begins with “adz”/)).toBeDefined();
  });

  // RULES D9
  it('says that it needs a connection, and asks once there is one', async () => {
    const offline = { connection: 'offline', since: NOW, retry_at: NOW } as const;
    const page = await directory(given(), { ...lists, connection: offline });
    await type(field(), 'ada');
    await pause();
    expect(page.sentOf('find_clients')).toHaveLength(0);
    expect(screen.getByText(/needs a connection to the practice/)).toBeDefined();
    await page.view(lists);
    await pause();
    expect(page.sentOf('find_clients')).toHaveLength(1);
  });

  it('is left by Escape: first what was typed, then the page', async () => {
    await directory();
    await type(field(), 'ada');
    await key('Escape');
    expect((field() as HTMLInputElement).value).toBe('');
    await key('Escape');
    expect(screen.queryByRole('combobox', { name: 'Find a client' })).toBeNull();
    expect(screen.getAllByRole('option').length).toBeGreaterThan(0);
  });

  it('tells what was refused, and can be asked again', async () => {
    let busy = true;
    const page = await directory((command) => (busy ? refused('too_many') : given()(command)));
    await type(field(), 'ada');
    await pause();
    expect(screen.getByRole('alert').textContent).toContain('asked too much');
    busy = false;
    await press(button('Try again'));
    expect(page.sentOf('find_clients')).toHaveLength(2);
    expect(screen.getAllByRole('option')).toHaveLength(4);
  });
});

describe('a client on the phone', () => {
  // RULES P2
  it('gets a PIN by a word of the page and one click, and none without a word', async () => {
    const page = await opened();
    await press(button('I called 555 0142'));
    expect(page.sentOf('issue_client_pin')).toHaveLength(0);
    expect(screen.getByRole('alert').textContent).toBe('Type the word first.');
    const word = screen.getByRole('textbox', { name: 'A word on Ada’s page' });
    expect(document.activeElement).toBe(word);
    await type(word, ' maple ');
    await press(button('I called 555 0142'));
    expect(page.sentOf('issue_client_pin')).toEqual([
      {
        command: 'issue_client_pin',
        client: 'c1',
        evidence: 'called_number_on_file',
        match_word: 'maple',
      },
    ]);
  });

  // RULES D6
  it('has the digits shown once, gone as the PIN is used', async () => {
    const panel: PinPanel = {
      request: 'r9',
      name: 'Ada Okafor',
      evidence: 'with_me',
      phone: null,
      state: 'live',
      issued_at: NOW,
      ends_at: NOW + 600_000,
    };
    const page = await opened((command) =>
      command.command === 'issue_client_pin'
        ? { answer: 'pin', request: 'r9', digits: '482915', ends_at: NOW + 600_000 }
        : given()(command),
    );
    await type(screen.getByRole('textbox', { name: 'A word on Ada’s page' }), 'maple');
    await press(button('Ada is with me'));
    await page.view({ ...lists, pin: panel });
    expect(page.html).toContain('482');
    await page.view({ ...lists, pin: { ...panel, state: 'used' } });
    expect(page.html).not.toContain('482');
  });

  it('keeps the word where no browser shows it, and says what to ask', async () => {
    await opened((command) =>
      command.command === 'issue_client_pin' ? refused('nobody_waiting') : given()(command),
    );
    const word = screen.getByRole('textbox', { name: 'A word on Ada’s page' });
    await type(word, 'mapel');
    await press(button('Ada is with me'));
    expect(screen.getByRole('alert').textContent).toContain('No browser waits under that word.');
    expect((word as HTMLInputElement).value).toBe('mapel');
  });

  it('is asked in Spanish where that is the language on file, and only there', async () => {
    const page = await opened();
    expect(page.html).toContain('pulse “Escribir un PIN”');
    page.unmount();
    const other = await opened(given(quietFile));
    expect(other.html).not.toContain('Escribir un PIN');
    expect(other.html).toContain('Nothing in the last 90 days.');
  });

  it('has no field for a word where no PIN can be issued', async () => {
    await opened(given(closedFile));
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.getByText('This client’s access is switched off.')).toBeDefined();
  });

  it('leads to an open request, and by Escape back to what was found', async () => {
    const page = await opened();
    await press(button('Open the request of 10:42'));
    expect(page.sentOf('select')).toEqual([
      { command: 'select', request: adasFile.waiting[0]?.id },
    ]);
    page.unmount();
    await opened();
    await key('Escape');
    expect((field() as HTMLInputElement).value).toBe('ada');
    await pause();
    expect(screen.getAllByRole('option')).toHaveLength(4);
  });

  // RULES V2
  it('is gone from the page once not theirs to see', async () => {
    let theirs = true;
    await opened((command) =>
      command.command === 'read_client' && !theirs
        ? refused('not_found')
        : command.command === 'issue_client_pin'
          ? refused('not_found')
          : given()(command),
    );
    theirs = false;
    await type(screen.getByRole('textbox', { name: 'A word on Ada’s page' }), 'maple');
    await press(button('Ada is with me'));
    expect(screen.queryByText('555 0142')).toBeNull();
  });

  // RULES D4
  it('is not on the screen any more as Latchkey locks', async () => {
    const page = await opened();
    await page.view({
      ...lists,
      session: {
        session: 'locked',
        by: 'idle',
        computer: 'tells',
        passphrase: false,
        wait_until: null,
      },
    });
    expect(page.html).not.toContain('Okafor');
  });
});
