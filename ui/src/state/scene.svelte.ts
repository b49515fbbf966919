import type { ToPage, View } from '../backend/bindings';

/** What keeps the window from talking with the agent. */
export type Trouble = 'none' | 'agent-lost' | 'agent-silent' | 'agent-differs';

/** The last thing the agent said, which is all there is to draw. */
export class Scene {
  view = $state.raw<View | null>(null);
  trouble = $state<Trouble>('none');
  /** Counts the times that the window lost the focus or the agent: a PIN covers itself at each. */
  blurs = $state(0);

  hear = (what: ToPage): void => {
    switch (what.to_page) {
      case 'view':
        // An agent that was started again reads its cache first: what was drawn stays so long.
        if (
          this.trouble === 'agent-lost' &&
          this.view?.session.session === 'signed_in' &&
          what.view.session.session === 'starting'
        ) {
          break;
        }
        this.view = what.view;
        this.trouble = 'none';
        break;
      case 'agent_lost':
        this.trouble = 'agent-lost';
        this.blur();
        break;
      case 'agent_silent':
        this.trouble = 'agent-silent';
        this.blur();
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
