/** The network between a desktop and its practice: a wire that can be cut at a chosen moment. */

import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** Where a call is cut. */
export type Cut =
  /** Before anything of it reaches the service. */
  | 'before the call'
  /** Once the service has answered, before anything of the answer is back. */
  | 'before the answer'
  /** In the middle of the answer. */
  | 'in the answer';

interface Rule {
  call: RegExp;
  cut: Cut;
  times: number;
  then: () => void;
}

export class Wire {
  #server: Server | undefined;
  #service = 0;
  #down = false;
  #rule: Rule | undefined;
  readonly #ends = new Set<Socket>();

  /** Listens on `port` and hands on to the service. */
  open(port: number, service: number): Promise<void> {
    this.#service = service;
    this.#server = createServer((desktop) => this.#connect(desktop));
    return new Promise((listening) => this.#server?.listen(port, '127.0.0.1', listening));
  }

  /** Cuts the next calls that look like this; `then` is done at that very moment. */
  cut(call: RegExp, cut: Cut, { times = 1, then = () => {} } = {}): void {
    this.#rule = { call, cut, times, then };
  }

  /** How often it is still going to cut. */
  get cutsLeft(): number {
    return this.#rule?.times ?? 0;
  }

  /** The network is gone, or back. */
  set down(down: boolean) {
    this.#down = down;
    if (down) for (const end of this.#ends) end.destroy();
  }

  close(): Promise<void> {
    this.down = true;
    return new Promise((closed) => (this.#server ? this.#server.close(() => closed()) : closed()));
  }

  #connect(desktop: Socket): void {
    if (this.#down) return void desktop.destroy();
    const service = createConnection(this.#service, '127.0.0.1');
    let cut: Rule | undefined;
    const end = (): void => {
      desktop.destroy();
      service.destroy();
    };
    for (const socket of [desktop, service]) {
      this.#ends.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        this.#ends.delete(socket);
        end();
      });
    }
    desktop.on('data', (bytes) => {
      const rule = this.#rule;
      if (rule && rule.times > 0 && rule.call.test(bytes.toString('latin1'))) {
        rule.times -= 1;
        cut = rule;
      }
      if (cut?.cut === 'before the call') {
        cut.then();
        end();
      } else {
        service.write(bytes);
      }
    });
    service.on('data', (bytes) => {
      if (!cut) return void desktop.write(bytes);
      cut.then();
      if (cut.cut === 'in the answer') desktop.end(bytes.subarray(0, -12));
      else end();
    });
  }
}
