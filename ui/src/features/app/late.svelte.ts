/** A press that was on its way when things moved. */

/** So long a hand needs to see that something moved. */
export const LATE = 500;

/** Presses that come right after things moved were meant for what was there before. */
export class Late {
  moving = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  moved = (): void => {
    this.moving = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.moving = false), LATE);
  };

  /** A keyboard's click has no detail: it goes where the focus is, which does not move. */
  stop = (event: MouseEvent): void => {
    if (!this.moving || event.detail === 0) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
