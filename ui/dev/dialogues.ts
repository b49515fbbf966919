/** What was said to mail servers, as a service tells it; one server has it in for the page. */
import type { DialogueLine, MailDialogue, Speaker } from '../src/backend/bindings';
import { minutesAgo } from './people';

const says =
  (from: Speaker) =>
  (text: string): DialogueLine => ({ from, text });
const we = says('service');
const server = says('server');
const remark = says('remark');

const greeting = [
  remark('connecting to mail.juniper.example, port 587'),
  remark('the connection is encrypted'),
  we('EHLO sign-in.example.org'),
  server('250-mail.juniper.example'),
  server('250-8BITMIME'),
  server('250 DSN'),
  we('MAIL FROM:<…@juniper.example> RET=HDRS ENVID=…'),
  server('250 2.1.0 Ok'),
  we('RCPT TO:<…@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;…@example.org'),
];

export const dialogue: MailDialogue = {
  tries: [
    {
      asked_at: minutesAgo(9),
      attempt: 1,
      at: minutesAgo(8),
      lines: [...greeting, server('451 4.7.1 <…@example.org>: Greylisted, try again later')],
    },
    {
      asked_at: minutesAgo(9),
      attempt: 2,
      at: minutesAgo(1),
      lines: [
        ...greeting,
        server(
          `552 5.2.2 <b onclick="x">The mailbox is full</b>, see https://example.org/${'quota'.repeat(30)}`,
        ),
        { from: 'unknown', text: 'QUIT' },
      ],
    },
  ],
};

export const noDialogue: MailDialogue = { tries: [] };
