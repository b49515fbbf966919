import type { StorageFault } from '../backend/bindings';
import { m } from './catalogue';

/** Why this computer keeps nothing new, and what mends it. */
export const storages: Record<
  StorageFault,
  { title: () => string; means: (f: { folder: string }) => string }
> = {
  full: { title: m.storage_full_title, means: m.storage_full_means },
  read_only: { title: m.storage_read_only_title, means: m.storage_read_only_means },
  failing: { title: m.storage_failing_title, means: m.storage_failing_means },
};
