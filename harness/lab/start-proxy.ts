import { basename, dirname, join } from 'node:path';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, HarnessError } from '../errors.ts';
import type { ProxyHost } from '../model/path.ts';
import type { CommandResult, ConfigRejection, ProxyService, ServicePlacement } from '../model/service.ts';
import type { Command } from './command.ts';
import type { StartedProxy } from './lab.ts';

/** What a lab must be able to do for a proxy to start in one of its hosts. */
export interface ProxyGround {
  /** Runs a program to its end in the host, from the proxy's own file system. */
  run(argv: Command): Promise<CommandResult>;
  /** Starts the proxy with stdout and stderr appended to the log file. */
  spawn(argv: Command, logFile: string, stopSignal: ProxyService['stopSignal']): Promise<Spawned>;
  /** The check of a config that is not ours, limited in time; null: it did not end. Absent: `run`. */
  check?(argv: Command): Promise<CommandResult | null>;
  listening(): Promise<ReadonlySet<number>>;
  /** Called whenever the program has begun to listen. Absent: nothing is to be done. */
  afterListening?(): Promise<void>;
  readonly placement: Omit<ServicePlacement, 'versionOutput'>;
  /** Where versions come from, for the message when the one asked for is not there. */
  readonly versionSource: string;
}

/** What a lab gives for a program that it started; the rest of a StartedProxy is the same in both labs. */
export type Spawned = Omit<StartedProxy, 'version' | 'placement' | 'isListening' | 'again' | 'run'>;

/** How sh(1), env(1) and nsenter(1) end when there is no such program. */
const NOT_FOUND = 127;

