import type { NotificationText, NotificationTrouble } from '../backend/bindings';
import { m } from './catalogue';

/** Why nothing rings on this computer, and what mends it. */
export const notificationTroubles: Record<
  NotificationTrouble,
  { title: () => string; means: () => string }
> = {
  absent: { title: m.notify_absent_title, means: m.notify_absent_means },
  slow: { title: m.notify_slow_title, means: m.notify_slow_means },
  failing: { title: m.notify_failing_title, means: m.notify_failing_means },
  no_buttons: { title: m.notify_no_buttons_title, means: m.notify_no_buttons_means },
};

export const notificationTexts: Record<NotificationText, () => string> = {
  off: m.settings_text_off,
  count: m.settings_text_count,
  initials: m.settings_text_initials,
  name: m.settings_text_name,
};
