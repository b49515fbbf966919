import type { ClientFile, ClientFound, Holder } from '../backend/bindings';
import { m } from './catalogue';
import type { Called } from './names';
import { howLong } from './time';

const holders: Record<Exclude<Holder, 'self'>, () => string> = {
  parent: m.client_holder_parent,
  guardian: m.client_holder_guardian,
  partner: m.client_holder_partner,
  other: m.client_holder_other,
};

/** Whose addresses sign in for a client, where they are not the client's own. */
export function heldBy(client: ClientFound): string | null {
  const others = client.holders.filter((holder) => holder !== 'self');
  if (others.length === 0) return null;
  return others.map((holder) => (holders[holder] ?? holders.other)()).join(', ');
}

/** What tells two people of one name apart, in the directory. */
export function besides(client: ClientFound): string {
  const parts = [
    client.called === null ? null : m.client_called({ name: client.called }),
    client.clinician === null
      ? m.client_no_clinician()
      : m.client_with({ clinician: client.clinician }),
    heldBy(client),
    client.disabled ? m.client_disabled() : null,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** How to call a client in a sentence. */
export function calledOf({ client, call_back }: ClientFile): Called {
  const name = call_back.ask_for || client.name;
  return name ? { name, Name: name } : { name: m.client_mid(), Name: m.client_start() };
}

/** When the client was in last, and on how many devices they stay signed in. */
export function standing(file: ClientFile, now: number): string {
  if (file.signed_in_at === null) return m.client_never_in();
  const time = howLong(file.signed_in_at, now);
  const last = time ? m.client_in_ago({ time }) : m.client_in_now();
  return file.devices > 0 ? `${last} ${m.client_devices({ n: file.devices })}` : last;
}