const READY_TIMEOUT_MS = 15_000;
/** How long the check of a user's own config may take: there are configs that run programs, and loop. */
export const CHECK_TIMEOUT_MS = 10_000;

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
  const configText = await configTextOf(proxy);
  const placement: ServicePlacement = { ...ground.placement, versionOutput, configText };
  await checkConfig(ground, service, proxy, placement);
  const begin = async (): Promise<StartedProxy> => {
    const log: LogPart = { file: logFile, from: await sizeOf(logFile) };
    const spawned = await ground.spawn(limited(service.startArgv(placement), proxy), logFile, service.stopSignal);
    await waitUntilListening(ground, service, proxy, log, spawned);
    await ground.afterListening?.();
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

/** A world has its main config as one of its files, which may differ from the one that it was made from. */
async function configTextOf({ config, world }: ProxyHost): Promise<string> {
  const main = world?.files.findLast(({ path }) => path === world.main);
  if (main?.kind === 'text') return main.text;
  return await readFile(main?.kind === 'copy' ? main.from : config, 'utf8');
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
  const result = await (ground.check?.(argv) ?? ground.run(argv));
  if (result === null) {
    const message = `${service.title} on host ${proxy.name} refuses its config: the config check did not end within ${CHECK_TIMEOUT_MS / 1000} s`;
    throw new HarnessError('CONFIG_ERR_REJECTED', message, { place: { file: proxy.configLabel } });
  }
  if (result.code === 0) return;
  const rejection = service.parseRejection(result);
  throw new HarnessError('CONFIG_ERR_REJECTED', `${service.title} on host ${proxy.name} refuses its config: ${rejection.message}`, {
    cause: new RejectedConfig(rejection, result, service.parseVersion(placement.versionOutput)),
    place: {
      file: rejection.file === undefined ? proxy.configLabel : labelOf(proxy, rejection.file),
      ...(rejection.line === null ? {} : { line: rejection.line }),
      ...(rejection.column === null ? {} : { column: rejection.column }),
    },
  });
}

/** A file of a user's own config is known by where the user has it, where that is known. */
function labelOf({ world, configLabel, config }: ProxyHost, path: string): string {
  // Configs written for a lab stand in one folder, with what lies beside them.
  if (world === undefined) return basename(path) === basename(config) ? configLabel : join(dirname(configLabel), basename(path));
  const from = world.files.findLast((file) => file.path === path && file.kind === 'copy');
  if (from?.kind !== 'copy') return path;
  return from.from === config ? configLabel : from.from;
}

/** Why a config was refused, in the program's own words: the cause of a CONFIG_ERR_REJECTED. */
export class RejectedConfig extends Error {
  readonly rejection: ConfigRejection;
  readonly output: CommandResult;
  /** Of the program that refused it. */
  readonly version: string | null;

  constructor(rejection: ConfigRejection, output: CommandResult, version: string | null) {
    super(rejection.message);
    this.name = 'RejectedConfig';
    this.rejection = rejection;
    this.output = output;
    this.version = version;
  }
}

export const rejectedBy = ({ cause }: HarnessError): RejectedConfig | null => (cause instanceof RejectedConfig ? cause : null);

const IN_USE = /address already in use|EADDRINUSE|cannot bind socket/i;

async function waitUntilListening(
  ground: ProxyGround,
  service: ProxyService,
  proxy: ProxyHost,
  log: LogPart,
  { exited, processes }: Pick<Spawned, 'exited' | 'processes'>,
): Promise<void> {
  let ended: Awaited<StartedProxy['exited']> | null = null;
  void exited.then((end) => {
    ended = end;
  });
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 50)) {
    if ((await ground.listening()).has(proxy.port)) {
      // nginx goes on trying for a while with one of two sockets that want the same port.
      if (IN_USE.test(await textOf(log))) throw await diedError(service, proxy, log, null);
      break;
    }
    // A user's own config may make a daemon of the program, whose first process then ends well.
    const isDaemon = async (end: { readonly code: number | null }): Promise<boolean> =>
      proxy.world !== undefined && end.code === 0 && (await processes()).length > 0;
    if (ended !== null && !(await isDaemon(ended))) throw await diedError(service, proxy, log, ended);
    if (performance.now() > deadline) {
      const seen = [...(await ground.listening())].join(', ') || 'none';
      throw notReady(service, proxy, `does not listen on port ${proxy.port} after ${READY_TIMEOUT_MS} ms (listening: ${seen})`);
    }
    await sleep(waitMs);
  }
  while (service.isReady?.(await textOf(log)) === false) {
    if (ended !== null) throw await diedError(service, proxy, log, ended);
    if (performance.now() > deadline)
      throw notReady(service, proxy, `listens, and its log does not say that all of it runs after ${READY_TIMEOUT_MS} ms`);
    await sleep(10);
  }
}

const notReady = ({ title }: ProxyService, proxy: ProxyHost, what: string): HarnessError =>
  new HarnessError(
    faultOf(proxy, 'LAB_ERR_NOT_READY'),
    `${title} on host ${proxy.name} ${what}`,
    proxy.world === undefined ? {} : { place: { file: proxy.configLabel } },
  );

/** A user's own config, or script, that does not get as far as to listen is the user's to mend, and no fault of the lab. */
const faultOf = ({ world }: ProxyHost, code: ErrorCode): ErrorCode => (world === undefined ? code : 'CONFIG_ERR_REJECTED');

async function diedError(
  service: ProxyService,
  proxy: ProxyHost,
  part: LogPart,
  end: Awaited<StartedProxy['exited']> | null,
): Promise<HarnessError> {
  const log = await textOf(part);
  const said = log.trim().split('\n').slice(-5).join(' | ').slice(0, 1000);
  const tail = said === '' ? `without a word, ${end?.signal ?? `exit code ${end?.code ?? 'unknown'}`}` : said;
  const place = { file: proxy.configLabel };
  if (IN_USE.test(log))
    return new HarnessError(faultOf(proxy, 'LAB_ERR_PORT_IN_USE'), `${service.title} on host ${proxy.name} cannot listen: ${tail}`, {
      place,
    });
  return new HarnessError(
    faultOf(proxy, 'LAB_ERR_HOST_DIED'),
    `${service.title} on host ${proxy.name} ended before it listened on port ${proxy.port}: ${tail}`,
    { place },
  );
}
