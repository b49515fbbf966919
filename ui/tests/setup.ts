/** What jsdom leaves out of the platform: a dialog that opens and takes the focus. */
HTMLDialogElement.prototype.showModal = function showModal(this: HTMLDialogElement) {
  this.setAttribute('open', '');
  const first = this.querySelector<HTMLElement>('[autofocus]') ?? this.querySelector('button');
  first?.focus();
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  this.removeAttribute('open');
};
