/** A practice with its real service, made with the commands a real one is made with. */

import { chmodSync, chownSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, Running, freePort, newFolder, program, remove, run, type User } from './machine.ts';
import { until } from './wait.ts';

export class Practice {
  readonly #folder = newFolder('practice');
  #service: Running | undefined;
  #port = 0;
  #listens = 0;
  readonly #env: NodeJS.ProcessEnv = { ...process.env };
  readonly #as: User | undefined;
  #program = '';

  /** With `as`, service and commands are that user's. */
  constructor(as?: User) {
    this.#as = as;
  }

  /** The public address, without a slash at the end. */
  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  /** The port of the public address, and the one that the service itself listens on. */
  get ports(): [number, number] {
    return [this.#port, this.#listens];
  }

  get dataDir(): string {
    return join(this.#folder, 'data');
  }

  /**
   * Makes the practice, its staff and its clients, and starts the service: at its public
   * address, or behind a wire that the test holds. With `proxy`, whoever connects is
   * believed about where a request comes from. What comes back goes to `bounces`. With
   * `clock`, the test moves the service's clock.
   */
  async open(
    smtp: number,
    {
      roster = join(ROOT, 'demo/roster.csv'),
      wire = false,
      proxy = false,
      bounces = '',
      clock = false,
    } = {},
  ) {
    if (clock) this.#holdClock();
    this.#program = this.#as ? this.#giveTo(this.#as) : program('latchkey-auth');
    if (bounces) this.#env.LATCHKEY_BOUNCE_ADDRESS = bounces;
    if (proxy) this.#env.LATCHKEY_TRUSTED_PROXIES = '["127.0.0.1"]';
    this.#port = await freePort();
    this.#listens = wire ? await freePort() : this.#port;
    await this.auth(
      'init',
      ...['--practice-name', 'Juniper Lane Practice', '--practice-short-name', 'Juniper Lane'],
      ...['--practice-phone', '555 0100', '--practice-hours', 'Monday to Friday, 9 to 5'],
      ...['--time-zone', 'America/New_York', '--mail-from', 'sign-in@juniper.example'],
      ...['--admin-name', 'Dana Whitfield', '--admin-email', 'dana@juniper.example'],
      ...['--public-url', this.url, '--listen', `127.0.0.1:${this.#listens}`],
      ...['--smtp', `smtp://127.0.0.1:${smtp}`, '--exit-url', 'https://www.example.org/'],
    );
    for (const [name, email, role] of [
      ['Rosa Rivera', 'rosa@juniper.example', 'clinician'],
      ['Sam Park', 'sam@juniper.example', 'front-desk'],
    ] as const) {
      await this.auth('staff', 'add', '--name', name, '--email', email, '--role', role);
    }
    await this.auth('client', 'import', roster);
    await this.start();
  }

  /** The service reads the time through libfaketime; timers go by the computer's own clock. */
  #holdClock(): void {
    writeFileSync(this.#offset, '+0');
    Object.assign(this.#env, {
      LD_PRELOAD: '/usr/$LIB/faketime/libfaketimeMT.so.1',
      FAKETIME_TIMESTAMP_FILE: this.#offset,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
  }

  get #offset(): string {
    return join(this.#folder, 'clock');
  }

  /** From now on the service's clock is so many minutes ahead of the computer's. */
  later(minutes: number): void {
    writeFileSync(this.#offset, `+${minutes * 60}`);
  }

  /** A folder and a program that the user may use. */
  #giveTo({ uid, gid }: User): string {
    const own = join(this.#folder, 'latchkey-auth');
    copyFileSync(program('latchkey-auth'), own);
    chmodSync(own, 0o755);
    chownSync(this.#folder, uid, gid);
    return own;
  }

  /** Starts the service on the same data and port as before. */
  async start(): Promise<void> {
    this.#service = this.serve();
    const ready = `http://127.0.0.1:${this.#listens}/readyz`;
    await until('the service is ready', async () => (await fetch(ready)).ok);
  }

  /** Starts the service, ready or not. */
  serve(): Running {
    const words = ['serve', ...this.#places];
    return new Running(this.#program, words, 'service', this.#env, this.#as);
  }

  /** Sends the service a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#service?.kill(signal);
  }

  /** How many events of this kind were written about a client, named as in `client list`. */
  async events(kind: string, client: string): Promise<number> {
    const said = await this.auth('audit', 'export', '--client', await this.clientId(client));
    const events = said.split('\n').filter((line) => line.startsWith('{'));
    return events.filter((line) => (JSON.parse(line) as { kind: string }).kind === kind).length;
  }

  /** The id of a client, named as in `client list`. */
  async clientId(name: string): Promise<string> {
    const said = await this.auth('client', 'list');
    const id = said.split('\n').find((line) => line.includes(name));
    return id?.match(/[0-9a-f]{8}-[0-9a-f-]{27}/)?.[0] ?? '';
  }

  /** Ends the service, as at a restart of its computer. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#service?.end(signal);
  }

  async close(): Promise<void> {
    await this.stop();
    this.remove();
  }

  remove(): void {
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
    return run(this.#program, [...words, ...this.#places], process.env, this.#as);
  }

  /** The words of such a command, to be run by others. */
  command(...words: string[]): string[] {
    return [this.#program, ...words, ...this.#places];
  }

  get #places(): string[] {
    return [
      ...['--data-dir', join(this.#folder, 'data')],
      ...['--keys-dir', join(this.#folder, 'keys')],
    ];
  }
}
