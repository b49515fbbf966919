app-name = Latchkey

notify-one = A client needs help to sign in
notify-one-body = Open Latchkey to see what went wrong.
notify-many = { $count ->
    [one] { $count } client needs help to sign in
   *[other] { $count } clients need help to sign in
}
notify-many-body = Open Latchkey to see what went wrong.
notify-named = { $name } needs help to sign in
notify-and-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
notify-open = Open
notify-resend = Resend link
notify-undo = Undo
notify-resending = A new link goes to { $name } in 5 seconds
notify-resending-body = Press Undo to hold it back.
notify-not-sent = The link was not sent
notify-not-sent-body = Open Latchkey to see why.
notify-example = This is what a notification looks like
notify-example-body = Latchkey shows one when a client needs help to sign in.

tray-signed-out = Not signed in
tray-none = No unread help requests
tray-unread = { $count ->
    [one] { $count } unread help request
   *[other] { $count } unread help requests
}
tray-locked = Locked. { $count ->
    [0] No unread help requests
    [one] { $count } unread help request
   *[other] { $count } unread help requests
}
tray-open = Open Latchkey
tray-in-session = In session (50 min)
tray-end-session = End “In session” (until { $time })
tray-session-line = In session until { $time }.
tray-quiet = Quiet until tomorrow
tray-end-quiet = End quiet (until { $time })
tray-quiet-line = Quiet until { $time }.
tray-hours = Quiet hours until { $time }
tray-lock = Lock
tray-sign-out = Sign out
tray-quit = Quit

page-done-title = You are signed in
page-done-text = Latchkey has what it needs. You can close this tab.
page-denied-title = Not connected
page-denied-text = You chose not to connect this computer. Nothing was changed, and you can close this tab.
page-failed-title = That did not work
page-failed-text = This answer does not belong to the sign-in that Latchkey asked for, so nothing was changed. Close this tab and start again from Latchkey.

erase-ask =
    This signs you out and deletes everything that Latchkey keeps on this computer: the
    copy of the inbox, the session, its key in the keychain, settings, passphrase, logs,
    the window's place and the start at log-in. Your practice keeps all help requests and what was done with
    them; other computers stay signed in; the program itself stays installed. The folder:
erase-yes = Type “yes” to delete it all:
erase-done = Everything of Latchkey's on this computer is deleted.
erase-cut = The deleting was cut short. Run “latchkey-agent erase” again.
erase-left = All else of Latchkey's on this computer is deleted.
erase-left-file = could not be deleted. Delete it by hand.
erase-left-key = could not be deleted from the keychain. It opens nothing any more; unlock the keychain and delete it there.
erase-left-practice = Your practice could not be told. Ask an admin to end this computer's access.
