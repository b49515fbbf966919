/** The whole page on a backend of the test's own, which records what it is sent. */
import { render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';

import { inbox, NOW } from '../dev/people';
import type { Backend } from '../src/backend';
import type { Answer, Command, ToPage, View } from '../src/backend/bindings';
import App from '../src/features/app/App.svelte';
import { Clock } from '../src/state/clock.svelte';

export const DONE: Answer = { answer: 'done' };

export class Drawn {
  readonly sent: Command[] = [];
  readonly clock: Clock;
  time = NOW;
  /** What becomes of the next commands; done, where nothing is set. */
  answers: ((command: Command) => Answer | Promise<Answer>) | null = null;
  #hear: (what: ToPage) => void = () => undefined;

  readonly unmount: () => void;

  constructor(view: View | null = inbox) {
    this.clock = new Clock(() => this.time);
    const backend: Backend = {
      dispatch: async (command) => {
        this.sent.push(command);
        return (await this.answers?.(command)) ?? DONE;
      },
      listen: (hear) => {
        this.#hear = hear;
      },
    };
    this.unmount = render(App, { backend, clock: this.clock }).unmount;
    if (view) this.tellNow({ to_page: 'view', view });
  }

  tellNow(what: ToPage): void {
    this.#hear(what);
  }

  async tell(what: ToPage): Promise<void> {
    this.#hear(what);
    await settled();
  }

  view(view: View): Promise<void> {
    return this.tell({ to_page: 'view', view });
  }

  sentOf<C extends Command['command']>(command: C): Extract<Command, { command: C }>[] {
    return this.sent.filter(
      (one): one is Extract<Command, { command: C }> => one.command === command,
    );
  }

  get html(): string {
    return document.documentElement.outerHTML;
  }
}

/** Every effect has run and every answer has come. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await Promise.resolve();
    await tick();
  }
}

export const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });

/** A press with the mouse; the second of a double click says so. */
export async function press(element: HTMLElement, detail = 1): Promise<void> {
  element.focus();
  element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail }));
  await settled();
}

/** A key, where the focus is. */
export async function key(name: string): Promise<void> {
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(
    new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }),
  );
  await settled();
}

export async function type(element: HTMLElement, words: string): Promise<void> {
  (element as HTMLInputElement).value = words;
  element.dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
}
