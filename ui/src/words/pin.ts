import type {
  Evidence,
  PinPanel,
  PinState,
  PinStatus,
  TierReason,
  UnixMillis,
} from '../backend/bindings';
import { m } from './catalogue';
import type { Called } from './names';
import { when } from './time';

const DIGITS = [
  m.digit_0,
  m.digit_1,
  m.digit_2,
  m.digit_3,
  m.digit_4,
  m.digit_5,
  m.digit_6,
  m.digit_7,
  m.digit_8,
  m.digit_9,
] as const;

type Locale = 'en' | 'es';

function group(digits: string, locale: Locale): string {
  const words = [...digits]
    .map((digit) => DIGITS[Number(digit)]?.({}, { locale }) ?? '')
    .join(', ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** `“Four, eight, two. Nine, one, five.”` */
export function spelledOut(digits: string, locale: Locale = 'en'): string {
  return m.pin_says(
    { first: group(digits.slice(0, 3), locale), second: group(digits.slice(3), locale) },
    { locale },
  );
}

/** `You called 555 0142.` */
export const how: Record<Evidence, (panel: PinPanel, name: string) => string> = {
  called_number_on_file: ({ phone }) =>
    phone ? m.pin_how_called({ phone }) : m.pin_how_called_bare(),
  with_me: (_, name) => m.pin_how_with_me({ name }),
  voice_word: () => m.pin_how_voice_word(),
  unknown: () => '',
};

const guards: Record<TierReason, (who: Called) => string> = {
  contact_changed: m.guarded_contact_changed,
  browser_picked: m.guarded_browser_picked,
  unknown: m.guarded_unknown,
};

/** Why two people have to state how they know who it is. */
export function guardedWords(reason: TierReason, who: Called): string {
  return (guards[reason] ?? guards.unknown)({ name: who.name, Name: who.Name });
}

/** The panel has the name on file; a sentence takes its first word. */
export function firstOf(name: string): string {
  return name.split(' ')[0] ?? name;
}

/** How a PIN ended, for the panel; a live one has not. */
export const ends: Record<
  Exclude<PinState, 'live'>,
  { title: (f: { name: string }) => string; means: (f: { name: string }) => string }
> = {
  used: { title: m.pin_used_title, means: () => m.pin_used_means() },
  revoked: { title: () => m.pin_revoked_title(), means: m.pin_revoked_means },
  expired: { title: () => m.pin_expired_title(), means: m.pin_expired_means },
  locked: { title: () => m.pin_locked_title(), means: m.pin_locked_means },
  unknown: { title: () => m.pin_unknown_title(), means: () => m.pin_unknown_means() },
};

/** The newest PIN as a line of the pane. */
export const statuses: Record<PinState, (f: { by: string; at: string; until: string }) => string> =
  {
    live: m.pin_status_live,
    used: m.pin_status_used,
    revoked: m.pin_status_revoked,
    expired: m.pin_status_expired,
    locked: m.pin_status_locked,
    unknown: m.pin_status_unknown,
  };

export function pinStatusWords(pin: PinStatus, now: UnixMillis): string {
  return (statuses[pin.state] ?? statuses.unknown)({
    by: pin.by,
    at: when(pin.issued_at, now),
    until: when(pin.expires_at, now),
  });
}
