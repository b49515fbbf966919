/** The clients directory of the demo practice. */
import type { ClientFile, ClientFound, ClientsFound } from '../src/backend/bindings';
import { ada, minutesAgo, NOW } from './people';

const DAY = 24 * 60 * 60_000;

const client = (id: string, name: string, more: Partial<ClientFound> = {}): ClientFound => ({
  id,
  name,
  called: null,
  holders: ['self'],
  clinician: 'Rosa Rivera',
  disabled: false,
  ...more,
});

export const several: ClientsFound = {
  clients: [
    client('c1', 'Ada Okafor'),
    client('c7', 'Adán Muñoz García', { called: 'Dani', clinician: 'Dana Whitfield' }),
    client('c8', 'Adaeze Nwosu', { holders: ['parent', 'self'], clinician: null }),
    client('c9', 'Adam Quill', { disabled: true }),
  ],
  more: false,
};

export const many: ClientsFound = {
  clients: Array.from({ length: 20 }, (_, n) => client(`m${String(n)}`, `Mara Quill ${String(n)}`)),
  more: true,
};

export const adasFile: ClientFile = {
  client: client('c1', 'Ada Okafor'),
  call_back: { phone: '555 0142', ask_for: 'Ada', language: 'es' },
  as_of: NOW,
  devices: 2,
  signed_in_at: NOW - 7 * DAY,
  tier: { tier: 'normal', evidence: ['called_number_on_file', 'with_me'] },
  diagnosis: ada.diagnosis,
  waiting: [
    {
      id: ada.id,
      raised_by: 'client',
      match_words: ['maple', 'otter'],
      created_at: minutesAgo(4),
      here: true,
    },
  ],
  pin: null,
  timeline: ada.timeline,
};

export const quietFile: ClientFile = {
  ...adasFile,
  client: client('c8', 'Adaeze Nwosu', { holders: ['parent', 'self'], clinician: null }),
  call_back: { phone: null, ask_for: 'Adaeze', language: null },
  devices: 0,
  signed_in_at: null,
  tier: {
    tier: 'guarded',
    evidence: ['with_me'],
    reason: 'contact_changed',
    first: null,
  },
  diagnosis: null,
  waiting: [],
  timeline: [],
};

export const closedFile: ClientFile = {
  ...quietFile,
  client: client('c9', 'Adam Quill', { disabled: true }),
  call_back: { phone: '555 0199', ask_for: 'Adam', language: null },
  tier: { tier: 'closed', code: 'client_disabled' },
};
