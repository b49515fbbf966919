/** The window as a screen reader reads it: over AT-SPI, not by its page. */

import { join } from 'node:path';

import { ROOT, run } from './machine.ts';
import { until } from './wait.ts';

/** One thing in the tree. */
export interface Accessible {
  depth: number;
  role: string;
  name: string;
  /** It takes the focus, or can be chosen. */
  usable: boolean;
}

/** What is used, not only read; each must say what it is. */
const CONTROLS = new Set([
  'check box',
  'combo box',
  'dialog',
  'entry',
  'link',
  'list box',
  'menu item',
  'option pane',
  'password text',
  'push button',
  'radio button',
  'slider',
  'spin button',
  'table',
  'text',
  'toggle button',
]);
/** They have the focus for what is in them. */
const AROUND = new Set(['application', 'frame', 'filler', 'scroll pane']);

/** All there is, in order. */
async function tree(): Promise<Accessible[]> {
  const words = await run('/usr/bin/python3', [join(ROOT, 'tests/parts/accessible.py')]);
  return JSON.parse(words) as Accessible[];
}

/** The page, once it has something of this role and name: the tree follows the page a moment later. */
export function accessible(role: string, name: string | RegExp): Promise<Accessible[]> {
  const is = (one: Accessible): boolean =>
    one.role === role && (typeof name === 'string' ? one.name === name : name.test(one.name));
  return until(`a screen reader finds the ${role} ${name}`, async () => {
    const all = await tree();
    const page = all.slice(all.findIndex((one) => one.role === 'document web'));
    return page.some(is) && page;
  });
}

/** Those that can be used and do not say what they are, by a name and a role. */
export function unclear(all: Accessible[]): Accessible[] {
  return all.filter((one) => {
    const used = CONTROLS.has(one.role) || (one.usable && !AROUND.has(one.role));
    return used && (one.name === '' || one.role === 'unknown');
  });
}
