import { readFile } from 'node:fs/promises';
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
  spawn(argv: Command, logFile: string, stopSignal: ProxyService['stopSignal']): Promise<Omit<StartedProxy, 'version'>>;
  listening(): Promise<ReadonlySet<number>>;
  readonly placement: Omit<ServicePlacement, 'versionOutput'>;
  /** Where versions come from, for the message when the one asked for is not there. */
  readonly versionSource: string;
}

const READY_TIMEOUT_MS = 15_000;

/** Version, config check, start, ready: the same order and the same errors in both labs. */
export async function startProxyOn(ground: ProxyGround, service: ProxyService, proxy: ProxyHost, logFile: string): Promise<StartedProxy> {
  const printed = await ground.run(service.versionArgv(ground.placement.program));
  const versionOutput = `${printed.stdout}${printed.stderr}`;
  const version = service.parseVersion(versionOutput);
  if (proxy.version !== null && !isVersion(version, proxy.version)) {
    const message = `host ${proxy.name} asks for ${service.title} ${proxy.version}, but ${ground.versionSource} is ${version ?? 'of an unknown version'}`;
    throw new HarnessError('LAB_ERR_VERSION_MISSING', message);
  }
  const configText = await readFile(proxy.config, 'utf8');
  const placement: ServicePlacement = { ...ground.placement, versionOutput, configText };
  await checkConfig(ground, service, proxy, placement);
  const started = await ground.spawn(service.startArgv(placement), logFile, service.stopSignal);
  await waitUntilListening(ground, service, proxy, logFile, started.exited);
  return { ...started, version: (await runningVersion(service, logFile)) ?? version };
}

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
const isVersion = (actual: string | null, wanted: string): boolean => actual === wanted || (actual?.startsWith(`${wanted}.`) ?? false);

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
  logFile: string,
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
      if (IN_USE.test(await readFile(logFile, 'utf8').catch(() => ''))) throw await diedError(service, proxy, logFile);
      return;
    }
    if (ended !== null) throw await diedError(service, proxy, logFile);
    if (performance.now() > deadline) break;
    await sleep(waitMs);
  }
  const seen = [...(await ground.listening())].join(', ') || 'none';
  throw new HarnessError(
    'LAB_ERR_NOT_READY',
    `${service.title} on host ${proxy.name} does not listen on port ${proxy.port} after ${READY_TIMEOUT_MS} ms (listening: ${seen})`,
  );
}

async function diedError(service: ProxyService, proxy: ProxyHost, logFile: string): Promise<HarnessError> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
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
