/** Who covers for whom, and until when. */
import type { Cover, StaffId, UnixMillis } from '../backend/bindings';
import { m } from './catalogue';
import { shortDate, when } from './time';

const isMidnight = (at: UnixMillis): boolean => new Date(at).setHours(0, 0, 0, 0) === at;

/** The last day of it, where it lasts to the end of that. */
const ends = (at: UnixMillis, now: UnixMillis): string =>
  isMidnight(at) ? shortDate(at - 1) : when(at, now);

const begins = (at: UnixMillis, now: UnixMillis): string =>
  isMidnight(at) ? shortDate(at) : when(at, now);

/** As it is said to one of the staff. */
export function coverWords(cover: Cover, me: StaffId, now: UnixMillis): string {
  const until = ends(cover.until, now);
  const from = begins(cover.from, now);
  const [away, by] = [cover.away_name, cover.covered_by_name];
  if (cover.covered_by === me) {
    return cover.running
      ? m.cover_by_me({ name: away, until })
      : m.cover_by_me_from({ name: away, from, until });
  }
  if (cover.away === me) {
    return cover.running
      ? m.cover_of_me({ name: by, until })
      : m.cover_of_me_from({ name: by, from, until });
  }
  return cover.running
    ? m.cover_other({ by, name: away, until })
    : m.cover_other_from({ by, name: away, from, until });
}
