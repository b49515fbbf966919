# Words of the clients' pages. Short, kind and exact; reading level of grade 6.
# Titles are neutral: a tab or a history entry tells nobody what this is about.

leave = Leave this page
leave-hint = To leave, you can also press Shift three times.
leave-aria = Leave this page at once
skip = Skip to the page
phone-line = The practice: { $phone }, { $hours }.
phone-only = The practice: { $phone }.
emergency = This page is only about signing in and is not watched all the time. In an emergency call 911; in a crisis call or text 988.
history-note = Your browser may still list this page in its history.

title-sign-in = Sign in
title-look = Check your mail
title-continue = Almost there
title-dead-link = Sign in
title-who = One more step
title-help = Write to us
title-waiting = Please wait
title-pin = Sign in
title-me = Signed in
title-error = Something went wrong

sign-in-heading = Sign in
sign-in-lead = Type your e-mail address. We send you a link that signs you in. You need no password.
email-label = Your e-mail address
sign-in-button = Send me a link
cannot-button = I can’t sign in
have-pin = Is someone from the practice on the phone with you?
have-pin-link = Type a PIN
email-wrong = This does not look like an e-mail address. Check it for typing errors. It has an @ in the middle, like name@example.org.

look-heading = Look in your mail
look-lead = If this address is on file with the practice, a sign-in link is on its way. It can take a minute or two.
look-step-newest = Open the newest mail. The time you asked is in its subject: { $time }.
look-step-once = The link works for 24 hours, and once.
look-step-here = Open it on this device if you can. Then you are in without another press.
look-junk = Nothing there? Look in the junk or spam folder, too.
look-again = Use another address

continue-heading = One press, and you are in
continue-lead = You opened your sign-in link.
continue-by-itself = You are being signed in. This takes a moment.
continue-button = Sign in
keep-label = Keep me signed in on this device
keep-hint = For 30 days. Leave this off if others use this device.

dead-heading = This link no longer works
dead-any = A sign-in link works once, for 24 hours, and only the newest one works. A mail program can break it, too. Ask for a new link. It takes a minute.
dead-used = This link was used at { $time }. A sign-in link works only once.
dead-replaced = A newer link was sent at { $time }. Only the newest link works. Look for that mail, or ask for a new link.
dead-too-old = This link is from { $time }. A sign-in link works for 24 hours.
dead-voided = The practice closed this link. Ask for a new one, or ask for help.
dead-button = Send me a new link

cookies-heading = Your browser keeps no cookies
cookies-link-lead = You opened a sign-in link. To let you in, this page must keep a small note in your browser, a cookie. Your browser did not keep it.
cookies-sent-lead = Did you just write to us? Then we have your message, and someone will call you. But no PIN works in this browser, since it keeps no cookies.
cookies-step-allow = Allow cookies for this page in your browser’s settings. Then open your link again.
cookies-step-other = Or open your link in another browser, or on another phone or computer.
cookies-what = The cookie only tells this page that you are still the same visitor. No other page can read it.

who-heading = Who are you?
who-lead = You have shown that this mail is yours. More than one person may use it, so please type your own name. Then the practice calls to give you a PIN.
who-label = Your first and last name
who-button = Continue
who-missing = Please type your name, at most 200 characters.

help-heading = What happened?
help-lead = Your message goes to the practice. Someone reads it and calls you at the number we have on file.
help-who-label = Your e-mail address or your name
help-what-label = What went wrong?
help-what-hint = Please write only about signing in, not about your health.
help-button = Send to the practice
help-who-missing = Please say who you are: type your e-mail address or your name, at most 200 characters.
help-what-long = Your message is too long. Please use at most 1,000 characters.

