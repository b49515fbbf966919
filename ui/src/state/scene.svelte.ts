import type { ToPage, View } from '../backend/bindings';

/** The last thing the agent said, which is all there is to draw. */
export class Scene {
  view = $state.raw<View | null>(null);
  trouble = $state<'none' | 'agent-lost' | 'agent-differs'>('none');
  /** Counts the times that the window lost the focus: a PIN covers itself at each. */
  blurs = $state(0);

  hear = (what: ToPage): void => {
    switch (what.to_page) {
      case 'view':
        this.view = what.view;
        this.trouble = 'none';
        break;
      case 'agent_lost':
        this.trouble = 'agent-lost';
        break;
      case 'agent_differs':
        this.trouble = 'agent-differs';
        break;
      case 'focus':
        if (!what.focused) this.blur();
        break;
    }
  };

  blur = (): void => {
    this.blurs += 1;
  };
}
