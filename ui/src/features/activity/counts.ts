import type { Activity, Spread, Week } from '../../backend/bindings';
import { m } from '../../words/catalogue';
import {
  count,
  dayOf,
  kindOf,
  KINDS,
  kindWords,
  percent,
  took,
  type Kind,
} from '../../words/activity';

/** A table: what heads its columns, and its rows, each headed by its first cell. */
export interface Table {
  head: string[];
  rows: string[][];
}

/** How many requests of a kind each week had, and all of them had. */
export interface OfKind {
  kind: Kind;
  weeks: number[];
  all: number;
}

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Kinds that were there, those with the most requests first. */
export function ofKinds(activity: Activity): OfKind[] {
  return KINDS.map((kind) => {
    const weeks = activity.weeks.map((week) =>
      sum(week.causes.filter(({ cause }) => kindOf(cause) === kind).map((one) => one.requests)),
    );
    return { kind, weeks, all: sum(weeks) };
  })
    .filter(({ all }) => all > 0)
    .sort((one, other) => other.all - one.all);
}

export const requestsOf = (week: Week): number => sum(week.causes.map((one) => one.requests));

export const requests = (activity: Activity): number => sum(activity.weeks.map(requestsOf));

export const helped = (activity: Activity): number =>
  sum(activity.weeks.map((week) => week.helped));

/** Nothing where it is not known. */
export function signIns(activity: Activity): number | null {
  const known = activity.weeks.map((week) => week.sign_ins ?? null);
  return known.includes(null) ? null : sum(known.map((n) => n ?? 0));
}

const weekOf = (week: Week, { until }: Activity): string => dayOf(week.from, until);

export function causeTable(activity: Activity): Table {
  const kinds = ofKinds(activity);
  return {
    head: [m.activity_week(), ...kinds.map(({ kind }) => kindWords[kind]()), m.activity_all()],
    rows: activity.weeks.map((week, at) => [
      weekOf(week, activity),
      ...kinds.map(({ weeks }) => count(weeks[at] ?? 0)),
      count(requestsOf(week)),
    ]),
  };
}

export type TimeOf = 'reaction' | 'way_in';

export function timeTable(activity: Activity, of: TimeOf): Table {
  const cells = (spread: Spread | undefined): string[] =>
    spread
      ? [took(spread.median), took(spread.ninth), count(spread.of)]
      : [m.activity_none(), m.activity_none(), count(0)];
  return {
    head: [m.activity_week(), m.activity_median(), m.activity_ninth(), m.activity_requests()],
    rows: activity.weeks.map((week) => [weekOf(week, activity), ...cells(week[of])]),
  };
}

export function shareTable(activity: Activity): Table {
  return {
    head: [m.activity_week(), m.activity_helped(), m.activity_sign_ins(), m.activity_share()],
    rows: activity.weeks.map((week) => {
      const all = week.sign_ins ?? 0;
      return [weekOf(week, activity), count(week.helped), count(all), percent(week.helped, all)];
    }),
  };
}

export function domainTable(activity: Activity): Table {
  const mails = activity.domains.some((one) => one.mails !== undefined);
  return {
    head: [
      m.activity_domain(),
      m.activity_failed(),
      m.activity_late(),
      ...(mails ? [m.activity_mails()] : []),
    ],
    rows: activity.domains.map((one) => [
      one.domain,
      count(one.failed),
      count(one.late),
      ...(mails ? [count(one.mails ?? 0)] : []),
    ]),
  };
}

const day = (at: number): string => {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/** All of it as one sheet, a figure a row, so that a spreadsheet can put it together anew. */
export function sheet(activity: Activity): string[][] {
  const seconds = (millis: number): string => String(Math.round(millis / 1_000));
  const rows = activity.weeks.flatMap((week) => {
    const times = (what: string, spread: Spread | undefined): string[][] =>
      spread
        ? [
            [what, m.activity_sheet_median(), seconds(spread.median)],
            [what, m.activity_sheet_ninth(), seconds(spread.ninth)],
            [what, m.activity_requests(), String(spread.of)],
          ]
        : [];
    const kinds = ofKinds({ ...activity, weeks: [week] });
    return [
      ...kinds.map(({ kind, all }) => [m.activity_requests(), kindWords[kind](), String(all)]),
      ...times(m.activity_reaction(), week.reaction),
      ...times(m.activity_way_in(), week.way_in),
      [m.activity_share_title(), m.activity_helped(), String(week.helped)],
      ...(week.sign_ins === undefined
        ? []
        : [[m.activity_share_title(), m.activity_sign_ins(), String(week.sign_ins)]]),
    ].map((cells) => [day(week.from), ...cells]);
  });
  const domains = activity.domains.flatMap((one) => [
    [one.domain, m.activity_failed(), String(one.failed)],
    [one.domain, m.activity_late(), String(one.late)],
    ...(one.mails === undefined ? [] : [[one.domain, m.activity_mails(), String(one.mails)]]),
  ]);
  return [
    [m.activity_sheet_from(), m.activity_sheet_what(), m.activity_sheet_of(), m.activity_sheet_n()],
    ...rows,
    ...domains.map((cells) => [day(activity.domains_since), ...cells]),
  ];
}
