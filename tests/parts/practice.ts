/** A practice with its real service, made with the commands a real one is made with. */

import { join } from 'node:path';

import { ROOT, Running, freePort, newFolder, program, remove, run } from './machine.ts';
import { until } from './wait.ts';

export class Practice {
  readonly #folder = newFolder('practice');
  #service: Running | undefined;
  #port = 0;
  #smtp = 0;

  /** The public address, without a slash at the end. */
  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Makes the practice, its staff and its clients, and starts the service. */
  async open(smtp: number): Promise<void> {
    this.#port = await freePort();
    this.#smtp = smtp;
    await this.auth(
      'init',
      ...['--practice-name', 'Juniper Lane Practice', '--practice-short-name', 'Juniper Lane'],
      ...['--practice-phone', '555 0100', '--practice-hours', 'Monday to Friday, 9 to 5'],
      ...['--time-zone', 'America/New_York', '--mail-from', 'sign-in@juniper.example'],
      ...['--admin-name', 'Dana Whitfield', '--admin-email', 'dana@juniper.example'],
      ...['--public-url', this.url, '--listen', `127.0.0.1:${this.#port}`],
      ...['--smtp', `smtp://127.0.0.1:${this.#smtp}`, '--exit-url', 'https://www.example.org/'],
    );
    for (const [name, email, role] of [
      ['Rosa Rivera', 'rosa@juniper.example', 'clinician'],
      ['Sam Park', 'sam@juniper.example', 'front-desk'],
    ] as const) {
      await this.auth('staff', 'add', '--name', name, '--email', email, '--role', role);
    }
    await this.auth('client', 'import', join(ROOT, 'demo/roster.csv'));
    await this.start();
  }

  /** Starts the service on the same data and port as before. */
  async start(): Promise<void> {
    this.#service = new Running(program('latchkey-auth'), ['serve', ...this.#places], 'service');
    await until('the service is ready', async () => (await fetch(`${this.url}/readyz`)).ok);
  }

  /** Ends the service, as at a restart of its computer. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#service?.end(signal);
  }

  async close(): Promise<void> {
    await this.stop();
    remove(this.#folder);
  }

  /** A one-time address for a staff member. */
  async invite(email: string): Promise<string> {
    const said = await this.auth('staff', 'invite', email);
    const address = said.split(/\s+/).find((word) => word.startsWith(this.url));
    if (!address) throw new Error(`No one-time address in:\n${said}`);
    return address;
  }

  /** A command of `latchkey-auth`, and what it printed. */
  auth(...words: string[]): Promise<string> {
    return run(program('latchkey-auth'), [...words, ...this.#places]);
  }

  get #places(): string[] {
    return [
      ...['--data-dir', join(this.#folder, 'data')],
      ...['--keys-dir', join(this.#folder, 'keys')],
    ];
  }
}
