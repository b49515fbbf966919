/**
 * Makes a double click one act: the second click of a double click is none, and while
 * an act is under way the next one is refused.
 */
export class Once {
  #running = false;

  async run(event: MouseEvent, act: () => Promise<void>): Promise<void> {
    if (this.#running || event.detail > 1) return;
    this.#running = true;
    try {
      await act();
    } finally {
      this.#running = false;
    }
  }
}
