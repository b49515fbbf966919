/** Something that can be done by its name. */
export interface Choice {
  /** What it does, as a button would say it. */
  words: string;
  /** The key that does it without the palette. */
  key?: string | undefined;
  run: () => unknown;
}

const plain = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** Those that have every word, those that begin with what was typed first. */
export function fitting(choices: Choice[], typed: string): Choice[] {
  const words = plain(typed).split(/\s+/u).filter(Boolean);
  const begins = (choice: Choice): number =>
    words[0] !== undefined && plain(choice.words).startsWith(words[0]) ? 0 : 1;
  return choices
    .filter((choice) => words.every((word) => plain(choice.words).includes(word)))
    .sort((one, other) => begins(one) - begins(other));
}
