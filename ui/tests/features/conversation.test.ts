import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { ben, inbox, minutesAgo, priya } from '../../dev/people';
import type { HelpRequest, Pane, View } from '../../src/backend/bindings';
import { messages } from '../../src/features/request/conversation';
import { button, Drawn, key, press, settled, type } from '../drawn';

const inNow: HelpRequest = {
  ...priya,
  can_write: true,
  waits_since: minutesAgo(2),
  timeline: [
    { at: minutesAgo(9), what: { kind: 'message_sent', by: 'Rosa Rivera', text: 'Welcome' } },
    { at: minutesAgo(4), what: { kind: 'message_read' } },
    { at: minutesAgo(2), what: { kind: 'client_wrote', text: '<b>Ten</b>?' } },
    { at: minutesAgo(1), what: { kind: 'message_sent', by: 'Sam Park', text: null } },
  ],
};

const open = (request: HelpRequest, more: Partial<Pane> = {}): View => ({
  ...inbox,
  pane: {
    request,
    blocked: null,
    resend: null,
    busy: false,
    snoozed_until: null,
    draft: '',
    waiting_notes: [],
    ...more,
  },
});

async function drawn(view: View): Promise<Drawn> {
  const page = new Drawn(view);
  await settled();
  return page;
}

const field = (): HTMLTextAreaElement =>
  screen.getByLabelText<HTMLTextAreaElement>('Write to them');

// RULES P5
describe('a conversation', () => {
  it('is read in order, with when the client read it', () => {
    const told = messages(inNow.timeline).map(({ by, text, readAt }) => [by, text, readAt]);
    expect(told).toEqual([
      ['Rosa Rivera', 'Welcome', minutesAgo(4)],
      [null, '<b>Ten</b>?', null],
      ['Sam Park', null, null],
    ]);
  });

  it('waits for the sign-in, and says so', async () => {
    await drawn(open(ben));
    expect(screen.queryByLabelText('Write to them')).toBeNull();
    expect(document.body.textContent).toContain('Anything else can be written once Ben has');
  });

  it('is answered by keyboard, once, and what was typed is the agent’s before that', async () => {
    const page = await drawn(open(inNow));
    expect(screen.getAllByText('<b>Ten</b>?').length).toBeGreaterThan(0);
    await key('r');
    expect(document.activeElement).toBe(field());
    await type(field(), 'Yes, ten ');
    await press(button('Send'));
    expect(page.sentOf('write_message')).toEqual([
      { command: 'write_message', request: priya.id, text: 'Yes, ten' },
    ]);
    const order = page.sent.map(({ command }) => command);
    expect(order.indexOf('draft_message')).toBeLessThan(order.indexOf('write_message'));
    expect(field().value).toBe('');
  });

  it('is put away where it needs no answer, by the key too', async () => {
    const page = await drawn(open(inNow));
    await press(button('Needs no answer'));
    await key('e');
    expect(page.sentOf('solve').length).toBe(2);
  });

  it('sends nothing that is empty, too long or late, and says why', async () => {
    const page = await drawn(open(inNow, { message_draft: 'x'.repeat(2001) }));
    await press(button('Send'));
    expect(screen.getByRole('alert').textContent).toContain('1 characters too long');
    await type(field(), ' ');
    await press(button('Send'));
    expect(screen.getByRole('alert').textContent).toBe('Write something first.');
    expect(page.sentOf('write_message')).toEqual([]);
    const late = await drawn(open(inNow, { blocked: 'offline', message_draft: 'Yes' }));
    await press(screen.getAllByRole('button', { name: 'Send' }).at(-1) as HTMLElement);
    expect(late.sentOf('write_message')).toEqual([]);
  });
});
