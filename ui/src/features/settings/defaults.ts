/** What holds where nobody chose; the agent has the same (crates/agent/src/settings.rs). */
import type { QuietDay, Settings } from '../../backend/bindings';

/** From 18:00 to 8:00, once it is switched on. */
const AFTER_HOURS: QuietDay = { on: false, from: 18 * 60, to: 8 * 60 };

export const DEFAULTS = {
  lock_after: 15,
  notifications: 'count',
  sound: true,
  quiet_hours: [
    AFTER_HOURS,
    AFTER_HOURS,
    AFTER_HOURS,
    AFTER_HOURS,
    AFTER_HOURS,
    AFTER_HOURS,
    AFTER_HOURS,
  ],
  on_call: false,
  density: 'comfortable',
} as const satisfies Partial<Settings>;

export const sameDays = (one: readonly QuietDay[], other: readonly QuietDay[]): boolean =>
  JSON.stringify(one.map(plain)) === JSON.stringify(other.map(plain));

const plain = ({ on, from, to }: QuietDay): unknown[] => [on, from, to];
