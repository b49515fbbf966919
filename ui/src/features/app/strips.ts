/** What holds for the whole window, as strips across it: one place for each kind. */
import type { View } from '../../backend/bindings';
import type { Trouble } from '../../state/scene.svelte';
import { m } from '../../words/catalogue';
import { keychains } from '../../words/keychain';
import { outageWords } from '../../words/outage';
import { storages } from '../../words/storage';
import { when } from '../../words/time';

const KINDS = [
  'connection',
  'outage',
  'storage',
  'keychain',
  'passphrase',
  'quiet',
  'start',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Strip {
  kind: Kind;
  tone: 'warn' | 'plain';
  title: string;
  means: string;
  /** What stood in its place before it was over. */
  was: string | null;
  act: Press | null;
  /** The other answer, where it is a question. */
  other: Press | null;
}

interface Press {
  words: string;
  off: boolean;
  press: () => void;
}

export interface Acts {
  onretry: () => void;
  onkeychain: () => void;
  /** The keychain is being asked. */
  asking: boolean;
  /** Null where the passphrase is being chosen already. */
  onpassphrase: (() => void) | null;
  /** What was wished for is over. */
  onring: (wish: 'in_session' | 'quiet') => void;
  /** Whether Latchkey starts with the log-in to the computer. */
  onstart: (start: 'yes' | 'no') => void;
}

export function strips(view: View, trouble: Trouble, now: number, acts: Acts): Strip[] {
  const all: Strip[] = [];
  const say = (kind: Kind, tone: Strip['tone'], title: string, means: string): Strip => {
    const strip: Strip = { kind, tone, title, means, was: null, act: null, other: null };
    all.push(strip);
    return strip;
  };
  if (trouble === 'agent-lost') {
    say('connection', 'warn', m.agent_lost_title(), m.agent_lost_means());
  } else if (trouble === 'agent-silent') {
    say('connection', 'warn', m.agent_silent_title(), m.agent_silent_means());
  } else if (view.connection.connection === 'offline') {
    const title = m.offline_title({ since: when(view.connection.since, now) });
    say('connection', 'warn', title, m.offline_means()).act = {
      words: m.offline_retry(),
      off: false,
      press: acts.onretry,
    };
  }
  // What was told before the connection broke may be over.
  const outage = trouble === 'none' ? outageWords(view.outages, now) : null;
  if (outage) say('outage', 'warn', outage.title, outage.means);
  if (view.storage) {
    const storage = storages[view.storage.fault] ?? storages.failing;
    say('storage', 'warn', storage.title(), storage.means({ folder: view.storage.folder }));
  }
  const keychain = keychains[view.keychain] ?? null;
  if (keychain) {
    say('keychain', 'plain', keychain.title(), keychain.means()).act = {
      words: acts.asking ? m.keychain_trying() : m.keychain_again(),
      off: acts.asking,
      press: acts.onkeychain,
    };
  }
  if (view.settings.passphrase === 'wanted' && acts.onpassphrase) {
    const [title, means] = [m.passphrase_wanted_title(), m.passphrase_wanted_means()];
    say('passphrase', 'plain', title, means).act = {
      words: m.passphrase_wanted_do(),
      off: false,
      press: acts.onpassphrase,
    };
  }
  const { in_session: session, by_hand: hand } = view.quiet;
  if (session !== null) {
    const title = m.quiet_session_title({ at: when(session, now) });
    say('quiet', 'plain', title, m.quiet_session_means()).act = {
      words: m.quiet_end(),
      off: false,
      press: () => {
        acts.onring('in_session');
      },
    };
  } else if (hand !== null) {
    const title = m.quiet_hand_title({ at: when(hand, now) });
    say('quiet', 'plain', title, m.quiet_hand_means()).act = {
      words: m.quiet_end(),
      off: false,
      press: () => {
        acts.onring('quiet');
      },
    };
  }
  if (view.settings.start_at_log_in === 'unknown') {
    const answer = (start: 'yes' | 'no', words: string): Press => ({
      words,
      off: false,
      press: () => {
        acts.onstart(start);
      },
    });
    const strip = say('start', 'plain', m.start_ask(), m.start_ask_means());
    strip.act = answer('yes', m.start_yes());
    strip.other = answer('no', m.start_no());
  }
  return all;
}

/** What is said of one that is over, where there is more to say than that. */
const ended: Partial<Record<Kind, () => string>> = {
  connection: m.banner_connected,
  outage: m.banner_mail_works,
};

/** In the place of one that is over while somebody points at it: nothing to press. */
export function over(strip: Strip): Strip {
  const off = (one: Press): Press => ({ ...one, off: true, press: () => undefined });
  const act = strip.act && off(strip.act);
  const other = strip.other && off(strip.other);
  const title = (ended[strip.kind] ?? m.banner_over)();
  const was = strip.was ?? `${strip.title} ${strip.means}`;
  return { ...strip, tone: 'plain', title, means: '', was, act, other };
}

/** Each kind in its place; what is due comes before what only keeps its place. */
export function inPlace(due: Strip[], kept: Strip[]): Strip[] {
  return KINDS.flatMap((kind) => {
    const strip = [...due, ...kept].find((one) => one.kind === kind);
    return strip ? [strip] : [];
  });
}
