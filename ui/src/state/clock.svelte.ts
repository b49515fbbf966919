/** The time as the page shows it: read in one place, so that tests and pictures hold it still. */
export class Clock {
  readonly #read: () => number;
  now = $state(0);

  constructor(read: () => number) {
    this.#read = read;
    this.now = read();
  }

  tick = (): void => {
    this.now = this.#read();
  };

  /** Ticks as often as given until the returned function is called. */
  every(millis: number): () => void {
    this.tick();
    const timer = setInterval(this.tick, millis);
    return () => {
      clearInterval(timer);
    };
  }
}
