import { describe, expect, it } from 'vitest';

import { minutesAgo, NOW } from '../../dev/people';
import type { MailOutage } from '../../src/backend/bindings';
import { outageWords } from '../../src/words/outage';
import { clockTime } from '../../src/words/time';

const since = minutesAgo(6);
const down: MailOutage = {
  whom: { whom: 'everyone' },
  cause: 'practice_mail_down',
  since,
  failures: 3,
};
const at = (domain: string, cause: MailOutage['cause']): MailOutage => ({
  whom: { whom: 'domain', domain },
  cause,
  since,
  failures: 4,
  code: 550,
  enhanced: '5.7.1',
});

describe('an outage in words', () => {
  it('is nothing where there is none', () => {
    expect(outageWords([], NOW)).toBeNull();
  });

  it('says whom it meets, since when, what to do and what the admin needs', () => {
    const words = outageWords([down], NOW);
    expect(words?.title).toBe(`Mail has reached nobody since ${clockTime(since)}.`);
    expect(words?.means).toContain('does not answer or passes nothing on.');
    expect(words?.means).toContain('call and issue a PIN');
  });

  it('names the domain, the codes, and the other domains', () => {
    const all = [
      at('a.org', 'mail_unwanted'),
      at('b.org', 'mail_too_fast'),
      at('c.org', 'unknown'),
    ];
    const words = outageWords(all, NOW);
    expect(words?.title).toBe(`Mail to a.org has not arrived since ${clockTime(since)}.`);
    expect(words?.means).toContain('(550 5.7.1)');
    expect(words?.means).toContain('b.org, c.org');
  });

  it('has words for a cause of a newer version', () => {
    expect(outageWords([at('a.org', 'unknown')], NOW)?.means).toContain('does not take your mail');
  });
});
