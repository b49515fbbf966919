/** Mail that arrives nowhere, or not at one domain: what it means, and what the admin needs to know. */
import type { Cause, MailOutage, UnixMillis } from '../backend/bindings';
import { m } from './catalogue';
import { when } from './time';

type Why = (params: { code: string }) => string;

const whys: Partial<Record<Cause, Why>> = {
  practice_mail_down: m.outage_practice_mail_down,
  sender_check_failed: m.outage_sender_check,
  server_unreachable: m.outage_unreachable,
  mail_too_fast: m.outage_too_fast,
  mail_unwanted: m.outage_unwanted,
  domain_unknown: m.outage_no_domain,
};

/** ` (550 5.7.26)`, which an admin can look up. */
function codes({ code, enhanced }: MailOutage): string {
  const all = [code, enhanced].filter((one) => one !== undefined);
  return all.length > 0 ? ` (${all.join(' ')})` : '';
}

const domains = (outages: MailOutage[]): string[] =>
  outages.flatMap(({ whom }) => (whom.whom === 'domain' ? [whom.domain] : []));

/** The first in words, the others by name. */
export function outageWords(
  outages: MailOutage[],
  now: UnixMillis,
): { title: string; means: string } | null {
  const [first, ...rest] = outages;
  if (!first) return null;
  const since = when(first.since, now);
  const title =
    first.whom.whom === 'domain'
      ? m.outage_domain({ domain: first.whom.domain, since })
      : m.outage_everyone({ since });
  const why = whys[first.cause] ?? m.outage_refused;
  const others = domains(rest);
  const means = [why({ code: codes(first) }), m.outage_call()];
  if (others.length > 0) means.push(m.outage_also({ domains: others.join(', ') }));
  return { title, means: means.join(' ') };
}
