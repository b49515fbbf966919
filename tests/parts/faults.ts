/** What was seen of each fault, and the table of it. */

import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { PICTURES } from './machine.ts';

const NOTED = join(PICTURES, 'faults.jsonl');

export interface Fault {
  /** What happened. */
  fault: string;
  /** To what, and where in the journey. */
  on: string;
  /** The words that a person read. */
  words: string;
  /** What was acknowledged, and was found afterwards. */
  state: string;
}

/** Notes a fault whose words and state have just been seen. */
export function noted(fault: Fault): void {
  appendFileSync(NOTED, `${JSON.stringify(fault)}\n`);
}

/** Before the first of a run. */
export function setup(): void {
  mkdirSync(PICTURES, { recursive: true });
  rmSync(NOTED, { force: true });
}

/** After the last: prints them. */
export function teardown(): void {
  if (!existsSync(NOTED)) return;
  const faults = readFileSync(NOTED, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Fault);
  const wide = Math.max(...faults.map(({ fault }) => fault.length));
  const indent = ' '.repeat(wide + 2);
  const lines = faults.flatMap(({ fault, on, words, state }) => [
    `${fault.padEnd(wide)}  ${on}`,
    `${indent}said:  ${words}`,
    `${indent}kept:  ${state}`,
  ]);
  process.stdout.write(
    `\nWhat breaks, what a person reads, what is kept\n\n${lines.join('\n')}\n\n`,
  );
}
