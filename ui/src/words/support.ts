import type { Happening, HelpRequest, ServerReply, UnixMillis } from '../backend/bindings';
import { serverWords } from './server-words';

/** What runs where. */
export interface Versions {
  latchkey: string;
  service: string | null;
}

const CUT = '[…]';
const MINUTE = 60_000;

/** A code as it stands in the documents, and nothing that only looks like one. */
const code = (text: string): string => (/^[a-z_]{1,40}$/.test(text) ? text : 'unknown');

const version = (text: string | null): string =>
  text !== null && /^[\w.+-]{1,40}$/.test(text) ? text : 'unknown';

/** `12 min ago`, `in 4 min`. */
function apart(at: UnixMillis, now: UnixMillis): string {
  const minutes = Math.round((at - now) / MINUTE);
  if (!Number.isFinite(minutes)) return 'at an unknown time';
  return minutes > 0 ? `in ${String(minutes)} min` : `${String(-minutes)} min ago`;
}

/** Parts of the names and addresses in this request: a name may be a word that servers use. */
function known(request: HelpRequest): Set<string> {
  const { who, call_back, timeline } = request;
  const staff = timeline.map(({ what }) => ('by' in what ? what.by : ''));
  const texts = [who.name, who.first_name, who.clinician, who.typed, call_back?.ask_for, ...staff];
  return new Set(
    texts.flatMap((text) =>
      (text ?? '')
        .normalize('NFKC')
        .toLowerCase()
        .split(/[^\p{L}]+/u),
    ),
  );
}

/** Its own words, with everything cut out that could be a name, an address or a machine. */
export function harmless(words: string, names: ReadonlySet<string>): string {
  const kept = words
    .normalize('NFKC')
    .replace(/<[^>]*>?/g, ` ${CUT} `)
    .split(/\s+/)
    .filter(Boolean)
    .map((token) => {
      if (token === CUT) return CUT;
      const bare = token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
      if (/^\d(\.\d{1,3}){2}$/.test(bare) || /^\d{3}$/.test(bare)) return bare;
      const parts = bare.toLowerCase().replaceAll('’', "'").split('-');
      const plain = parts.every((part) => serverWords.has(part) && !names.has(part));
      return plain ? token.replace(/[^\p{L}'’,.;:!?()-]/gu, '') : CUT;
    });
  // One cut stands for as many as follow each other.
  return kept.filter((part, at) => part !== CUT || kept[at - 1] !== CUT).join(' ');
}

function said(reply: ServerReply, names: ReadonlySet<string>): string {
  const enhanced = reply.enhanced ?? '';
  return [
    reply.code > 0 && reply.code < 1000 ? String(reply.code) : '',
    /^\d(\.\d{1,3}){2}$/.test(enhanced) ? enhanced : '',
    harmless(reply.words, names),
  ]
    .filter(Boolean)
    .join(' ');
}

/** What may be told of it besides its kind. */
function details(what: Happening, names: ReadonlySet<string>, now: UnixMillis): string {
  switch (what.kind) {
    case 'mail_deferred':
      return `${said(what.reply, names)}; next try ${apart(what.next_at, now)}`;
    case 'mail_accepted':
    case 'mail_refused':
    case 'mail_bounced':
    case 'mail_delayed':
      return said(what.reply, names);
    case 'link_opened':
      return `sent ${apart(what.sent_at, now)}, ${what.same_browser ? 'same' : 'other'} browser, ${code(what.opener)}`;
    case 'link_refused':
      return `sent ${apart(what.sent_at, now)}, ${code(what.why)}`;
    case 'signed_in':
      return code(what.method);
    case 'seems_stuck':
      return `${String(what.asks)} asks`;
    case 'address_corrected':
      return code(what.how);
    case 'pin_issued':
      return code(what.evidence);
    case 'pin_wrong':
      return `${String(what.tries_left)} tries left`;
    case 'reply_sent':
      return code(what.phrase.phrase);
    default:
      return '';
  }
}

/**
 * A request for somebody who helps from outside: codes, how long ago, and what mail servers
 * said. No name, no address, no note and no message; in English, whoever reads it.
 */
export function supportText(request: HelpRequest, versions: Versions, now: UnixMillis): string {
  const { diagnosis, who } = request;
  const names = known(request);
  const file = who.shared_address ? 'several clients' : who.client ? 'one client' : 'nobody';
  const lines = request.timeline.map(({ at, what }, index) => {
    const led = diagnosis.evidence.includes(index) ? '*' : '-';
    const more = details(what, names, now);
    return `${led} ${apart(at, now)}: ${code(what.kind)}${more ? ` (${more})` : ''}`;
  });
  return [
    'Latchkey, for support',
    `Versions: window ${version(versions.latchkey)}, service ${version(versions.service)}`,
    `Request: ${code(request.state)}, raised by ${code(request.raised_by)} ${apart(request.created_at, now)}; on file: ${file}`,
    `Cause: ${code(diagnosis.cause)} (${code(diagnosis.confidence)}); recommended: ${code(diagnosis.action)}`,
    `What the service saw (* led to the cause; ${CUT} was cut out):`,
    ...lines,
    '',
  ].join('\n');
}
