const MINUTE = 60_000;
const STEP = 5 * MINUTE;

/** When the session is over, most likely: sessions of 50 minutes end at ten to the hour. */
export function likelyEnd(now: number): number {
  const soonest = now + 2 * MINUTE;
  const end = new Date(soonest);
  end.setMinutes(50, 0, 0);
  return end.getTime() >= soonest ? end.getTime() : end.getTime() + 60 * MINUTE;
}

/** Every five minutes of the next two hours, and the likely end among them. */
export function ends(now: number): number[] {
  const first = Math.ceil((now + 2 * MINUTE) / STEP) * STEP;
  return Array.from({ length: 24 }, (_, step) => first + step * STEP);
}
