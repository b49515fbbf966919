/** Weeks to look at. */
import type { Activity, Cause, Week } from '../src/backend/bindings';
import { MINUTE, NOW } from './people';

const DAY = 24 * 60 * MINUTE;

const causes: [Cause, number][] = [
  ['mailbox_full', 5],
  ['accepted_not_opened', 8],
  ['older_link_opened', 4],
  ['address_unknown', 6],
  ['nothing_asked', 2],
  ['pin_wrong', 1],
  ['greylisted', 2],
];

const week = (ago: number): Week => {
  const busy = ((ago * 7) % 5) + 1;
  const requests = causes
    .map(([cause, most], at) => ({ cause, requests: Math.round((most * ((busy + at) % 5)) / 3) }))
    .filter((one) => one.requests > 0);
  const all = requests.reduce((sum, one) => sum + one.requests, 0);
  const from = NOW - (NOW % DAY) - (7 * ago + 1) * DAY;
  return {
    from,
    causes: requests,
    reaction: { of: all, median: busy * 2 * MINUTE, ninth: busy * 6 * MINUTE },
    way_in: { of: all - 2, median: busy * 4 * MINUTE, ninth: busy * 15 * MINUTE },
    sign_ins: 180 + busy * 20,
    helped: all - 2,
  };
};

const weeksOf = (n: number): Week[] => Array.from({ length: n }, (_, at) => week(n - 1 - at));

const of = (weeks: Week[]): Activity => ({
  since: weeks[0]?.from ?? NOW,
  until: NOW,
  weeks,
  reaction: { of: 130, median: 4 * MINUTE, ninth: 22 * MINUTE },
  way_in: { of: 118, median: 11 * MINUTE, ninth: 70 * MINUTE },
  domains: [
    { domain: 'full.example', mails: 41, failed: 9, late: 2 },
    { domain: 'slow.example', mails: 12, failed: 0, late: 12 },
  ],
  domains_since: NOW - 30 * DAY,
});

export const ofPractice = (weeks: number): Activity => of(weeksOf(weeks));

const three = weeksOf(3).map(({ from, causes: found, reaction, way_in, helped }) => ({
  from,
  causes: found,
  helped,
  ...(reaction ? { reaction } : {}),
  ...(way_in ? { way_in } : {}),
}));

export const ofComputer: Activity = {
  ...of(three),
  since: NOW - 14 * DAY,
  domains: [{ domain: 'full.example', failed: 3, late: 1 }],
  domains_since: NOW - 14 * DAY,
};

const quiet: Activity = {
  since: NOW - 14 * DAY,
  until: NOW,
  weeks: three.map(({ from }) => ({ from, causes: [], helped: 0 })),
  domains: [],
  domains_since: NOW - 14 * DAY,
};

export const ofNobody = quiet;

/** One request, nobody has looked at it yet. */
export const ofOne: Activity = {
  ...quiet,
  weeks: quiet.weeks.map((one, at) =>
    at < 2 ? one : { ...one, causes: [{ cause: 'link_damaged', requests: 1 }] },
  ),
};
