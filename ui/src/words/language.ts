import { speech } from './locale.svelte';

/** The language to speak, where that is not English: `Spanish`. */
export function languageName(tag: string | null): string | null {
  if (tag === null || /^en\b/i.test(tag)) return null;
  try {
    return new Intl.DisplayNames([speech.locale], { type: 'language' }).of(tag) ?? null;
  } catch {
    // Not a language tag: what is on file is shown as it is.
    return tag;
  }
}
