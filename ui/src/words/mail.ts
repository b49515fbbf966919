import type { MailFate, MailStatus, ServerReply, UnixMillis } from '../backend/bindings';
import { m } from './catalogue';
import type { Called } from './names';
import { when } from './time';

interface Filled extends Called {
  at: string;
  next: string | null;
  /** It was the practice's own mail server that said nothing. */
  ours: boolean;
}

/** No server said anything: the mail has not left the practice. */
export function nobodyAnswered(reply: ServerReply | null | undefined): boolean {
  return reply?.code === 0;
}

/** One line a fate. */
export const fates: Record<MailFate, (f: Filled) => string> = {
  queued: m.mail_queued,
  sending: m.mail_sending,
  accepted: m.mail_accepted,
  deferred: (f) => {
    const { at, next, ours } = f;
    if (ours) return next ? m.mail_waits({ at, next }) : m.mail_waits_bare({ at });
    return next ? m.mail_deferred({ ...f, next }) : m.mail_deferred_bare(f);
  },
  refused: m.mail_refused,
  not_sent: m.mail_not_sent,
  bounced: m.mail_bounced,
  delayed: m.mail_delayed,
  complained: m.mail_complained,
  unknown: m.mail_unknown,
};

export function mailWords(mail: MailStatus, who: Called, now: UnixMillis): string {
  const says =
    (fates as Partial<Record<string, (f: Filled) => string>>)[mail.fate] ?? fates.unknown;
  return says({
    ...who,
    at: when(mail.at, now),
    next: mail.next_at === null ? null : when(mail.next_at, now),
    ours: nobodyAnswered(mail.reply),
  });
}
