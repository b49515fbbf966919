import { describe, expect, it } from 'vitest';

import { ada, inbox, minutesAgo } from '../../dev/people';
import type { HelpRequest, Pane, View } from '../../src/backend/bindings';
import { button, Drawn, press, settled } from '../drawn';

const frozen: HelpRequest = {
  ...ada,
  frozen: { by: 'Rosa Rivera', at: minutesAgo(3) },
  waits_since: minutesAgo(3),
  tier: { tier: 'closed', code: 'frozen' },
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

const asAdmin = (view: View): View => ({
  ...view,
  session: {
    session: 'signed_in',
    staff: { id: 's9', name: 'Dana Whitfield', role: 'admin' },
    practice: { name: 'Juniper Lane Practice', time_zone: 'America/New_York' },
    device_name: 'Studio laptop',
  },
});

async function drawn(view: View): Promise<Drawn> {
  const page = new Drawn(view);
  await settled();
  return page;
}

const buttons = (): string[] =>
  [...document.querySelectorAll('article button')].map((one) => one.textContent.trim());

describe('“not my client”', () => {
  it('says what it does, and does it once it is said again', async () => {
    const page = await drawn(open(ada));
    await press(button('Not my client …'));
    const dialog = document.querySelector('dialog');
    expect(dialog?.textContent).toContain('lead nowhere. It is told nothing.');
    await press(button('Leave it as it is'));
    expect(page.sentOf('not_my_client')).toEqual([]);
    await press(button('Not my client …'));
    await press(button('Not my client: freeze it'));
    expect(page.sentOf('not_my_client')).toEqual([{ command: 'not_my_client', request: ada.id }]);
  });

  it('is not asked without a connection', async () => {
    await drawn(open(ada, { blocked: 'offline' }));
    await press(button('Not my client …'));
    expect(document.querySelector('dialog')).toBeNull();
  });

  it('leaves nothing to press to anybody but an admin', async () => {
    await drawn(open(frozen));
    expect(document.body.textContent).toContain('Rosa Rivera said at');
    expect(buttons()).not.toContain('It is the client: lift it');
    expect(buttons().some((words) => /link|phone|call|PIN/i.test(words))).toBe(false);
  });

  it('is lifted or closed by an admin', async () => {
    const page = await drawn(asAdmin(open(frozen)));
    await press(button('It is the client: lift it'));
    await press(button('Close the request'));
    expect(page.sent.map(({ command }) => command)).toEqual(
      expect.arrayContaining(['lift_freeze', 'solve']),
    );
  });
});
