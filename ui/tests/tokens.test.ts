import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

it('docs/design.md names every token, and no other', () => {
  const tokens = new Set(
    [...read('../src/tokens.css').matchAll(/^\s*(--[\w-]+):/gmu)].map(([, name]) => name),
  );
  const named = new Set(
    [...read('../../docs/design.md').matchAll(/`(--[\w-]+)`/gu)].map(([, name]) => name),
  );
  expect([...named].sort()).toEqual([...tokens].sort());
});
