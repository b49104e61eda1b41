import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { HarnessError } from '../errors.ts';
import type { Lab, RunningHost, StartedProxy } from '../lab/lab.ts';
import { listeningPorts } from '../lab/listening.ts';
import { WORLD_PORTS } from '../lab/netns/world-network.ts';
import { isMade, programRootOf } from '../lab/program-root.ts';
import { rejectedBy } from '../lab/start-proxy.ts';
import { planTopologies } from '../lab/topology.ts';
import type { Path } from '../model/path.ts';
import type { CommandResult, ProxyService } from '../model/service.ts';
import type { Subject } from '../model/subject.ts';
import type { Entry, ExpectedFile, Surroundings, VersionRange } from '../model/surroundings.ts';
import type { World } from '../model/world.ts';
import { entriesOf } from '../world/entries.ts';
import { planWorld, type PlannedWorld } from '../world/plan-world.ts';
import { RunNames, subjectPaths } from '../world/subject-paths.ts';
import { CertificateMaker } from '../world/certificate-maker.ts';

/** A subject whose proxy has started once in the world that was made around its config. */
export interface StoodSubject {
  readonly subject: Subject;
  readonly service: ProxyService;
  readonly surroundings: Surroundings;
  readonly planned: PlannedWorld;
  readonly entries: readonly Entry[];
  /** One for each entry, and behind the first of a run the control path of all. */
  readonly paths: readonly Path[];
  /** For every world of it, so that certificates are made once. */
  readonly certificates: CertificateMaker;
  /** Files that only the program itself asked for. */
  readonly extra: readonly ExpectedFile[];
  /** Version that it started with. */
  readonly version: string | null;
  /** What had to be chosen for it to start: another version. Null: nothing. */
  readonly note: string | null;
}

