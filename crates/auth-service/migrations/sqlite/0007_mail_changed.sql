-- What became of the newest mails is looked at every few seconds.
CREATE INDEX mail_changed ON mail (changed_at);
