/** Which settings have the words in them that somebody looks for. */
import { m } from '../../words/catalogue';

export const SETTINGS = {
  text: [m.settings_notifications, m.settings_text, m.settings_text_means],
  sound: [m.settings_notifications, m.settings_sound, m.settings_sound_means],
  try: [m.settings_notifications, m.settings_try_title, m.settings_try_means],
  days: [m.settings_quiet, m.settings_days, m.settings_days_means],
  tomorrow: [
    m.settings_quiet,
    m.settings_tomorrow,
    m.settings_tomorrow_means,
    m.settings_tomorrow_do,
  ],
  on_call: [m.settings_quiet, m.settings_on_call, m.settings_on_call_means],
  cover: [m.cover_title, m.cover_means, m.cover_open],
  language: [m.settings_look, m.settings_language, m.settings_language_means],
  density: [m.settings_look, m.settings_density, m.settings_density_means],
  lock_after: [m.settings_lock, m.settings_lock_after, m.settings_lock_means],
  lock_now: [m.settings_lock, m.settings_lock_now_title, m.settings_lock_now_means],
  passphrase: [m.settings_lock, m.settings_passphrase, m.settings_passphrase_wanted],
  keys: [m.settings_computer, m.settings_keys, m.settings_keys_means],
  start: [m.settings_computer, m.settings_start, m.settings_start_means],
  quit: [m.settings_computer, m.settings_quit, m.settings_quit_means],
  sign_out: [m.settings_computer, m.nav_sign_out, m.settings_sign_out_means],
  erase: [m.settings_computer, m.settings_erase_title, m.settings_erase_means, m.erase],
} as const satisfies Record<string, (() => string)[]>;

export type Key = keyof typeof SETTINGS;

/** Every word has to be in it, in any order. */
export function find(query: string, keys: readonly Key[]): Set<Key> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return new Set(
    keys.filter((key) => {
      const text = SETTINGS[key]
        .map((say) => say())
        .join(' ')
        .toLowerCase();
      return words.every((word) => text.includes(word));
    }),
  );
}
