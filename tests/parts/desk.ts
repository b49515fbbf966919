/** A clinician's computer: the real agent, and the real window driven by WebDriver. */

import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Builder, By, Capabilities, type WebDriver, type WebElement } from 'selenium-webdriver';

import { ROOT, Running, freePort, newFolder, program, remove, run } from './machine.ts';
import { latchkeyOnScreen } from './screen.ts';
import { until } from './wait.ts';

/** What a program on a desktop is started with; nothing of the test's own. */
function desktopEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const names = ['DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'HOME', 'PATH', 'LANG', 'TZ'];
  const beginnings = ['XDG_', 'GDK_', 'LIBGL_', 'GSETTINGS_'];
  const kept = Object.entries(process.env).filter(
    ([name]) => names.includes(name) || beginnings.some((begin) => name.startsWith(begin)),
  );
  return { ...Object.fromEntries(kept), ...more };
}

export class Desk {
  readonly #folder = newFolder('desk');
  readonly #opened = join(this.#folder, 'opened-in-browser');
  #agent: Running | undefined;
  #driver: Running | undefined;
  #window: WebDriver | undefined;

  get dataDir(): string {
    return join(this.#folder, 'data');
  }

  /** Starts the agent, as at log-in. Its browser only notes the address. */
  async startAgent(): Promise<Running> {
    const browser = join(this.#folder, 'browser');
    writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" >'${this.#opened}'\n`);
    chmodSync(browser, 0o755);
    const agent = new Running(
      program('latchkey-agent'),
      ['--data-dir', this.dataDir],
      'agent',
      desktopEnvironment({ BROWSER: browser, LATCHKEY_LOG: 'debug' }),
    );
    this.#agent = agent;
    await until('the agent answers', async () => {
      if (agent.ended) throw new Error(`the agent ended with ${agent.exitCode}`);
      return await this.status();
    });
    return agent;
  }

  /** The agent that runs, whoever started it. */
  agentId(): Promise<number> {
    return until('an agent runs', () => this.#processes('latchkey-agent')[0]);
  }

  /** Sends the agent, or the window, a signal. */
  async signal(which: 'latchkey-agent' | 'latchkey', signal: NodeJS.Signals): Promise<void> {
    const id = await until(`${which} runs`, () => this.#processes(which)[0]);
    process.kill(id, signal);
  }

  /** Programs of ours that run on this desk's data. */
  #processes(name: string): number[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .filter((id) => {
        try {
          const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
          const state = /^State:\s+(\w)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
          return words[0]?.endsWith(`/${name}`) && words.includes(this.dataDir) && state !== 'Z';
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  /** What `latchkey-agent status --json` prints. */
  async status(): Promise<AgentStatus> {
    const said = await run(
      program('latchkey-agent'),
      ['status', '--json', '--data-dir', this.dataDir],
      desktopEnvironment(),
    );
    return JSON.parse(said) as AgentStatus;
  }

  /** `latchkey-agent quit`: ends agent and window. */
  async quit(): Promise<void> {
    await run(
      program('latchkey-agent'),
      ['quit', '--data-dir', this.dataDir],
      desktopEnvironment(),
    );
    await until('the agent ends when it is told to', () => this.#agent?.ended ?? true, 10);
  }

  /** The address that the agent opened in the system browser. */
  openedInBrowser(): Promise<string> {
    return until('the agent opens the system browser', () => {
      if (!existsSync(this.#opened)) return null;
      const url = readFileSync(this.#opened, 'utf8');
      rmSync(this.#opened);
      return url;
    });
  }

  /** True where the browser was opened since it was last asked. */
  get askedForBrowser(): boolean {
    return existsSync(this.#opened);
  }

  /** Opens the window under the driver. */
  async openWindow(): Promise<WebDriver> {
    const [port, native] = [await freePort(), await freePort()];
    this.#driver = new Running(
      process.env.LATCHKEY_DRIVER ?? join(ROOT, 'target/tools/bin/tauri-driver'),
      ['--port', `${port}`, '--native-port', `${native}`],
      'driver',
      desktopEnvironment(),
    );
    const capabilities = new Capabilities({
      browserName: 'wry',
      'tauri:options': { application: program('latchkey'), args: ['--data-dir', this.dataDir] },
    });
    this.#window = await until('the driver opens the window', () =>
      new Builder().usingServer(`http://127.0.0.1:${port}/`).withCapabilities(capabilities).build(),
    );
    return this.#window;
  }

  /** Ends the window's process. */
  async closeWindow(): Promise<void> {
    await this.#window?.quit().catch(() => undefined);
    this.#window = undefined;
    await this.#driver?.end();
    this.#driver = undefined;
  }

  get window(): WebDriver {
    if (!this.#window) throw new Error('The window is not open.');
    return this.#window;
  }

  /** All words in the window. */
  async words(): Promise<string> {
    return this.window.findElement(By.css('body')).getText();
  }

  /** Waits until the window says something. */
  says(words: string | RegExp, seconds = 20): Promise<string> {
    return until(
      `the window says ${words}`,
      async () => {
        const all = await this.words();
        const found = typeof words === 'string' ? all.includes(words) : words.test(all);
        return found && all;
      },
      seconds,
    );
  }

  /** The one button, link or field with this accessible name. */
  named(name: string | RegExp, seconds = 20): Promise<WebElement> {
    return until(
      `the window has a control named ${name}`,
      async () => {
        const all = await this.window.findElements(
          By.css('button, a[href], input, textarea, [role=option], [role=button]'),
        );
        for (const element of all) {
          if (!(await element.isDisplayed())) continue;
          const found = (await element.getAccessibleName()).replace(/\s+/g, ' ').trim();
          if (typeof name === 'string' ? found === name : name.test(found)) return element;
        }
        return null;
      },
      seconds,
    );
  }

  async press(name: string | RegExp): Promise<void> {
    await until(`the window takes a press on ${name}`, async () => {
      const element = await this.named(name);
      await this.window.executeScript(
        `addEventListener('click', (press) => { window.pressed = press; }, { capture: true, once: true });`,
      );
      await element.click();
      return this.#wasTaken();
    });
  }

  /** Opens a request: only rows that can be seen are drawn, so the list is scrolled to it. */
  async pressRow(name: RegExp): Promise<void> {
    await until(`the list has a row named ${name}`, async () => {
      for (const row of await this.window.findElements(By.css('[role=listbox] [role=option]'))) {
        if (name.test(await row.getAccessibleName())) return true;
      }
      // A page further, and from the top again.
      await this.window.executeScript(`
        const list = document.querySelector('[role=listbox]');
        const end = list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
        list.scrollTo(0, end ? 0 : list.scrollTop + list.clientHeight);
      `);
      return false;
    });
    await this.press(name);
  }

  /** Right after a strip came or went no press is taken; whoever pressed presses again. */
  async #wasTaken(): Promise<boolean> {
    try {
      return await this.window.executeScript('return !window.pressed?.defaultPrevented;');
    } catch {
      // It was the press that closed the window.
      return true;
    }
  }

  /** Somebody clicks on another window. */
  async loseFocus(): Promise<void> {
    const other = new Running('/usr/bin/xmessage', ['-center', 'Another window'], 'other-window');
    await until('the other window has the focus', async () => {
      const id = await run('xdotool', ['search', '--onlyvisible', '--class', 'Xmessage']);
      await run('xdotool', ['windowactivate', '--sync', id.trim()]);
      return true;
    });
    await other.end();
  }

  /** Kills the window that the agent itself started: it holds nothing that could be lost. */
  async killOwnWindow(): Promise<void> {
    const id = (await run('xdotool', ['getwindowpid', await latchkeyOnScreen()])).trim();
    process.kill(Number(id), 'SIGKILL');
    await until('the window is gone', async () => !(await this.status()).window, 30);
  }

  async close(): Promise<void> {
    await this.end();
    this.remove();
  }

  remove(): void {
    remove(this.#folder);
  }

  /** Ends window and agent. */
  async end(): Promise<void> {
    await this.closeWindow();
    // A window may have started another one meanwhile.
    for (const id of this.#processes('latchkey-agent')) {
      process.kill(id, 'SIGCONT');
      process.kill(id, 'SIGTERM');
    }
    await until('no agent runs', () => this.#processes('latchkey-agent').length === 0);
  }
}

/** As `crates/view` says. */
export interface AgentStatus {
  version: string;
  signed_in: string | null;
  connected_since: number | null;
  unread: number;
  window: boolean;
  locked: boolean;
}
