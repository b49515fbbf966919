import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { inbox } from '../../dev/people';
import type { SignedOut, View } from '../../src/backend/bindings';
import { codes } from '../codes';
import { button, Drawn, press, settled, type } from '../drawn';

const out = (why: SignedOut | null, practice: string | null): View => ({
  ...inbox,
  session: { session: 'signed_out', practice, why, notes_gone: 0 },
  connection: { connection: 'idle' },
  pane: null,
});

async function submit(): Promise<void> {
  const form = document.querySelector('form');
  form?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
  await settled();
}

describe('signing in', () => {
  it('takes the practice’s address and goes to the browser', async () => {
    const page = new Drawn(out(null, null));
    await settled();
    await type(screen.getByLabelText('Your practice’s address'), ' https://sign-in.example.org ');
    await submit();
    expect(page.sent).toEqual([{ command: 'sign_in', practice: 'https://sign-in.example.org' }]);
  });

  it('offers the address that is known', async () => {
    const page = new Drawn(out(null, 'https://sign-in.example.org'));
    await settled();
    await submit();
    expect(page.sentOf('sign_in')[0]?.practice).toBe('https://sign-in.example.org');
  });

  it('without an address says what is missing and sends nothing', async () => {
    const page = new Drawn(out(null, null));
    await settled();
    await submit();
    expect(page.sent).toEqual([]);
    expect(screen.getByRole('alert').textContent).toContain('Type your practice’s address');
    expect(document.activeElement?.id).toBe('practice');
  });

  it.each(codes('SignedOut') as SignedOut[])('says why: %s', async (why) => {
    new Drawn(out(why, 'https://sign-in.example.org'));
    await settled();
    expect(screen.getByRole('status').textContent?.trim().length).toBeGreaterThan(40);
  });

  it('while the browser is open shows the address to open by hand, and can be cancelled', async () => {
    const page = new Drawn({
      ...out(null, null),
      session: { session: 'signing_in', url: 'https://sign-in.example.org/oauth/authorize?x=1' },
    });
    await settled();
    const field = screen.getByLabelText('Sign-in address');
    expect((field as HTMLInputElement).value).toContain('/oauth/authorize');
    await press(button('Cancel'));
    expect(page.sent).toEqual([{ command: 'cancel_sign_in' }]);
  });
});

describe('signing out', () => {
  it('asks once, since it erases what is kept', async () => {
    const page = new Drawn(inbox);
    await settled();
    await press(button('Sign out'));
    expect(page.sent).toEqual([]);
    await press(button('Stay signed in'));
    expect(page.sent).toEqual([]);
    await press(button('Sign out'));
    await press(button('Sign out and erase'));
    expect(page.sent).toEqual([{ command: 'sign_out' }]);
  });
});

const BROKEN = ['absent', 'locked', 'failing'] as const;

describe('the keychain', () => {
  // RULES D2
  it.each(BROKEN)('that is %s is told with its remedy', async (keychain) => {
    new Drawn({ ...inbox, keychain });
    await settled();
    expect(document.body.textContent).toContain('You are signed in until Latchkey ends');
  });
});
