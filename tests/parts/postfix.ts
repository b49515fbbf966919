/**
 * Debian's Postfix with folders of its own: it takes the practice's mail, hands it on, and
 * pipes what comes back to the service.
 */

import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PICTURES, Running, freePort, newFolder, remove, run, type User } from './machine.ts';
import { until } from './wait.ts';

const MASTER = '/usr/lib/postfix/sbin/master';

export interface Route {
  /** The port of the mail server that everything is handed to. */
  next: number;
  /** A domain whose mail server does not answer. */
  silent: string;
  /** Mail to this address, or to it with a tag, is piped to a program. */
  bounces: string;
  pipe: string[];
  as: User;
}

export class Postfix {
  readonly #folder = newFolder('postfix');
  #master: Running | undefined;
  port = 0;

  get #conf(): string {
    return join(this.#folder, 'conf');
  }

  /** Chooses its port, for those who have to know it before it runs. */
  async reserve(): Promise<number> {
    this.port = await freePort();
    return this.port;
  }

  async open(route: Route): Promise<void> {
    if (process.getuid?.() !== 0) {
      throw new Error('Postfix is started by root only: run these tests as root.');
    }
    const nobodyListens = await freePort();
    chmodSync(this.#folder, 0o755);
    for (const part of ['conf', 'queue', 'data']) mkdirSync(join(this.#folder, part));
    await run('chown', ['postfix', join(this.#folder, 'data')]);
    writeFileSync(join(this.#conf, 'main.cf'), this.#main(route, nobodyListens));
    writeFileSync(join(this.#conf, 'master.cf'), services(this.port, route));
    // Makes the folders of its queue.
    await run('postfix', ['-c', this.#conf, 'check']);
    await this.start();
  }

  async start(): Promise<void> {
    this.#master = new Running(MASTER, ['-c', this.#conf, '-d'], 'postfix');
    await until('Postfix runs', () => run(MASTER, ['-c', this.#conf, '-t']).then(no, yes));
  }

  async stop(): Promise<void> {
    await this.#master?.end();
  }

  async close(): Promise<void> {
    await this.stop();
    copyFileSync(join(this.#folder, 'log'), join(PICTURES, 'postfix-mail.log'));
    remove(this.#folder);
  }

  #main({ next, silent, bounces }: Route, nobodyListens: number): string {
    return `compatibility_level = 3.6
queue_directory = ${this.#folder}/queue
data_directory = ${this.#folder}/data
maillog_file = ${this.#folder}/log
maillog_file_prefixes = ${this.#folder}
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.juniper.example
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_host_lookup = native
disable_dns_lookups = yes
relayhost = [127.0.0.1]:${next}
recipient_delimiter = +
transport_maps = inline:{ { ${bounces} = bounces: }, { ${silent} = smtp:[127.0.0.1]:${nobodyListens} } }
smtp_destination_concurrency_failed_cohort_limit = 0
delay_warning_time = 1s
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 2s
maximal_queue_lifetime = 1h
`;
  }
}

/** Only what this one needs, nothing in a root of its own. */
function services(port: number, { pipe, as }: Route): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
bounces unix - n n - - pipe flags= user=${as.name} argv=${pipe.join(' ')}
`;
}

const yes = (): boolean => true;
const no = (): boolean => false;
