# Words of our mails. Discreet: no clinical word, the practice's short name only.

mail-link-subject = Your link from { $time }
mail-link-hello = Hello,
mail-link-lead = you asked for a link at { $time }. Open it to sign in:
mail-link-button = Sign in
mail-link-rules = It works once, for 24 hours. If you ask again, only the newest link works.
mail-link-not-you = You did not ask for this? Then you need do nothing. Nobody gets in without opening the link.
mail-link-tip = You can delete this mail when you are signed in.
mail-staff-lead = someone at { $practice } sent you a new link at { $time }. Open it to sign in:

mail-message-subject = News from { $time }
mail-message-lead = there is a message for you. Sign in to read it:
mail-message-once = There may be more than one. Nothing of it is in this mail.

mail-pin-subject = Signed in at { $time }
mail-pin-lead = someone signed in at { $time } with a PIN that { $practice } gave by phone or in person.
mail-pin-not-you = Was it you? Then all is well. If it was not you, please call { $phone }.

mail-address-subject = Another address is used since { $time }
mail-address-lead = someone at { $practice } put another mail address on file at { $time }. Links now go there, and not to this mailbox.
mail-address-not-you = Did you ask for it? Then all is well. If you did not, please call { $phone }.

# To staff, so it may say what it is about.
mail-needs-help-subject = A client needs help to sign in
mail-needs-help-lead = A client needs help to sign in, and no computer with Latchkey could tell you. Open Latchkey to see who it is.
mail-needs-help-once = This mail names nobody. There may be more than one client who waits.
mail-desktop-subject = A computer was connected to Latchkey at { $time }
mail-desktop-lead = { $owner } connected a computer to Latchkey at { $time }. Its name is “{ $desktop }”. It can show help requests and issue PINs as { $owner }.
mail-desktop-not-you = Is that right? Then you need do nothing. If it is not, tell the practice’s admin at once: the admin can end what this computer may do.
