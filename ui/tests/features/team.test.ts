import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { ada, inbox } from '../../dev/people';
import { states } from '../../dev/states';
import type { Answer, Colleague, Command, View } from '../../src/backend/bindings';
import { button, Drawn, key, press, settled } from '../drawn';

const colleagues = states['assign']?.colleagues ?? [];
const at = (staff: string, name: string): View => ({
  ...inbox,
  pane: inbox.pane && {
    ...inbox.pane,
    request: { ...ada, assigned: { staff, name, at: 0 } },
  },
});

async function asked(view: View, who: Colleague[] | null): Promise<Drawn> {
  const page = new Drawn(view);
  page.answers = (command: Command): Answer =>
    command.command !== 'read_colleagues'
      ? { answer: 'done' }
      : who
        ? { answer: 'colleagues', colleagues: who }
        : { answer: 'refused', code: 'offline', by: null, retry_at: null };
  await settled();
  await key('a');
  await settled();
  return page;
}

describe('whose a request is', () => {
  it('is changed by keys alone: to me, to a colleague who is there first', async () => {
    const page = await asked(inbox, colleagues);
    expect(document.activeElement).toBe(button('I take it'));
    await key('ArrowDown');
    expect(document.activeElement?.textContent).toContain('Sam Park');
    expect(screen.getAllByRole('button', { name: /connected/ })).toHaveLength(1);
    (document.activeElement as HTMLElement).click();
    await settled();
    expect(page.sent.at(-1)).toEqual({
      command: 'assign',
      request: ada.id,
      to: 's2',
      seen: null,
    });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  // RULES P4
  it('says whose it was when it was seen, so that nobody takes it twice', async () => {
    const page = await asked(at('s2', 'Sam Park'), colleagues);
    expect(screen.queryByRole('button', { name: /Sam Park/ })).toBeNull();
    await press(button('Nobody, for whoever is free'));
    expect(page.sent.at(-1)).toMatchObject({ to: null, seen: 's2' });
  });

  it('can be mine also where nobody can be asked who is there', async () => {
    const page = await asked(inbox, null);
    expect(screen.getByRole('alert').textContent).not.toBe('');
    await press(button('I take it'));
    expect(page.sent.at(-1)).toMatchObject({ command: 'assign', to: 's1' });
  });

  it('is left as it is by Esc', async () => {
    const page = await asked(inbox, colleagues);
    screen.getByRole('dialog').dispatchEvent(new Event('cancel', { cancelable: true }));
    await settled();
    expect(page.sentOf('assign')).toEqual([]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('cannot be changed while offline', async () => {
    const page = new Drawn({
      ...inbox,
      pane: inbox.pane && { ...inbox.pane, blocked: 'offline' },
    });
    await settled();
    await key('a');
    await settled();
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(page.sent).toEqual([]);
  });
});
