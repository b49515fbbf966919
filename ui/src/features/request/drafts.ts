import type { RequestId } from '../../backend/bindings';

/**
 * Sends what is typed as it is typed, one at a time and the newest last: the agent keeps
 * it, so a window that is killed mid-word loses nothing.
 */
export class Drafts {
  readonly #send: (request: RequestId, text: string) => Promise<unknown>;
  readonly #typed = new Map<RequestId, string>();
  #sending: Promise<void> | null = null;

  constructor(send: (request: RequestId, text: string) => Promise<unknown>) {
    this.#send = send;
  }

  type(request: RequestId, text: string): void {
    this.#typed.set(request, text);
    this.#sending ??= this.#drain();
  }

  /** Everything that was typed so far has been sent. */
  async settled(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  async #drain(): Promise<void> {
    try {
      for (let [next] = this.#typed; next; [next] = this.#typed) {
        const [request, text] = next;
        this.#typed.delete(request);
        await this.#send(request, text);
      }
    } finally {
      this.#sending = null;
    }
  }
}