export interface StandingGround {
  readonly lab: Lab;
  /** Folder for the logs of the tries. */
  readonly logs: string;
  /** Of the run that is stood up for. */
  readonly names: RunNames;
  /** Second octets of topologies, each used once. */
  readonly octets: Iterator<number>;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** Missing files are found one by one, by the program's own words. */
const MOST_TRIES = 24;

/**
 * Starts the proxy of a subject, gives it what it says is missing, and starts it again, with another version where its words tell that this one is too old or too new.
 * Throws CONFIG_ERR_REJECTED with the program's own words and the line, CONFIG_ERR_UNREADABLE where the config has no listener, and HarnessErrors of the lab.
 */
export async function standUp(wanted: Subject, service: ProxyService, ground: StandingGround): Promise<StoodSubject> {
  let subject = wanted;
  let note: string | null = null;
  const certificates = new CertificateMaker();
  const extra: ExpectedFile[] = [];
  for (let tries = 1; ; tries += 1) {
    const surroundings = surroundingsOf(service, subject);
    const planned = await planWorld(subject, surroundings, extra, certificates);
    const entries = entriesOf(subject, surroundings);
    try {
      const version = await startOnce({ subject, planned, entries, ground, service });
      const paths = subjectPaths(subject, planned, entries, ground.names);
      return { subject, service, surroundings, planned, entries, paths, certificates, extra, version, note };
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      if (ground.signal.aborted || tries === MOST_TRIES) throw toldToUser(error, subject, service, surroundings);
      const missing = missingIn(service, error, subject);
      if (missing !== null && extra.every(({ path }) => path !== missing.path)) {
        ground.onProgress(`${subject.label} asks for ${missing.path}`);
        extra.push(missing);
        continue;
      }
      const other = otherVersion(service, error, subject);
      if (other === null) throw toldToUser(error, subject, service, surroundings);
      ground.onProgress(`${subject.label} is tried with ${service.title} ${other.version}`);
      note = `${service.title} ${other.refused} refuses it (${error.message}); ${other.because}; it was run with ${service.title} ${other.version}`;
      subject = { ...subject, version: other.version };
    }
  }
}

/** What the config of a subject expects. Throws CONFIG_ERR_UNREADABLE for a service whose configs cannot be checked. */
export function surroundingsOf(service: ProxyService, { tree, label }: Subject): Surroundings {
  if (service.readSurroundings === undefined)
    throw new HarnessError(
      'CONFIG_ERR_UNREADABLE',
      `expected a config of a proxy whose surroundings can be read, got one of ${service.title}`,
      {
        place: { file: label },
      },
    );
  return service.readSurroundings(tree);
}

/**
 * A refusal as the user needs it: at the file as the user knows it, with what is known of the line, and with which versions would take it where none of
 * them is here.
 */
export function toldToUser(
  error: HarnessError,
  { tree, given, version }: Subject,
  service: ProxyService,
  { doubts }: Surroundings,
): HarnessError {
  const { place } = error;
  if (error.code !== 'CONFIG_ERR_REJECTED' || place === null) return error;
  const path = given.find((file) => file.kind === 'copy' && file.from === place.file)?.path ?? place.file;
  const file = tree.files.get(path)?.label ?? place.file;
  const rejected = rejectedBy(error);
  const range = rejected === null || version !== null ? null : (service.acceptedBy?.(rejected.rejection) ?? null);
  const known = doubts.filter((doubt) => doubt.place?.file === file && doubt.place.line === place.line).map(({ because }) => because);
  const words = [...(range === null ? [] : [`${range.because}, and no such version is here`]), ...known];
  return new HarnessError(error.code, [error.message, ...words].join('; '), { cause: error.cause, place: { ...place, file } });
}

interface Starting {
  readonly subject: Subject;
  readonly planned: PlannedWorld;
  readonly entries: readonly Entry[];
  readonly ground: StandingGround;
  readonly service: ProxyService;
}

async function startOnce({ subject, planned, entries, ground, service }: Starting): Promise<string | null> {
  const paths = subjectPaths(subject, planned, entries, new RunNames());
  const path = paths.find(({ proxies }) => proxies.length > 0);
  if (path === undefined)
    throw new HarnessError('CONFIG_ERR_UNREADABLE', 'expected a config that listens for HTTP somewhere, found no listener in it', {
      place: { file: subject.label },
    });
  const control = paths.filter(({ proxies }) => proxies.length === 0);
  const octet = ground.octets.next().value as number;
  const [topology] = planTopologies([path, ...control], octet);
  const [proxy] = path.proxies;
  if (topology === undefined || proxy === undefined) throw new RangeError('a path with a proxy makes a topology');
  ground.onProgress(`starting ${service.title} with ${subject.label}`);
  const { hosts } = await ground.lab.bringUp(topology);
  const host = hosts.get(proxy.name);
  if (host === undefined) throw new RangeError(`host ${proxy.name} was planned`);
  const started = await host.startProxy(service, proxy, join(ground.logs, `${proxy.name}-${octet}.log`));
  await wantEntries(host, path, started);
  await started.stop();
  return started.version;
}

/** How long a program may take to end after it has closed its sockets. */
const ENDING_MS = 500;

/** It listens where its entry is: else it has ended since, or the reader and the program do not agree about the config. */
async function wantEntries(host: RunningHost, { port, proxies }: Path, { exited }: StartedProxy): Promise<void> {
  const own: readonly number[] = Object.values(WORLD_PORTS);
  const ports = [...listeningPorts(await host.readProcNet('tcp', 'tcp6'))].filter((one) => !own.includes(one));
  if (ports.includes(port)) return;
  const file = proxies[0]?.configLabel ?? '';
  const end = await Promise.race([exited, setTimeout(ENDING_MS, null)]);
  const seen =
    end === null
      ? `found ${ports.join(', ') || 'no port'}`
      : `but it ended as soon as it did, ${end.signal ?? `exit code ${String(end.code)}`}`;
  throw new HarnessError(
    end === null ? 'LAB_ERR_NOT_READY' : 'CONFIG_ERR_REJECTED',
    `expected ${file} to listen on port ${port}, ${seen}`,
    { place: { file } },
  );
}

function missingIn(service: ProxyService, error: HarnessError, { label }: Subject): ExpectedFile | null {
  const found = service.missingFile?.(wordsOf(error)) ?? null;
  const place = { file: label, line: error.place?.line ?? 1, column: error.place?.column ?? 1 };
  return found === null ? null : { ...found, names: [], isOptional: false, place };
}

const wordsOf = (error: HarnessError): CommandResult => rejectedBy(error)?.output ?? { code: 1, stdout: '', stderr: error.message };

/** A version that is there and may take a config that another refuses, by the refusing one's words. */
function otherVersion(
  service: ProxyService,
  error: HarnessError,
  { version: tried }: Subject,
): { readonly version: string; readonly refused: string; readonly because: string } | null {
  const rejected = rejectedBy(error);
  if (rejected === null || tried !== null) return null;
  const range = service.acceptedBy?.(rejected.rejection) ?? null;
  if (range === null) return null;
  const here = Object.keys(service.image.debianSuites).filter((version) => {
    const root = programRootOf(service, version);
    return root !== null && isMade(root);
  });
  const version = versionFor(here, range);
  return version === null ? null : { version, refused: rejected.version ?? 'of this machine', because: range.because };
}

/** Of versions, oldest first, the one in a range that is nearest to what the machine has: the newest of older ones, the oldest of newer ones. Pure. */
export function versionFor(versions: readonly string[], { from, before }: Pick<VersionRange, 'from' | 'before'>): string | null {
  const within = versions.filter((version) => isWithin(version, from, before));
  return (before === null ? within[0] : within.at(-1)) ?? null;
}

const isWithin = (version: string, from: string | null, before: string | null): boolean =>
  (from === null || isNotOlder(version, from)) && (before === null || !isNotOlder(version, before));

function isNotOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  for (const [index, number] of (b ?? []).entries()) {
    const own = a?.[index];
    // `1.26` is a line of versions: any of it may be as new as 1.26.3.
    if (own === undefined) return true;
    if (own !== number) return own > number;
  }
  return true;
}

/** The same paths with another world around their proxies. */
export const withWorld = (paths: readonly Path[], world: World): readonly Path[] =>
  paths.map((path) => ({ ...path, proxies: path.proxies.map((proxy) => ({ ...proxy, world })) }));
