/** How wide the panes are, in rem: kept by this window, since it is how this window looks. */

export type Pane = 'nav' | 'list';

interface Bounds {
  usual: number;
  least: number;
  most: number;
}

export const bounds: Record<Pane, Bounds> = {
  nav: { usual: 13, least: 10, most: 20 },
  list: { usual: 22, least: 15, most: 40 },
};

const NAME = 'panes';

function read(): Record<Pane, number> {
  const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? '{}');
  const width = (pane: Pane): number => {
    const found: unknown = kept !== null && typeof kept === 'object' && Reflect.get(kept, pane);
    return typeof found === 'number' ? within(pane, found) : bounds[pane].usual;
  };
  return { nav: width('nav'), list: width('list') };
}

function within(pane: Pane, width: number): number {
  const { least, most } = bounds[pane];
  return Math.round(Math.min(Math.max(width, least), most) * 4) / 4;
}

export class Panes {
  widths = $state<Record<Pane, number>>({ nav: bounds.nav.usual, list: bounds.list.usual });

  constructor() {
    try {
      this.widths = read();
    } catch {
      // What cannot be read is as it usually is.
    }
  }

  set(pane: Pane, width: number): void {
    this.widths[pane] = within(pane, width);
    try {
      localStorage.setItem(NAME, JSON.stringify(this.widths));
    } catch {
      // It holds for as long as this window is there.
    }
  }
}
