app-name = Latchkey

notify-one = A client needs help to sign in
notify-one-body = Open Latchkey to see what went wrong.
notify-many = { $count ->
    [one] { $count } client needs help to sign in
   *[other] { $count } clients need help to sign in
}
notify-many-body = Open Latchkey to see what went wrong.
notify-open = Open

tray-signed-out = Not signed in
tray-none = No unread help requests
tray-unread = { $count ->
    [one] { $count } unread help request
   *[other] { $count } unread help requests
}
tray-open = Open Latchkey
tray-sign-out = Sign out
tray-quit = Quit

page-done-title = You are signed in
page-done-text = Latchkey has what it needs. You can close this tab.
page-denied-title = Not connected
page-denied-text = You chose not to connect this computer. Nothing was changed, and you can close this tab.
page-failed-title = That did not work
page-failed-text = This answer does not belong to the sign-in that Latchkey asked for, so nothing was changed. Close this tab and start again from Latchkey.
