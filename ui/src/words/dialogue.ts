import type { DialogueLine, MailTry, Refusal, Speaker, UnixMillis } from '../backend/bindings';
import { m } from './catalogue';
import { told } from './refusal';
import { when, whenNamed } from './time';

/** Who says a line; what happened between the lines nobody says. */
export const speakers: Record<Speaker, (text: string) => string> = {
  service: (text) => m.dialogue_service({ text }),
  server: (text) => m.dialogue_server({ text }),
  remark: (text) => m.dialogue_remark({ text }),
  unknown: (text) => m.dialogue_unknown({ text }),
};

function line({ from, text }: DialogueLine): string {
  const says =
    (speakers as Partial<Record<string, (text: string) => string>>)[from] ?? speakers.unknown;
  return says(text);
}

/** `Try 2 of the 9:04 link, at 9:05`. */
export function tryTitle({ asked_at, attempt, at }: MailTry, now: UnixMillis): string {
  return m.dialogue_try({
    n: String(attempt),
    link: whenNamed(asked_at, now),
    at: when(at, now),
  });
}

/** What was said in one try, line by line. */
export function tryLines({ lines }: MailTry): string[] {
  return lines.map(line);
}

/** All of it, for the clipboard. */
export function dialogueText(tries: MailTry[], now: UnixMillis): string {
  return tries.map((one) => [tryTitle(one, now), ...tryLines(one), ''].join('\n')).join('\n');
}

/** Why it is not there: it was only read, so nothing can have been done by halves. */
export function notRead(refusal: Refusal, now: UnixMillis): { what: string; so: string } {
  const { what, so } = told(refusal, now);
  const away = ['offline', 'no_answer', 'unavailable'].includes(refusal.code);
  return { what, so: away ? m.dialogue_away() : so };
}
