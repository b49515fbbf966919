/** The machine under the test: programs, folders, processes. */

import { execFile, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { until } from './wait.ts';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const PROGRAMS = process.env.LATCHKEY_PROGRAMS ?? join(ROOT, 'target/debug');

/** Where pictures and logs of the run go. */
export const PICTURES = process.env.LATCHKEY_PICTURES ?? join(ROOT, 'target/e2e');

if (!process.env.DISPLAY || !process.env.DBUS_SESSION_BUS_ADDRESS) {
  throw new Error('These tests need a desktop session: run `cargo xtask test e2e`.');
}

/** The absolute path of one of our programs. */
export function program(name: string): string {
  const path = join(PROGRAMS, name);
  if (!existsSync(path)) throw new Error(`${path} is not built: run \`cargo xtask test e2e\`.`);
  return path;
}

/** A folder that is new and short-lived. */
export function newFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `latchkey-${name}-`));
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => done(port));
    });
  });
}

/** A user of the machine who owns nothing: a mail system runs what it pipes to as one. */
export const NOBODY: User = { name: 'nobody', uid: 65534, gid: 65534 };

export interface User {
  name: string;
  uid: number;
  gid: number;
}

/** As somebody else, where `as` is given. */
function identity(as: User | undefined): { uid?: number; gid?: number } {
  return as ? { uid: as.uid, gid: as.gid } : {};
}

/** Runs a program to its end and returns what it printed. */
export async function run(
  path: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
  as?: User,
): Promise<string> {
  const options = { env, maxBuffer: 16 << 20, ...identity(as) };
  const { stdout } = await promisify(execFile)(path, args, options);
  return stdout;
}

/** A program that runs beside the test, its words in a log. */
export class Running {
  readonly #child: ChildProcess;

  constructor(
    path: string,
    args: string[],
    log: string,
    env: NodeJS.ProcessEnv = process.env,
    as?: User,
  ) {
    mkdirSync(PICTURES, { recursive: true });
    const words = createWriteStream(join(PICTURES, `${log}.log`), { flags: 'a' });
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
    this.#child = spawn(path, args, { env, stdio, detached: true, ...identity(as) });
    this.#child.stdout?.pipe(words, { end: false });
    this.#child.stderr?.pipe(words, { end: false });
  }

  get id(): number {
    return this.#child.pid ?? 0;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    if (!this.ended) this.#child.kill(signal);
  }

  /** Ends it, and insists. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.kill(signal);
    try {
      await until('a program ends when it is asked to', () => this.ended, 10);
    } finally {
      this.kill('SIGKILL');
    }
  }
}
