# What tells clients how to sign in. Discreet: no clinical word. What stands in quotes is
# called so on the pages; the letter alone names the practice in full, inside its envelope.

announcement-subject = A new way to sign in
announcement-hello = Hello,
announcement-what = There is a new way to sign in. You do not need a password any more.
announcement-page = This is the page: { $address }
announcement-how = Type your e-mail address there. Press “{ $button }”. Then look in your mail and open the link. That is all.
announcement-once = Each link works once, for 24 hours. If you ask again, only the newest link works.
announcement-tips = Two tips. Save the page as a bookmark, so you find it again. And delete old mails with links.
announcement-pin = If no mail comes, we can read you a PIN on the phone. It has six digits. We never send it by mail, and we never call to ask you for it.
announcement-help = If you cannot get in, press “{ $cannot }” on the page, or call us at { $phone }.
announcement-rest = All else stays as it is.
announcement-sender = { $practice }

letter-hello = Hello,
letter-what = There is a new way to sign in on the web. You do not need a password any more.
letter-page = Please type this address in your browser: { $address }
letter-how = Then type your e-mail address. Press “{ $button }”. Look in your mail and open the link. That is all.
letter-once = Each link works once, for 24 hours. If you ask again, only the newest link works.
letter-tips = Two tips. Save the page as a bookmark, so you find it again. And delete old mails with links.
letter-pin = If no mail comes, we can read you a PIN on the phone. It has six digits. We never send it by mail, and we never call to ask you for it.
letter-help = If you cannot get in, press “{ $cannot }” on the page, or call us at { $phone }.
letter-rest = All else stays as it is.
letter-bye = Kind regards
letter-sender = { $name }

script-hello = Hello, this is … from { $practice }. Do you have two minutes? It is about how you sign in on the web.
script-what = You do not need a password any more. We send you a link by mail, and the link lets you in.
script-page = Please open this page: { $address }
script-type = Type your e-mail address there. Press “{ $button }”.
script-mail = Now look in your mail. Open the newest one. If it is not there, look in the junk or spam folder. Press the link in it.
script-in = Are you in? Good.
script-tips = Please save the page as a bookmark, so you find it again. You can delete the mail now. Old links do not work.
script-stuck = If you get stuck one day, press “{ $cannot }” on that page. Then someone here calls you and reads you a PIN. We never call to ask you for one.
script-bye = You can also call us at { $phone }. Thank you for your time.

guide-title = How to sign in
guide-lead = here is how to sign in, step by step.
guide-button = Open the page
guide-open = Open this page: { $address }
guide-type = Type your e-mail address. Press “{ $button }”.
guide-mail = Look in your mail. Open the newest one: the time you asked is in its subject. Not there? Look in the junk or spam folder, too.
guide-link = Open the link in it, on the same phone or computer if you can. Then you are in.
guide-once = Each link works once, for 24 hours. If you ask again, only the newest link works.
guide-pin = A PIN is six digits that someone from { $practice } reads to you. It works for 10 minutes, and only in the browser that waits for it. We never send it by mail, and we never call to ask you for it.
guide-tips = Two tips. Save the page as a bookmark, so you find it again. And delete old mails with links.
guide-help = If you cannot get in, press “{ $cannot }” on the page, or call { $phone }.