waiting-heading = We have your message. Someone will call you.
waiting-sent = Sent at { $time }. Nobody has seen it yet.
waiting-seen = Seen by the practice at { $time }
waiting-in-session = We are in a session until about { $time }. We will look at your message then.
waiting-unseen-long = Nobody has seen your message yet. You sent it at { $time }. You can also call the practice at { $phone }, { $hours }.
waiting-words-heading = When we call, we say the first word. You say the second.
waiting-words-why = So you know it is us, and we know it is this device.
waiting-pin-label = PIN from your clinician
waiting-pin-hint = Six digits. Someone from the practice reads them to you.
waiting-pin-never = We never call to ask you for this PIN.
waiting-pin-button = Sign in
waiting-check = Check again
waiting-stay = Keep this page open. It shows what happens next.
waiting-nothing = You have no open message. If you cannot sign in, tell the practice.
waiting-solved = The practice closed your message. If you still cannot sign in, write again.
waiting-solved-in = You are signed in. You can close this page.
waiting-write-again = Write to the practice
waiting-news = From the practice
reply-call-ten = “I’ll call within 10 minutes.”
reply-after-session = “I’ll call after my session, at about { $time }.”
reply-new-link = “I sent you a new link. Please look in your mail and try it.”
reply-other = “There is news. Please call the practice.”

pin-heading = On the phone with the practice?
pin-lead = Type your e-mail address. Then you see two words to say, and a place for the PIN.
pin-button = Continue
pin-words-heading = Listen for the first word. Say the second.
pin-words-lead = Someone from the practice says the first word to you. You answer with the second.
pin-when = A PIN is six digits that someone from the practice reads to you. It works for 10 minutes, once.
pin-wrong = This PIN did not work. Check the six digits with the practice. A PIN works for 10 minutes, only in this browser, and you have five tries a day.
pin-not-six = A PIN has six digits. Please type all six. Spaces and dashes are fine.

me-heading = You are signed in
me-hello = Hello, { $name }.
me-go = Go on to the portal
me-kept = { $count ->
    [0] No device keeps you signed in.
    [one] One device keeps you signed in.
   *[other] { $count } devices keep you signed in.
  }
me-kept-here = This device keeps you signed in until { $date }.
me-not-kept = You are signed in until you close this browser.
me-messages = { $count ->
    [0] Read your messages
    [one] Read a new message
   *[other] Read { $count } new messages
  }
me-sign-out = Sign out
me-everywhere = Sign out everywhere
me-everywhere-hint = Ends every sign-in on every device, this one, too.
me-tip = Tip: save the sign-in page as a bookmark, and delete old sign-in mails.
me-address-heading = A new mail address
me-address-lead = { $practice } has a new mail address for you. Type it here. Then sign-in links go there.
me-address-label = Your new e-mail address
me-address-button = Use this address
me-address-not-you = Did you not ask for this? Please call { $phone }.
me-address-wrong = This is not the address that the practice has. Check it letter by letter, or call the practice.
me-address-used = Sign-in links go to your new address now.
me-signed-out = You are signed out.

messages-heading = Messages
messages-none = There are no messages for you.
messages-from-practice = From the practice, { $time }
messages-from-you = From you, { $time }
messages-label = Your answer
messages-hint = Nobody watches this page all the time. If it can’t wait, call the practice.
messages-button = Send
messages-sent = Your answer is sent.
messages-empty = Please write something first.
messages-long = Your answer is too long. Please use at most 1,000 characters.
messages-over = Nothing can be sent here now. Please call the practice.
messages-again = Look for new messages
messages-back = Back to my page

error-400 = We could not read that
error-400-why = What your browser sent was not what this page takes. Nothing was changed. Go back and try again.
error-403 = This did not come from our page
error-403-why = Your browser sent this from another page, so we did not do it. Nothing was changed. Open the sign-in page and try again there.
error-404 = There is no such page
error-404-why = The address may have a typing error, or the page is gone. You can start again at the sign-in page.
error-405 = This page cannot be used like that
error-405-why = Nothing was changed. Start again at the sign-in page.
error-413 = That was too much
error-413-why = The text was too long to read. Nothing was sent. Please write less.
error-415 = We could not read that
error-415-why = What your browser sent was not a form. Nothing was changed.
error-429 = Please wait a little
error-429-why = There were too many tries in a short time. Nothing is wrong with you or your account. Try again in { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
  }, or write to the practice.
error-500 = Something went wrong on our side
error-500-why = It is not your fault, and nothing was changed. Please try again in a minute. If it stays like this, call the practice.
error-503 = This page is not ready
error-503-why = The practice is still setting it up. Please try again later.
error-start = Go to the sign-in page
error-help = I can’t sign in
