import { describe, expect, it } from 'vitest';

import { ada, full, NOW } from '../../dev/people';
import type { Action, Cause, Diagnosis, ErrorCode, Happening } from '../../src/backend/bindings';
import { actions, causeInShort, causes, causeSentence, whatToDo } from '../../src/words/cause';
import { speakers } from '../../src/words/dialogue';
import {
  happenings,
  happeningWords,
  issuedOn,
  linkRefusals,
  methods,
  nameFits,
} from '../../src/words/happening';
import { keychains } from '../../src/words/keychain';
import { computers, lockers } from '../../src/words/locked';
import { fates, mailWords } from '../../src/words/mail';
import { called } from '../../src/words/names';
import { ends, how, statuses } from '../../src/words/pin';
import { refusals, told } from '../../src/words/refusal';
import { sayings } from '../../src/words/say';
import { reasons } from '../../src/words/signed-out';
import { storages } from '../../src/words/storage';
import { codes, kinds } from '../codes';

const who = called(ada.who);
const facts = {
  at: NOW - 60_000,
  other_at: NOW,
  until: NOW + 60_000,
  count: 2,
  reply: full,
  minutes: -180,
  subject: 'Your link from 9:05 AM',
  near: { initials: 'A. O.', clinician: 'Rosa Rivera' },
};

const about = (more: Partial<Diagnosis>): Diagnosis => ({ ...ada.diagnosis, facts, ...more });

