import { m } from '../../words/catalogue';

/** What a key does. None of them acts on a client by itself, but `solve`, which can be seen. */
export type KeyAct =
  | 'next'
  | 'previous'
  | 'first'
  | 'last'
  | 'page_down'
  | 'page_up'
  | 'open'
  | 'close'
  | 'search'
  | 'help'
  | 'unread'
  | 'reply'
  | 'snooze'
  | 'resend'
  | 'pin'
  | 'solve'
  | 'clients'
  | 'assign'
  | 'commands';

/** What a key that is held down may do again and again. */
export const moves: ReadonlySet<KeyAct> = new Set(['next', 'previous', 'page_down', 'page_up']);

interface Line {
  act: KeyAct | KeyAct[];
  keys: (() => string)[];
  /** Only on a request that is open. */
  on?: true;
  words: () => string;
}

const key =
  (text: string): (() => string) =>
  () =>
    text;

/** The list that `?` shows. */
export const lines: Line[] = [
  {
    act: ['next', 'previous'],
    keys: [key('j'), key('k'), m.key_down, m.key_up],
    words: m.keys_move,
  },
  { act: ['first', 'last'], keys: [m.key_home, m.key_end], words: m.keys_ends },
  { act: 'open', keys: [m.key_enter], words: m.keys_open },
  { act: 'close', keys: [m.key_escape], on: true, words: m.keys_close_request },
  { act: 'search', keys: [key('/')], words: m.keys_search },
  { act: 'pin', keys: [key('p')], on: true, words: m.keys_pin },
  { act: 'reply', keys: [key('r')], on: true, words: m.keys_reply },
  { act: 'resend', keys: [key('l')], on: true, words: m.keys_resend },
  { act: 'snooze', keys: [key('h')], on: true, words: m.keys_snooze },
  { act: 'unread', keys: [key('u')], on: true, words: m.keys_unread },
  { act: 'solve', keys: [key('e')], on: true, words: m.keys_solve },
  { act: 'assign', keys: [key('a')], on: true, words: m.keys_assign },
  { act: 'clients', keys: [key('c')], words: m.keys_clients },
  { act: 'commands', keys: [m.key_ctrl_k], words: m.keys_commands },
  { act: 'help', keys: [key('?')], words: m.keys_help },
];

const everywhere: Record<string, KeyAct> = {
  j: 'next',
  k: 'previous',
  '/': 'search',
  '?': 'help',
  u: 'unread',
  r: 'reply',
  h: 'snooze',
  l: 'resend',
  p: 'pin',
  e: 'solve',
  c: 'clients',
  a: 'assign',
  Escape: 'close',
};

/** Only where the list has the focus, or nothing has: elsewhere these scroll or press. */
const inList: Record<string, KeyAct> = {
  ArrowDown: 'next',
  ArrowUp: 'previous',
  Home: 'first',
  End: 'last',
  PageDown: 'page_down',
  PageUp: 'page_up',
  Enter: 'open',
};

const typing = 'input, select, textarea, [contenteditable]';

export function actOf(event: KeyboardEvent): KeyAct | null {
  // Everywhere, also in a field: it types nothing.
  if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey) {
    return event.target instanceof Element && event.target.closest('dialog') ? null : 'commands';
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(typing) || target.closest('dialog')) return null;
  const free = target === document.body || target.closest('[role="listbox"]') !== null;
  return everywhere[event.key] ?? (free ? (inList[event.key] ?? null) : null);
}
