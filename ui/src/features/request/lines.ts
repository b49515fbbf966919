import type { Solved, TimelineEntry } from '../../backend/bindings';
import { m } from '../../words/catalogue';
import { happeningWords, quoted, serverReply, tone } from '../../words/happening';

/** One thing that happened, ready to be drawn. */
export interface Line {
  index: number;
  at: number;
  tone: 'bad' | 'good' | 'plain' | 'now';
  words: string;
  /** The mail server's own words. */
  said: string | null;
  note: string | null;
  /** It led to the cause. */
  led: boolean;
}

/** What happened to a request, or to a client. */
export interface Story {
  timeline: TimelineEntry[];
  browser: { waiting: boolean };
  solved: Solved | null;
  diagnosis: { evidence: number[] };
}

/** Newest first. */
export function lines(request: Story, now: number): Line[] {
  const asked = request.timeline.findLastIndex(({ what }) => what.kind === 'asked_for_help');
  return request.timeline
    .map(({ at, what }, index): Line => {
      const waits = index === asked && request.browser.waiting && request.solved === null;
      const reply = serverReply(what);
      return {
        index,
        at,
        tone: waits ? 'now' : tone(what),
        words: waits ? m.tl_asked_for_help_waiting() : happeningWords(what, now),
        said: reply ? quoted(reply) : null,
        note: 'text' in what ? what.text : null,
        led: request.solved === null && request.diagnosis.evidence.includes(index),
      };
    })
    .reverse();
}
