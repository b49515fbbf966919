/** Waiting for a condition, never for a time. */

/** Looks until `glance` gives something, and fails with the sentence `what` after `seconds`. */
export async function until<T>(
  what: string,
  glance: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  seconds = 20,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const found = await glance();
      if (found) return found;
      last = undefined;
    } catch (why) {
      last = why;
    }
    if (performance.now() > end) {
      throw new Error(`After ${seconds} s it was not so: ${what}`, { cause: last });
    }
    await new Promise((go) => setTimeout(go, 50));
  }
}
