import type { Keychain } from '../backend/bindings';
import { m } from './catalogue';

/** What is wrong with the keychain and what mends it; nothing where it works. */
export const keychains: Record<Keychain, { title: () => string; means: () => string } | null> = {
  works: null,
  absent: { title: m.keychain_absent_title, means: m.keychain_absent_means },
  locked: { title: m.keychain_locked_title, means: m.keychain_locked_means },
  slow: { title: m.keychain_slow_title, means: m.keychain_slow_means },
  losing: { title: m.keychain_losing_title, means: m.keychain_losing_means },
  full: { title: m.keychain_full_title, means: m.keychain_full_means },
  failing: { title: m.keychain_failing_title, means: m.keychain_failing_means },
};
