/** What holds notifications back, by its name: begun, or ended where it holds. */
import type { Command, Quiet } from '../../backend/bindings';
import { m } from '../../words/catalogue';
import type { Choice } from './choices';

export function quietChoices(quiet: Quiet, act: (command: Command) => unknown): Choice[] {
  const session = quiet.in_session === null;
  const wish = quiet.by_hand === null;
  return [
    {
      words: session ? m.nav_in_session() : m.palette_end_session(),
      run: () => act({ command: 'in_session', begin: session }),
    },
    {
      words: wish ? m.settings_tomorrow_do() : m.palette_end_quiet(),
      run: () => act({ command: 'quiet', begin: wish }),
    },
  ];
}
