/** A real SMTP server that keeps every mail, with mailboxes that are full or slow. */

import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

import { freePort } from './machine.ts';
import { until } from './wait.ts';

/** Answers to RCPT, by domain. */
export type Refusals = Record<string, [code: number, words: string]>;

const REFUSALS: Refusals = {
  'full.example': [552, "5.2.2 The recipient's inbox is out of storage space"],
  'slow.example': [451, '4.7.1 Greylisted, try again later'],
};

export interface Mail {
  to: string;
  subject: string;
  text: string;
  parsed: ParsedMail;
}

export class Mailbox {
  readonly mails: Mail[] = [];
  readonly refused: string[] = [];
  readonly #refusals: Refusals;
  #server: SMTPServer | undefined;
  port = 0;

  constructor(refusals = REFUSALS) {
    this.#refusals = refusals;
  }

  async open(): Promise<void> {
    this.port = await freePort();
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      size: 1024 * 1024,
      onRcptTo: (address, _session, done) => {
        const refusal = this.#refusals[address.address.split('@')[1] ?? ''];
        if (!refusal) return done();
        this.refused.push(address.address);
        done(Object.assign(new Error(refusal[1]), { responseCode: refusal[0] }));
      },
      onData: (stream, session, done) => {
        simpleParser(stream)
          .then((parsed) => {
            this.mails.push({
              to: session.envelope.rcptTo.map((to) => to.address).join(', '),
              subject: parsed.subject ?? '',
              text: parsed.text ?? '',
              parsed,
            });
            done();
          })
          .catch(done);
      },
    });
    await new Promise<void>((listening) =>
      this.#server?.listen(this.port, '127.0.0.1', () => listening()),
    );
  }

  /** The `nth` mail to an address (from 1), once it is there. */
  mailTo(address: string, nth = 1): Promise<Mail> {
    return until(`mail number ${nth} for ${address} arrives`, () => {
      return this.mails.filter((mail) => mail.to === address)[nth - 1];
    });
  }

  close(): Promise<void> {
    return new Promise((closed) => (this.#server ? this.#server.close(() => closed()) : closed()));
  }
}

/** The sign-in link of a mail. */
export function linkIn(mail: Mail): string {
  const link = /https?:\/\/\S+\/link\/\S+/.exec(mail.text)?.[0];
  if (!link) throw new Error(`No link in the mail "${mail.subject}":\n${mail.text}`);
  return link;
}
