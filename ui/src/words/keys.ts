import type { Shortcut, ShortcutTrouble } from '../backend/bindings';
import { m } from './catalogue';

/** `Ctrl + Alt + L`. */
export function shortcutWords(keys: Shortcut): string {
  const held = [
    keys.control && m.keys_ctrl(),
    keys.alt && m.keys_alt(),
    keys.shift && m.keys_shift(),
    keys.logo && m.keys_logo(),
  ];
  const key = keys.key === 'Space' ? m.keys_space() : keys.key;
  return [...held, key].filter(Boolean).join(' + ');
}

export const shortcutTroubles: Record<ShortcutTrouble, () => string> = {
  taken: m.settings_keys_taken,
  not_here: m.settings_keys_not_here,
  no_such_key: m.settings_keys_no_such_key,
};

/** The key that was pressed, by what stands on it or, on other alphabets, by its place. */
function keyOf(event: KeyboardEvent): string | null {
  if (event.code === 'Space') return 'Space';
  const signs = [event.key.toUpperCase(), /^(?:Key|Digit)(.)$/u.exec(event.code)?.[1] ?? ''];
  return signs.find((sign) => /^(?:[A-Z0-9]|F[1-9]|F1[0-2])$/u.test(sign)) ?? null;
}

/**
 * The combination that was pressed; `null` where it is none that can be chosen. The agent has
 * the same rule (crates/view/src/shortcut.rs).
 */
export function pressed(event: KeyboardEvent): Shortcut | null {
  const key = keyOf(event);
  if (key === null) return null;
  const { ctrlKey: control, altKey: alt, shiftKey: shift, metaKey: logo } = event;
  const fits = /^F\d/u.test(key)
    ? logo || control !== alt
    : logo || (control && alt) || ((control || alt) && shift);
  return fits ? { control, alt, shift, logo, key } : null;
}
