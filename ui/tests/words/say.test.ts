import { describe, expect, it } from 'vitest';

import { ada } from '../../dev/people';
import type { Cause, Facts } from '../../src/backend/bindings';
import { saying as said } from '../../src/words/say';
import { codes } from '../codes';
import { fernandezHuerta, fleschKincaidGrade } from './reading';

const all = codes('Cause') as Cause[];

const saying = (cause: Cause, language: string | null, facts: Facts = {}) =>
  said({ ...ada.diagnosis, cause, facts }, language);

// RULES W1
describe('what is said to a client', () => {
  it.each(all)('about %s is short, kind, and grade 6 in English', (cause) => {
    const { english } = saying(cause, null);
    expect(english).toMatch(/^[A-Z].*[.?]$/);
    expect(english.length).toBeLessThan(90);
    expect(fleschKincaidGrade(english)).toBeLessThanOrEqual(6);
  });

  it.each(all)('about %s is as easy in Spanish', (cause) => {
    const { spanish } = saying(cause, 'es-MX');
    expect(spanish).toMatch(/^[¿A-ZÁÉÍÓÚÑ].*[.?]$/);
    expect(fernandezHuerta(spanish ?? '')).toBeGreaterThanOrEqual(70);
  });

  it('is in Spanish only for who speaks it', () => {
    expect(saying('pin_wrong', null).spanish).toBeNull();
    expect(saying('pin_wrong', 'en-US').spanish).toBeNull();
    expect(saying('pin_wrong', 'est').spanish).toBeNull();
    expect(saying('pin_wrong', 'es').spanish).toBe('El PIN no era ese. Le leo uno nuevo.');
  });

  it('tells nothing about an agreement, or about who shares a mailbox', () => {
    for (const cause of ['no_mail', 'shared_address'] as const) {
      expect(saying(cause, 'es')).toEqual({
        english: 'I can let you in with a PIN.',
        spanish: 'Puedo darle acceso con un PIN.',
      });
    }
  });

  it('names the mail to search for where one lies unread, as it is called', () => {
    for (const cause of ['accepted_not_opened', 'scanner_opened'] as const) {
      const subject = 'Su enlace (9:05 a. m.)';
      const { english, spanish } = saying(cause, 'es', { subject });
      expect(english).toContain(`search your mail for “${subject}”`);
      expect(spanish).toContain(`Busque en su correo “${subject}”`);
      expect(english.length).toBeLessThan(100);
    }
    expect(saying('mailbox_full', null, { subject: 'x' }).english).not.toContain('x”');
  });

  // RULES X1
  it('is a question where the cause is from a newer service', () => {
    expect(saying('moon_phase' as Cause, null).english).toBe(
      'What does it say on your screen right now?',
    );
  });
});
