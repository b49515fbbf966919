import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { inbox, NOW, twoMails, withMail } from '../../dev/people';
import type { HelpRequest, MailFate, View } from '../../src/backend/bindings';
import { Drawn, settled } from '../drawn';

const open = (request: HelpRequest): View => ({
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

/** What is said beside the request, where a screen reader hears it change. */
const stands = (): string =>
  screen
    .getAllByRole('status')
    .map((element) => element.textContent ?? '')
    .join(' ')
    .replace(/\s+/g, ' ');

const said: Record<MailFate, string> = {
  queued: 'The newest link waits in the mail queue since 10:38.',
  sending: 'The newest link is being handed to the mail server since 10:38.',
  accepted: 'The newest link was accepted by Ada’s mail server at 10:38.',
  deferred:
    'The newest link was put off by Ada’s mail server at 10:38: it asks to try again, and the next try is at 10:50.',
  refused: 'The newest link was refused by Ada’s mail server at 10:38.',
  bounced:
    'The newest link was taken by Ada’s mail server, and came back at 10:38: it did not arrive.',
  delayed:
    'The newest link waits at a mail server on the way, which said so at 10:38 and keeps trying.',
  complained: 'The newest link was marked as junk in Ada’s mailbox, said a report at 10:38.',
  not_sent:
    'The newest link was not sent at 10:38: no mail goes to this mailbox, or a newer link took its place.',
  unknown: 'The newest link has a state since 10:38 that this Latchkey does not know yet.',
};

describe('the newest link beside its request', () => {
  it('is told in words with the time, as its fate changes', async () => {
    const page = new Drawn(open(withMail('queued')));
    await settled();
    for (const fate of Object.keys(said) as MailFate[]) {
      await page.view(open(withMail(fate)));
      expect(stands()).toContain(said[fate]);
    }
  });

  it('that was put off carries the mail server’s own words, quoted, in what happened', async () => {
    new Drawn(open(twoMails));
    await settled();
    const text = screen.getByRole('article').textContent ?? '';
    expect(text).toContain('The mail server asked to try again at 10:50');
    expect(text).toContain('451 4.7.1 “Greylisted, try again later”');
  });

  it('is the second of two, and both stay in what happened, newest first', async () => {
    new Drawn(open(twoMails));
    await settled();
    expect(stands()).toContain('was put off by Ada’s mail server at 10:45');
    const lines = [...document.querySelectorAll('[aria-labelledby="timeline"] li')].map(
      (line) => line.textContent,
    );
    const told = lines.filter((line) => /mail (queue|server)/.test(line ?? ''));
    expect(told.map((line) => /asked to try|queue|refused/.exec(line ?? '')?.[0])).toEqual([
      'asked to try',
      'queue',
      'refused',
      'queue',
    ]);
  });

  it('has its times in words of that day, where it was not today', async () => {
    const yesterday = withMail('accepted');
    const at = NOW - 24 * 60 * 60_000;
    new Drawn(open({ ...yesterday, mail: { fate: 'accepted', at, next_at: null, reply: null } }));
    await settled();
    expect(stands()).toContain('was accepted by Ada’s mail server at 10:46 on Oct 18.');
  });
});
