/**
 * Keeps the focus from being lost: where the focused element goes away or is switched
 * off, the next best one gets it, instead of the page's body.
 */
export function keepFocus(within: HTMLElement, next: () => HTMLElement | null): () => void {
  let last: Element | null = null;
  const remember = (event: FocusEvent): void => {
    if (event.target instanceof Element) last = event.target;
  };
  const watch = new MutationObserver(() => {
    if (document.activeElement !== document.body || last === null || last.isConnected) return;
    last = null;
    next()?.focus();
  });
  within.addEventListener('focusin', remember);
  watch.observe(within, { childList: true, subtree: true });
  return () => {
    within.removeEventListener('focusin', remember);
    watch.disconnect();
  };
}
