/** The only folder that touches Tauri: one command out, one event in (RULES D7). */
import type { Answer, Command, FromPage, ToPage } from './bindings';

/** What the window's program can do for the page. Tests and the gallery bring their own. */
export interface Backend {
  /** Sends a command; resolves with what became of it, and never rejects. */
  dispatch(command: Command): Promise<Answer>;
  /** Hears everything there is to draw, from now on. */
  listen(hear: (what: ToPage) => void): void;
}

const FAILED: Answer = { answer: 'refused', code: 'unavailable', by: null, retry_at: null };

export async function tauri(): Promise<Backend> {
  const [{ invoke }, event] = await Promise.all([
    import('@tauri-apps/api/core'),
    import('@tauri-apps/api/event'),
  ]);
  const send = (what: FromPage): Promise<Answer> =>
    invoke<Answer>('dispatch', { what }).catch(() => FAILED);
  return {
    dispatch: (act) => send({ from_page: 'act', act }),
    listen(hear) {
      void event
        .listen<ToPage>('view', ({ payload }) => {
          hear(payload);
        })
        .then(() => send({ from_page: 'ready' }));
    },
  };
}
