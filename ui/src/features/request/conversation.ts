import type { TimelineEntry, UnixMillis } from '../../backend/bindings';

/** A message, as it is drawn. */
export interface Message {
  index: number;
  at: UnixMillis;
  /** A colleague, or the client. */
  by: string | null;
  /** None: it was erased in its time. */
  text: string | null;
  /** When the client read it. */
  readAt: UnixMillis | null;
}

/** What was written to the client and by them, oldest first. */
export function messages(timeline: TimelineEntry[]): Message[] {
  const reads = timeline
    .map(({ at, what }, index) => ({ at, index, kind: what.kind }))
    .filter(({ kind }) => kind === 'message_read');
  return timeline.flatMap(({ at, what }, index): Message[] => {
    if (what.kind === 'client_wrote') {
      return [{ index, at, by: null, text: what.text, readAt: null }];
    }
    if (what.kind !== 'message_sent') return [];
    const read = reads.find((one) => one.index > index);
    return [{ index, at, by: what.by, text: what.text, readAt: read?.at ?? null }];
  });
}
