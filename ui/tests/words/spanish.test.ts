import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

interface Arms {
  declarations: string[];
  selectors: string[];
  match: Record<string, string>;
}
type Text = string | Arms[];
type Catalogue = Record<string, Text>;

const read = (locale: string): Catalogue =>
  JSON.parse(readFileSync(`messages/${locale}.json`, 'utf8')) as Catalogue;
const english = read('en');
const spanish = read('es');
const keys = Object.keys(english);

/** Every sentence of a message, by its plural arm. */
const sentences = (text: Text): [string, string][] =>
  typeof text === 'string' ? [['', text]] : text.flatMap(({ match }) => Object.entries(match));

/** A name is asked for at a beginning or within a sentence, and that differs with the language. */
const filled = (sentence: string): string[] => [
  ...new Set(
    [...sentence.matchAll(/\{(\w+)\}/g)]
      .map(([, name]) => (name === 'Name' ? 'name' : (name ?? '')))
      .sort(),
  ),
];

const shape = (text: Text): unknown =>
  typeof text === 'string'
    ? 'one sentence'
    : text.map(({ declarations, selectors, match }) => [
        declarations,
        selectors,
        Object.keys(match),
      ]);

describe('the Spanish catalogue', () => {
  it('has every message of the English one, in its order', () => {
    expect(keys.filter((key) => !(key in spanish))).toEqual([]);
    expect(Object.keys(spanish)).toEqual(keys);
  });

  it('fills each sentence with the same', () => {
    const wrong = keys.filter((key) => {
      const theirs = sentences(spanish[key] ?? '');
      return sentences(english[key] ?? '').some(
        ([, said], at) => filled(said).join() !== filled(theirs[at]?.[1] ?? '').join(),
      );
    });
    expect(wrong).toEqual([]);
  });

  it('has the same plurals', () => {
    const wrong = keys.filter(
      (key) =>
        JSON.stringify(shape(spanish[key] ?? '')) !== JSON.stringify(shape(english[key] ?? '')),
    );
    expect(wrong).toEqual([]);
  });

  it('leaves no sentence in English', () => {
    const untold = keys.filter((key) => {
      const [[, said] = ['', '']] = sentences(english[key] ?? '');
      const words = said.replace(/\{\w+\}/g, '').match(/\p{L}{2,}/gu) ?? [];
      return words.length > 1 && JSON.stringify(spanish[key]) === JSON.stringify(english[key]);
    });
    // A language is called by its own name in both.
    expect(untold.filter((key) => key !== '$schema')).toEqual([]);
  });

  it('says nothing of why somebody may need care', () => {
    const hinting = keys.filter((key) =>
      /violen|abus|maltrat|agres|proteg|protecci|refugio|víctima/i.test(
        sentences(spanish[key] ?? '')
          .map(([, said]) => said)
          .join(' '),
      ),
    );
    expect(hinting).toEqual([]);
  });

  it('uses nothing but the marks of its own typesetting', () => {
    const wrong = keys.filter((key) =>
      sentences(spanish[key] ?? '').some(
        ([, said]) =>
          key !== '$schema' &&
          (/['’]|\.\.\./.test(said) ||
            said.split('¿').length !== said.split('?').length - (said.startsWith('?:') ? 1 : 0)),
      ),
    );
    expect(wrong).toEqual([]);
  });
});
