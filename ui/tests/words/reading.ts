/** How hard a text is to read, by two formulas that count words, sentences and syllables. */

function counts(text: string, syllables: (word: string) => number) {
  const words = text.match(/[\p{L}\d’']+/gu) ?? [];
  const sentences = text.match(/[.?!…]+/g) ?? [''];
  return {
    words: words.length,
    sentences: sentences.length,
    syllables: words.reduce((sum, word) => sum + syllables(word.toLowerCase()), 0),
  };
}

/** Groups of vowels, less what is not spoken at the end of an English word. */
function inEnglish(word: string): number {
  const spoken = word.replace(/(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$/, (end) => end.slice(0, 1));
  return Math.max(1, spoken.match(/[aeiouy]+/g)?.length ?? 0);
}

/** Groups of vowels; a strong one beside another, or an accented weak one, stands alone. */
function inSpanish(word: string): number {
  const apart = word
    .replace(/([aeoáéó])(?=[aeoáéó])/g, '$1-')
    .replace(/([íú])(?=[aeo])/g, '$1-')
    .replace(/([aeo])(?=[íú])/g, '$1-');
  return Math.max(1, apart.match(/[aeiouáéíóúü]+/g)?.length ?? 0);
}

/** US school grade (Kincaid and others, 1975). */
export function fleschKincaidGrade(text: string): number {
  const { words, sentences, syllables } = counts(text, inEnglish);
  return 0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59;
}

/** 0 to 100; from 70 on a text is fairly easy, grade 6 (Fernández Huerta, 1959). */
export function fernandezHuerta(text: string): number {
  const { words, sentences, syllables } = counts(text, inSpanish);
  return 206.84 - 60 * (syllables / words) - 1.02 * (words / sentences);
}
