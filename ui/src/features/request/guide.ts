import type { Cause, HelpRequest } from '../../backend/bindings';

/** No mail goes there, or it would not arrive: the service would refuse, or say so later. */
const unsafe: ReadonlySet<Cause> = new Set([
  'no_mail',
  'suppressed',
  'mail_held',
  'access_disabled',
  'mail_refused',
  'mailbox_unknown',
  'domain_unknown',
  'address_malformed',
  'mailbox_full',
  'mailbox_disabled',
]);

/** What happened shows that the steps are not clear. */
const unclear: ReadonlySet<Cause> = new Set([
  'accepted_not_opened',
  'older_link_opened',
  'link_used',
  'link_used_here',
  'link_used_elsewhere',
  'link_too_old',
  'pin_wrong',
  'pin_in_other_browser',
]);

/** Whether the steps of how to sign in can be sent from this request. */
export function guideMayGo(request: HelpRequest): boolean {
  return request.who.client !== null && !unsafe.has(request.diagnosis.cause);
}

/** Whether staff can put another address on file from here. */
export function addressMayChange(request: HelpRequest): boolean {
  return request.who.client !== null && request.diagnosis.cause !== 'access_disabled';
}

/** Whether they are worth sending. */
export function guideHelps(cause: Cause): boolean {
  return unclear.has(cause);
}