/** A sentence: begins with a capital or a number, ends with a stop, leaves nothing unfilled. */
const sentence = /^[A-Z0-9“].*[.…]$/;
const unfilled = /[{}]|undefined|null|NaN|\[object/;

describe('the tables have a line for every code', () => {
  it.each([
    ['Cause', causes],
    ['Cause', sayings],
    ['Action', actions],
    ['ErrorCode', refusals],
    ['LinkRefusal', linkRefusals],
    ['NameFit', nameFits],
    ['SignInMethod', methods],
    ['Evidence', issuedOn],
    ['Evidence', how],
    ['MailFate', fates],
    ['Speaker', speakers],
    ['Keychain', keychains],
    ['StorageFault', storages],
    ['SignedOut', reasons],
    ['LockedBy', lockers],
    ['ComputerLock', computers],
    ['PinState', statuses],
    ['PinState', { ...ends, live: null }],
  ])('of %s', (name, table) => {
    const wanted = codes(name);
    expect(wanted.length).toBeGreaterThan(2);
    expect(Object.keys(table).sort()).toEqual(wanted.sort());
  });

  it('of what can happen', () => {
    expect(Object.keys(happenings).sort()).toEqual(kinds('Happening', 'kind').sort());
  });
});

describe('a mail that no server said anything about', () => {
  const reply = { code: 0, enhanced: null, words: 'The mail server could not be reached' };

  it('has not left the practice, and nobody blames the client’s server', () => {
    const stuck = about({ cause: 'practice_mail_down', facts: { ...facts, reply } });
    for (const words of [causeSentence(stuck, who, NOW), causeInShort(stuck, who, NOW)]) {
      expect(words).toContain('the practice’s mail server does not answer');
      expect(words).not.toContain(`${who.Name}’s`);
      expect(words).toMatch(sentence);
    }
    const deferred = { kind: 'mail_deferred', reply, next_at: NOW } as const;
    expect(happeningWords(deferred, NOW)).toContain('The practice’s mail server did not answer');
    const fate = { fate: 'deferred', at: NOW, next_at: NOW + 60_000, reply } as const;
    expect(mailWords(fate, who, NOW)).toContain('has not left yet');
  });
});

describe('every cause has good words', () => {
  const all = codes('Cause') as Cause[];

  it.each(all)('%s, for the pane and for the row', (cause) => {
    const pane = causeSentence(about({ cause }), who, NOW);
    const row = causeInShort(about({ cause }), who, NOW);
    for (const words of [pane, row]) {
      expect(words).toMatch(sentence);
      expect(words).not.toMatch(unfilled);
    }
    expect(row.length).toBeLessThan(60);
  });

  it.each(all)('%s, with every action', (cause) => {
    for (const action of codes('Action') as Action[]) {
      for (const matched of [true, false]) {
        const words = whatToDo(about({ cause, action }), who, matched, NOW);
        expect(words).toMatch(sentence);
        expect(words).not.toMatch(unfilled);
      }
    }
  });

  it('without any facts, too', () => {
    for (const cause of all) {
      expect(causeSentence(about({ cause, facts: {} }), who, NOW)).not.toMatch(unfilled);
      expect(whatToDo(about({ cause, facts: {} }), who, true, NOW)).not.toMatch(unfilled);
    }
  });

  it.each([
    'mailbox_full',
    'greylisted',
    'server_unreachable',
    'mail_too_fast',
    'practice_mail_down',
    'mail_deferred',
    'held_back',
  ] as const)('%s says when it goes on', (cause) => {
    const words = whatToDo(about({ cause, action: 'call_and_issue_pin' }), who, true, NOW);
    expect(words).toContain('10:47');
  });
});

describe('what the cause is about is named', () => {
  it.each(['accepted_not_opened', 'scanner_opened', 'older_link_opened', 'clock_wrong'] as const)(
    '%s names the mail to look for',
    (cause) => {
      expect(whatToDo(about({ cause }), who, true, NOW)).toContain('“Your link from 9:05 AM”');
    },
  );

  it('and a clock says how far it is off, and to which side', () => {
    const off = (minutes: number) =>
      causeInShort(about({ cause: 'clock_wrong', facts: { minutes } }), who, NOW);
    expect(off(-180)).toBe('The device’s clock is 3 hours slow.');
    expect(off(25)).toBe('The device’s clock is 25 minutes fast.');
    expect(happeningWords({ kind: 'clock_off', minutes: 3 * 24 * 60 }, NOW)).toBe(
      'The device’s clock was 3 days fast',
    );
  });

  // RULES A2
  it('and a near miss by its initials alone', () => {
    const near = about({ cause: 'address_near_miss', action: 'check_address' });
    expect(causeSentence(near, who, NOW)).toContain('A. O.');
    expect(whatToDo(near, who, false, NOW)).toContain('Their clinician is Rosa Rivera.');
  });

  it('and nobody is told to issue a PIN that none can be issued for', () => {
    const shared = about({ cause: 'shared_address', action: 'call_and_issue_pin' });
    const words = whatToDo(shared, who, false, NOW);
    expect(words).toContain('Find this person in the clients directory');
    expect(words).not.toContain('issue a PIN');
  });

  it('and how far somebody came whom nothing explains', () => {
    const lost = about({ cause: 'cannot_tell', facts: { at: NOW } });
    expect(causeSentence(lost, who, NOW)).toContain('opened the sign-in link at 10:46');
    const nothing = about({ cause: 'cannot_tell', facts: {} });
    expect(causeSentence(nothing, who, NOW)).toContain('Nothing that the service saw');
  });

  it('and where a link was used before', () => {
    const refused = (here: boolean) =>
      happeningWords(
        { kind: 'link_refused', sent_at: NOW, why: 'used', used: { at: NOW, here } },
        NOW,
      );
    expect(refused(true)).toContain('at 10:46 in the same browser');
    expect(refused(false)).toContain('at 10:46 in another browser');
  });
});

// RULES X1
describe('a code from a newer service gets a generic sentence', () => {
  it('for a cause and an action', () => {
    const newer = about({
      cause: 'moon_phase' as Cause,
      action: 'send_pigeon' as Action,
    });
    expect(causeSentence(newer, who, NOW)).toMatch(sentence);
    expect(whatToDo(newer, who, true, NOW)).toMatch(sentence);
  });

  it('for an error and for something that happened', () => {
    const refusal = told({ code: 'tea_time' as ErrorCode, by: null, retry_at: null }, NOW);
    expect(refusal.what).toMatch(sentence);
    expect(happeningWords({ kind: 'tea_time' } as unknown as Happening, NOW)).not.toBe('');
  });
});

describe('an error says what happened, what it means and what to do', () => {
  it.each(codes('ErrorCode') as ErrorCode[])('%s', (code) => {
    const { what, so } = told({ code, by: 'Sam Park', retry_at: NOW + 60_000 }, NOW);
    expect(what).toMatch(sentence);
    expect(so).toMatch(sentence);
    expect(so).toContain('10:47');
    expect(`${what} ${so}`).not.toMatch(unfilled);
  });
});

describe('names are used instead of pronouns', () => {
  it('in every sentence about a client', () => {
    for (const cause of codes('Cause') as Cause[]) {
      const words = causeSentence(about({ cause }), who, NOW);
      expect(words).not.toMatch(/\b(he|she|they|his|her|their|him|them)\b/i);
    }
  });
});
