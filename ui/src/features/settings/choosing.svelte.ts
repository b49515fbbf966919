import type { Command, Setting } from '../../backend/bindings';
import type { Key } from './search';

/** Chooses at once, and remembers which setting could not be chosen. */
export class Choosing {
  failed = $state<Key | null>(null);
  readonly #onact: (command: Command) => Promise<boolean>;

  constructor(onact: (command: Command) => Promise<boolean>) {
    this.#onact = onact;
  }

  async act(key: Key, command: Command): Promise<void> {
    this.failed = (await this.#onact(command)) ? null : key;
  }

  /** What is refused stands there as it was. */
  async choose(key: Key, setting: Setting, undo?: () => void): Promise<void> {
    await this.act(key, { command: 'set', ...setting });
    if (this.failed === key) undo?.();
  }
}
