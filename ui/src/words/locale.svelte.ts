/** Which language this window speaks: kept by this window, since it is how this window looks. */
import {
  baseLocale,
  extractLocaleFromNavigator,
  isLocale,
  overwriteGetLocale,
  type Locale,
} from './compiled/runtime.js';

export type Chosen = Locale | 'system';

/** What holds where nobody chose. */
export const USUAL: Chosen = 'system';

const NAME = 'language';

function kept(): Chosen {
  try {
    const found = localStorage.getItem(NAME);
    return isLocale(found) ? found : USUAL;
  } catch {
    // What cannot be read is as it usually is.
    return USUAL;
  }
}

class Speech {
  readonly #computers = extractLocaleFromNavigator() ?? baseLocale;
  #chosen = $state<Chosen>(kept());

  get chosen(): Chosen {
    return this.#chosen;
  }

  get locale(): Locale {
    return this.#chosen === 'system' ? this.#computers : this.#chosen;
  }

  choose(language: Chosen): void {
    this.#chosen = language;
    document.documentElement.lang = this.locale;
    try {
      if (language === USUAL) localStorage.removeItem(NAME);
      else localStorage.setItem(NAME, language);
    } catch {
      // It holds for as long as this window is there.
    }
  }
}

export const speech = new Speech();

// Whatever draws a message depends on the choice, and is drawn again when that changes.
overwriteGetLocale(() => speech.locale);
document.documentElement.lang = speech.locale;
