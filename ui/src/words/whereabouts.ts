import type { ClientPage, HelpRequest, TimelineEntry } from '../backend/bindings';
import { m } from './catalogue';
import type { Called } from './names';
import { sayBoth, type Message, type Saying } from './say';

/** Where the client is, and what to say next. `closed` has the words' page open no more. */
type Where = ClientPage | 'closed' | 'reading';

const places: Record<Where, (who: Called) => string> = {
  sign_in: m.at_sign_in,
  link_sent: m.at_link_sent,
  link_opened: m.at_link_opened,
  help: m.at_help,
  waiting: m.at_waiting,
  reading: m.at_waiting,
  pin: m.at_pin,
  who: m.at_who,
  signed_in: m.at_signed_in,
  left: m.at_left,
  closed: m.at_closed,
  unknown: m.at_unknown,
};

const next: Record<Where, Message> = {
  sign_in: m.say_at_sign_in,
  link_sent: m.say_at_link_sent,
  link_opened: m.say_at_link_opened,
  help: m.say_at_help,
  waiting: m.say_at_waiting,
  reading: m.say_at_reading,
  pin: m.say_at_waiting,
  who: m.say_at_who,
  signed_in: m.say_signed_in_since,
  left: m.say_at_left,
  closed: m.say_at_left,
  unknown: m.say_cannot_tell,
};

function where(request: HelpRequest): Where {
  const page = request.browser.page?.page ?? (request.browser.waiting ? 'waiting' : 'unknown');
  if (page !== 'waiting' && page !== 'pin') return page in places ? page : 'unknown';
  // Only this page tells that it is still open.
  if (!request.browser.waiting) return 'closed';
  return request.pin?.state === 'live' ? 'reading' : page;
}

/** `Ada is at “Look in your mail”.` */
export function placeWords(request: HelpRequest, who: Called): string {
  return places[where(request)](who);
}

/** The next sentence, for who guides the client through it. */
export function nextToSay(request: HelpRequest): Saying {
  return sayBoth(next[where(request)], request.call_back?.language ?? null);
}

const tries: ReadonlySet<TimelineEntry['what']['kind']> = new Set([
  'asked_for_link',
  'ask_held_back',
  'link_opened',
  'link_refused',
  'link_damaged',
  'name_typed',
  'pin_wrong',
  'pin_in_other_browser',
]);

/** What the client has tried last, newest first. */
export function tried(request: HelpRequest): TimelineEntry[] {
  return request.timeline
    .filter(({ what }) => tries.has(what.kind))
    .slice(-3)
    .reverse();
}
