/** Draws one state, named after the #, or lists them all. */
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '@fontsource-variable/source-serif-4/opsz.css';
import '@fontsource-variable/source-serif-4/opsz-italic.css';
import '../src/tokens.css';
import '../src/base.css';

import { mount } from 'svelte';

import type { Backend } from '../src/backend';
import type { Answer, ToPage } from '../src/backend/bindings';
import App from '../src/features/app/App.svelte';
import { Clock } from '../src/state/clock.svelte';
import { m } from '../src/words/catalogue';
import { announcements } from './announcements';
import { NOW } from './people';
import { longRows, type State, states } from './states';

type Say = (inputs: Record<string, never>, options?: { locale?: 'en' }) => string;

const wait = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

const busy = { answer: 'refused', code: 'too_many', by: null, retry_at: NOW + 60_000 } as const;

let tell: (what: ToPage) => void = () => undefined;

function backend(state: State): Backend {
  return {
    listen(hear) {
      tell = hear;
      if (state.view) hear({ to_page: 'view', view: state.view });
      if (state.trouble) hear({ to_page: state.trouble });
    },
    dispatch(command): Promise<Answer> {
      if (command.command === 'issue_pin' && state.digits && state.then) {
        tell({ to_page: 'view', view: state.then });
        return Promise.resolve({
          answer: 'pin',
          request: command.request,
          digits: state.digits,
          ends_at: state.then.pin?.ends_at ?? 0,
        });
      }
      if (command.command === 'announce') {
        return Promise.resolve(
          state.announcement
            ? { answer: 'announcement', ...announcements[command.language] }
            : { answer: 'refused', code: 'offline', by: null, retry_at: null },
        );
      }
      if (command.command === 'read_activity') {
        if (state.activity === 'never') return new Promise(() => undefined);
        return Promise.resolve(
          state.activity
            ? { answer: 'activity', ...state.activity }
            : { answer: 'refused', code: 'offline', by: null, retry_at: null },
        );
      }
      if (command.command === 'save_table') {
        const file = '/home/rosa/Downloads/latchkey-activity-2026-10-12.csv';
        return Promise.resolve({ answer: 'saved', file });
      }
      if (command.command === 'read_mail_dialogue') {
        return Promise.resolve(
          state.dialogue
            ? { answer: 'mail_dialogue', ...state.dialogue }
            : { answer: 'refused', code: 'offline', by: null, retry_at: null },
        );
      }
      if (command.command === 'find_clients') {
        return state.found === 'never'
          ? new Promise(() => undefined)
          : Promise.resolve(
              state.found ? { answer: 'clients_found', ...state.found } : { ...busy },
            );
      }
      if (command.command === 'read_client') {
        return Promise.resolve(state.file ? { answer: 'client', ...state.file } : { ...busy });
      }
      if (command.command === 'issue_client_pin') {
        return Promise.resolve({ ...busy, code: state.refuses ?? 'nobody_waiting' });
      }
      if (command.command === 'read_colleagues') {
        return Promise.resolve(
          state.colleagues
            ? { answer: 'colleagues', colleagues: state.colleagues, covers: state.covers ?? [] }
            : { ...busy },
        );
      }
      if (command.command === 'read_rows') {
        const rows = longRows(command.from, command.count);
        return Promise.resolve({ answer: 'rows', list: 9, from: command.from, rows });
      }
      return Promise.resolve({ answer: 'done' });
    },
  };
}

async function press(what: string): Promise<void> {
  const target = document.activeElement ?? document.body;
  if (target instanceof HTMLInputElement && what !== 'Enter') {
    target.value = what;
    target.dispatchEvent(new Event('input', { bubbles: true }));
  } else if (what === 'Enter' && target instanceof HTMLButtonElement) {
    target.click();
  } else {
    const ctrlKey = what.startsWith('Ctrl+');
    const key = what.replace('Ctrl+', '');
    target.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true }));
  }
  await wait(30);
}

/** The states name their buttons in English; the window may speak another language. */
function spoken(words: string): string {
  const says = Object.values(m) as unknown[];
  const found = says.find(
    (say): say is Say => typeof say === 'function' && (say as Say)({}, { locale: 'en' }) === words,
  );
  return found ? found({}) : words;
}

async function draw(target: HTMLElement, state: State): Promise<void> {
  mount(App, { target, props: { backend: backend(state), clock: new Clock(() => NOW) } });
  await document.fonts.ready;
  await wait(50);
  for (const key of state.press ?? []) {
    await press(key);
    // The directory asks once nobody types.
    if (state.found) await wait(150);
  }
  for (const words of state.click ?? []) {
    const buttons = [...document.querySelectorAll('button')];
    buttons.find((button) => button.textContent.trim() === spoken(words))?.click();
    await wait(30);
  }
  if (state.focus && state.then) {
    const buttons = [...document.querySelectorAll('button')];
    const focus = spoken(state.focus);
    buttons.find((button) => button.textContent.trim() === focus)?.focus();
    tell({ to_page: 'view', view: state.then });
    await wait(30);
  }
  if (state.unfolded) {
    for (const folded of document.querySelectorAll<HTMLElement>('.fold [aria-expanded="false"]')) {
      folded.click();
    }
    await wait(30);
  }
  if (state.blur) window.dispatchEvent(new Event('blur'));
  await wait(50);
  document.documentElement.dataset['drawn'] = 'yes';
}

const target = document.getElementById('app');
const state = states[location.hash.slice(1)];
if (target && state) {
  void draw(target, state);
} else if (target) {
  for (const name of Object.keys(states)) {
    const link = document.createElement('a');
    link.href = `#${name}`;
    link.textContent = name;
    link.style.display = 'block';
    target.append(link);
  }
  document.documentElement.dataset['states'] = Object.keys(states).join(' ');
}
window.addEventListener('hashchange', () => {
  location.reload();
});
