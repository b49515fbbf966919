/** Puts a text that is shown on the clipboard. True where it is there. */
export async function copy(text: string, shown: Element): Promise<boolean> {
  getSelection()?.selectAllChildren(shown);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not every web view lets a page write the clipboard: the text is selected instead.
    return document.execCommand('copy');
  }
}
