/** The members of a union in the generated bindings, read from their text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const text = readFileSync(join(import.meta.dirname, '../src/backend/bindings.ts'), 'utf8');

function declaration(name: string): string {
  const found = new RegExp(`export type ${name} = ([^;]*);`).exec(text)?.[1];
  if (!found) throw new Error(`The bindings have no ${name}.`);
  return found;
}

export function codes(name: string): string[] {
  return [...declaration(name).matchAll(/"([\w-]+)"/g)].map((match) => match[1] ?? '');
}

/** The tags of an enum with fields. */
export function kinds(name: string, tag: string): string[] {
  return [...text.matchAll(new RegExp(`"${tag}": "([\\w-]+)"`, 'g'))]
    .map((match) => match[1] ?? '')
    .filter((kind) => declarationOf(name).includes(`"${kind}"`));
}

function declarationOf(name: string): string {
  const start = text.indexOf(`export type ${name} = `);
  const end = text.indexOf('export type ', start + 1);
  return text.slice(start, end < 0 ? undefined : end);
}
