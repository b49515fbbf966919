/** Without accents and capitals, letter by letter, so that places stay where they are. */
function plain(text: string): string[] {
  return [...text].map(
    (letter) => letter.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase() || letter,
  );
}

export interface Part {
  text: string;
  hit: boolean;
}

/** A text in parts, in which each place that one of the words stands at is a hit. */
export function marked(text: string, words: string[]): Part[] {
  const letters = [...text];
  const folded = plain(text);
  const hits = new Array<boolean>(letters.length).fill(false);
  for (const word of words.map(plain).filter((word) => word.length > 0)) {
    for (let at = 0; at + word.length <= folded.length; at += 1) {
      if (word.every((letter, step) => folded[at + step] === letter)) {
        hits.fill(true, at, at + word.length);
      }
    }
  }
  const parts: Part[] = [];
  letters.forEach((letter, at) => {
    const hit = hits[at] ?? false;
    const last = parts.at(-1);
    if (last?.hit === hit) last.text += letter;
    else parts.push({ text: letter, hit });
  });
  return parts;
}
