import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { CommandResult } from '../../model/service.ts';
import { scriptOf, type Command } from '../command.ts';
import type { ProxyProcess } from '../lab.ts';
import { FILES_LIMIT } from '../open-files.ts';
import { readProcess } from '../read-process.ts';
import type { Spawned } from '../start-proxy.ts';
import { asking, statusOf, type Container } from './docker-client.ts';
import { endingOf, runIn, type Ending } from './exec.ts';

const STOP_TIMEOUT_MS = 2000;

/**
 * A container that waits for a command on stdin and then becomes it. So version and config check run in the very container
 * the proxy runs in, one container is started instead of three, and the proxy is its first process with its own stdout.
 */
export class ProxyContainer {
  static readonly command: readonly string[] = ['sh', '-c', `${FILES_LIMIT}; IFS= read -r command && eval "exec $command" </dev/null`];
  readonly #container: Container;

  constructor(container: Container) {
    this.#container = container;
  }

  run(argv: Command): Promise<CommandResult> {
    return runIn(this.#container, argv);
  }

  /** Becomes the proxy. Its stdout and stderr are appended to the log file in the order they arrive. */
  async start(argv: Command, logFile: string, stopSignal: NodeJS.Signals): Promise<Pick<Spawned, 'exited' | 'stop'>> {
    const container = this.#container;
    const log = createWriteStream(logFile, { flags: 'a' });
    const duplex = await asking('attach to a proxy', async (): Promise<Duplex> => {
      const attached = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
      container.modem.demuxStream(attached, log, log);
      return attached as Duplex;
    });
    const drained = once(duplex, 'close');
    duplex.on('error', () => duplex.destroy());
    const waited = container.wait().then(
      ({ StatusCode }: { readonly StatusCode: number }) => endingOf(StatusCode),
      // Removed by force, with the whole session.
      (): Ending => ({ code: null, signal: 'SIGKILL' }),
    );
    const exited = waited.then(async (ending) => {
      duplex.end();
      await drained;
      await new Promise<void>((resolve) => log.end(resolve));
      return ending;
    });
    // scriptOf quotes; a line break inside a word cannot be said in one line, and no argument of a proxy has one.
    duplex.write(`${scriptOf([argv]).split('\n')[1] ?? ''}\n`);
    const stop = async (): Promise<void> => {
      await this.#kill(stopSignal);
      const timer = setTimeout(() => void this.#kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
      await this.remove();
    };
    return { exited, stop };
  }

  /** Its processes, where this machine sees those of the engine; none where it does not, or when the container is over. */
  async processes(): Promise<readonly ProxyProcess[]> {
    const container = this.#container;
    const top = (await container.top({ ps_args: '-eo pid' }).catch(() => null)) as {
      readonly Processes: readonly string[][] | null;
    } | null;
    // Null when the last of them has just ended.
    const pids = (top?.Processes ?? []).map(([pid]) => Number(pid));
    return pids.flatMap((pid) => (groupsOf(pid).includes(container.id) ? (readProcess(pid) ?? []) : []));
  }

  async remove(): Promise<void> {
    await this.#container.remove({ force: true, v: true }).catch(ignoreGone);
  }

  async #kill(signal: NodeJS.Signals): Promise<void> {
    await this.#container.kill({ signal }).catch(ignoreGone);
  }
}

/** Pids may mean other processes here than where the engine runs: the control group tells. */
function groupsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return '';
  }
}

/** 404 and 409: it is not there, or not running any more. */
function ignoreGone(error: unknown): void {
  const status = statusOf(error);
  if (status !== 404 && status !== 409) throw error;
}
