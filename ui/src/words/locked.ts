import type { ComputerLock, Left, LockedBy } from '../backend/bindings';
import { m } from './catalogue';

/** What locked it; one line a code. */
export const lockers: Record<LockedBy, (minutes: number) => string> = {
  idle: (n) => m.locked_by_idle({ n }),
  computer: () => m.locked_by_computer(),
  sleep: () => m.locked_by_sleep(),
  person: () => m.locked_by_person(),
  restart: () => m.locked_by_restart(),
};

export function lockedBy(by: LockedBy, minutes: number): string {
  const words = (lockers as Partial<Record<string, (minutes: number) => string>>)[by];
  return words ? words(minutes) : m.locked_by_unknown();
}

/** What the computer’s own lock can do. */
export const computers: Record<ComputerLock, () => string> = {
  tells: m.locked_tells,
  asked: m.locked_asked,
  did_not: m.locked_did_not,
  cannot_tell: m.locked_cannot_tell,
};

/** What could not be deleted, and what to do about it. */
export function leftWords(left: Left): string {
  switch (left.left) {
    case 'file':
      return m.erased_file({ path: left.path });
    case 'key':
      return left.why === 'locked'
        ? m.erased_key_locked({ name: left.name })
        : m.erased_key_failing({ name: left.name });
    case 'practice':
      return m.erased_practice();
    default:
      return m.erased_unknown();
  }
}
