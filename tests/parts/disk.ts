/** A small disk of one's own: it can be full, and it can be read-only. */

import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { run } from './machine.ts';
import { until } from './wait.ts';

const BLOCK = Buffer.alloc(4096, 1);

export class SmallDisk {
  readonly path: string;
  #keeping: ReturnType<typeof setInterval> | undefined;

  private constructor(path: string) {
    this.path = path;
  }

  /** Mounts one over a folder; a machine where that is not allowed cannot run these tests. */
  static async mount(path: string, megabytes: number): Promise<SmallDisk> {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', path]);
    } catch (why) {
      throw new Error('These tests mount a small disk of their own: run them as root.', {
        cause: why,
      });
    }
    return new SmallDisk(path);
  }

  /** Full, and full again whenever somebody makes room. */
  fill(): void {
    this.#writeAll();
    this.#keeping = setInterval(() => this.#writeAll(), 20);
  }

  /** As much room as before. */
  free(): void {
    clearInterval(this.#keeping);
    rmSync(join(this.path, 'filler'), { force: true });
  }

  /** A program that has just ended may hold a file for a moment more. */
  async readOnly(yes: boolean): Promise<void> {
    await until('the disk is mounted anew', async () => {
      await run('mount', ['-o', `remount,${yes ? 'ro' : 'rw'}`, this.path]);
      return true;
    });
  }

  async unmount(): Promise<void> {
    clearInterval(this.#keeping);
    await run('umount', ['--lazy', this.path]);
  }

  #writeAll(): void {
    const file = openSync(join(this.path, 'filler'), 'a');
    try {
      for (;;) writeSync(file, BLOCK);
    } catch (why) {
      if ((why as NodeJS.ErrnoException).code !== 'ENOSPC') throw why;
    } finally {
      closeSync(file);
    }
  }
}
