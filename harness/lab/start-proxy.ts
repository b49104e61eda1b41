import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../errors.ts';
import type { ProxyHost } from '../model/path.ts';
import type { CommandResult, ProxyService, ServicePlacement } from '../model/service.ts';
import type { Command } from './command.ts';
import type { StartedProxy } from './lab.ts';

/** What a lab must be able to do for a proxy to start in one of its hosts. */
export interface ProxyGround {
  /** Runs a program to its end in the host, from the proxy's own file system. */
  run(argv: Command): Promise<CommandResult>;
  /** Starts the proxy with stdout and stderr appended to the log file. */
  spawn(argv: Command, logFile: string, stopSignal: ProxyService['stopSignal']): Promise<Spawned>;
  listening(): Promise<ReadonlySet<number>>;
  readonly placement: Omit<ServicePlacement, 'versionOutput'>;
  /** Where versions come from, for the message when the one asked for is not there. */
  readonly versionSource: string;
}

/** What a lab gives for a program that it started; the rest of a StartedProxy is the same in both labs. */
export type Spawned = Omit<StartedProxy, 'version' | 'placement' | 'isListening' | 'again' | 'run'>;

/** How sh(1), env(1) and nsenter(1) end when there is no such program. */
const NOT_FOUND = 127;

const READY_TIMEOUT_MS = 15_000;

/** Version, config check, start, ready: the same order and the same errors in both labs. */
export async function startProxyOn(ground: ProxyGround, service: ProxyService, proxy: ProxyHost, logFile: string): Promise<StartedProxy> {
  const printed = await ground.run(service.versionArgv(ground.placement.program));
  const versionOutput = `${printed.stdout}${printed.stderr}`;
  if (printed.code === NOT_FOUND) {
    const program = ground.placement.program;
    const hint =
      service.image.debianPackages.length === 0 ? 'Debian has no package of it' : `\`hopscope setup\` installs what a spec needs`;
    throw new HarnessError(
      'LAB_ERR_MISSING_TOOL',
      `host ${proxy.name} needs the program '${program}' (${service.title}), and there is none; ${hint}`,
    );
  }
  const version = service.parseVersion(versionOutput);
  if (proxy.version !== null && !isVersion(version, proxy.version)) {
    const message = `host ${proxy.name} asks for ${service.title} ${proxy.version}, but ${ground.versionSource} is ${version ?? 'of an unknown version'}`;
    throw new HarnessError('LAB_ERR_VERSION_MISSING', message);
  }
  const configText = await readFile(proxy.config, 'utf8');
  const placement: ServicePlacement = { ...ground.placement, versionOutput, configText };
  await checkConfig(ground, service, proxy, placement);
  const begin = async (): Promise<StartedProxy> => {
    const log: LogPart = { file: logFile, from: await sizeOf(logFile) };
    const spawned = await ground.spawn(limited(service.startArgv(placement), proxy), logFile, service.stopSignal);
    await waitUntilListening(ground, service, proxy, log, spawned.exited);
    return {
      ...spawned,
      version: (await runningVersion(service, logFile)) ?? version,
      placement,
      run: (argv) => ground.run(argv),
      isListening: async () => (await ground.listening()).has(proxy.port),
      again: begin,
    };
  };
  return await begin();
}

/** The limit on open files is the process's own, soft and hard, so that no program raises it again. */
const limited = (argv: Command, { openFiles }: ProxyHost): Command =>
  openFiles === undefined ? argv : ['sh', '-c', `ulimit -n ${openFiles} && exec "$@"`, 'sh', ...argv];

/** A log from where it stood when its program was started: what an instance before it wrote is not read. */
interface LogPart {
  readonly file: string;
  readonly from: number;
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

const textOf = ({ file, from }: LogPart): Promise<string> =>
  readFile(file).then(
    (bytes) => bytes.toString('utf8', from),
    () => '',
  );

/** A program may listen a moment before its first log line has arrived. */
const FIRST_LINE_TIMEOUT_MS = 1000;

async function runningVersion(service: ProxyService, logFile: string): Promise<string | null> {
  if (service.runningVersion === undefined) return null;
  for (const deadline = performance.now() + FIRST_LINE_TIMEOUT_MS; performance.now() < deadline; await sleep(10)) {
    const version = service.runningVersion(await readFile(logFile, 'utf8').catch(() => ''));
    if (version !== null) return version;
  }
  return null;
}

/** `2.6` asks for any 2.6.x; `2.6.12` for just that. */
export const isVersion = (actual: string | null, wanted: string): boolean =>
  actual === wanted || (actual?.startsWith(`${wanted}.`) ?? false);

async function checkConfig(ground: ProxyGround, service: ProxyService, proxy: ProxyHost, placement: ServicePlacement): Promise<void> {
  const argv = service.checkArgv(placement);
  if (argv === null) return;
  const result = await ground.run(argv);
  if (result.code === 0) return;
  const rejection = service.parseRejection(result);
  throw new HarnessError('CONFIG_ERR_REJECTED', `${service.title} on host ${proxy.name} refuses its config: ${rejection.message}`, {
    place: {
      file: proxy.configLabel,
      ...(rejection.line === null ? {} : { line: rejection.line }),
      ...(rejection.column === null ? {} : { column: rejection.column }),
    },
  });
}

const IN_USE = /address already in use|EADDRINUSE|cannot bind socket/i;

async function waitUntilListening(
  ground: ProxyGround,
  service: ProxyService,
  proxy: ProxyHost,
  log: LogPart,
  exited: StartedProxy['exited'],
): Promise<void> {
  let ended: Awaited<StartedProxy['exited']> | null = null;
  void exited.then((end) => {
    ended = end;
  });
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 50)) {
    if ((await ground.listening()).has(proxy.port)) {
      // nginx goes on trying for a while with one of two sockets that want the same port.
      if (IN_USE.test(await textOf(log))) throw await diedError(service, proxy, log);
      return;
    }
    if (ended !== null) throw await diedError(service, proxy, log);
    if (performance.now() > deadline) break;
    await sleep(waitMs);
  }
  const seen = [...(await ground.listening())].join(', ') || 'none';
  throw new HarnessError(
    'LAB_ERR_NOT_READY',
    `${service.title} on host ${proxy.name} does not listen on port ${proxy.port} after ${READY_TIMEOUT_MS} ms (listening: ${seen})`,
  );
}

async function diedError(service: ProxyService, proxy: ProxyHost, part: LogPart): Promise<HarnessError> {
  const log = await textOf(part);
  const tail = log.trim().split('\n').slice(-5).join(' | ').slice(0, 1000);
  const place = { file: proxy.configLabel };
  if (IN_USE.test(log))
    return new HarnessError('LAB_ERR_PORT_IN_USE', `${service.title} on host ${proxy.name} cannot listen: ${tail}`, { place });
  return new HarnessError(
    'LAB_ERR_HOST_DIED',
    `${service.title} on host ${proxy.name} ended before it listened on port ${proxy.port}: ${tail}`,
    { place },
  );
}
