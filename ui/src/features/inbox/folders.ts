import type { Folder } from '../../backend/bindings';
import { m } from '../../words/catalogue';

interface Words {
  /** In the list of folders. */
  name: () => string;
  /** For ears. */
  label: () => string;
  /** In the place of its rows, where there are none. */
  none: () => string;
  /** In the place of a request, likewise; the inbox teaches instead. */
  empty: { title: () => string; means: () => string } | null;
}

/** What each folder is called, and what it says when it is empty. */
export const folders: Record<Folder, Words> = {
  inbox: { name: m.nav_inbox, label: m.list_label, none: m.empty_list, empty: null },
  mine: {
    name: m.nav_mine,
    label: m.list_mine_label,
    none: m.empty_mine_list,
    empty: { title: m.empty_mine_title, means: m.empty_mine_means },
  },
  unassigned: {
    name: m.nav_unassigned,
    label: m.list_unassigned_label,
    none: m.empty_unassigned_list,
    empty: { title: m.empty_unassigned_title, means: m.empty_unassigned_means },
  },
  snoozed: {
    name: m.nav_snoozed,
    label: m.list_snoozed_label,
    none: m.empty_snoozed_list,
    empty: { title: m.empty_snoozed_title, means: m.empty_snoozed_means },
  },
  solved: {
    name: m.nav_solved,
    label: m.list_solved_label,
    none: m.empty_solved_list,
    empty: { title: m.empty_solved_title, means: m.empty_solved_means },
  },
};

/** In the order they are listed in. */
export const order: Folder[] = ['inbox', 'mine', 'unassigned', 'snoozed', 'solved'];
