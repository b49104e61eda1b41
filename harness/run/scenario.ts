import type { DriveByKind, DriveKind, Endpoint } from '../drive/protocol.ts';
import type { ActionEvidence, HostAction, HostActionKind } from '../model/action-evidence.ts';
import type { EvidenceByKind, EvidenceKind, LoadTotals, OriginConnection } from '../model/evidence.ts';
import type { LoadBucket, LoadProfile, LoadResult } from '../model/load.ts';
import type { OriginBehaviour } from '../model/origin-protocol.ts';
import type { Path } from '../model/path.ts';
import type { ScenarioFacts } from '../model/run-facts.ts';
import type { ConfigLine } from '../model/service.ts';
import type { PlayedEnd, Step } from '../model/play.ts';

/** A path that is up and can be driven. */
export interface LivePath {
  readonly path: Path;
  /** The control path of this path; itself when it is one. */
  readonly control: LivePath;
  /** Lines of its proxies' configs that matter, from the client on, with limits of time as they are run. */
  readonly configured: readonly { readonly host: string; readonly line: ConfigLine }[];
  /** Where the client connects; `target` replaces the path's own. */
  endpoint(target?: string): Endpoint;
  /** Sends a request to the driver in the client host. Throws DRIVE_ERR_PROTOCOL. */
  drive<K extends DriveKind>(request: DriveByKind[K]['request'] & { readonly kind: K }): Promise<DriveByKind[K]['reply']>;
  /**
   * Makes a load with as many drivers as its profile wants, and joins what they report. However it ends (Ctrl-C, a driver that dies), what was measured by
   * then comes back, within two seconds; only a load that could not begin throws DRIVE_ERR_PROTOCOL.
   */
  load(wanted: WantedLoad): Promise<LoadTotals & LoadResult>;
  readonly origin: {
    behave(behaviour: OriginBehaviour, count: number): Promise<void>;
    /** Connections that are new or were still open at the last take. Paths of one topology share the origin. */
    take(): Promise<readonly OriginConnection[]>;
    /** Scripts for connections whose target carries `play=<id>`. Ids must be unique in the topology: begin them with the path's id. `asking`: those whose
     * request asks for an upgrade; where it arrives without, the origin answers 426 instead. */
    plan(plays: Readonly<Record<string, readonly Step[]>>, deadlineMs: number, asking?: readonly string[]): Promise<void>;
    /** What became of them, once they are over or `waitMs` are; what is open then is ended. */
    played(plays: readonly string[], waitMs?: number): Promise<Readonly<Record<string, readonly PlayedEnd[]>>>;
  };
  /** What `act` can do to a host of this path; nothing to one that is not on it. */
  actions(host: string): readonly HostActionKind[];
  /** The processes of a proxy that were there before the latest action on it and still are, its main process apart. */
  oldProcesses(host: string): Promise<number>;
  /** Does something to a host of the path and records it as evidence. Throws DRIVE_ERR_PROTOCOL, LAB_ERR_NOT_READY, LAB_ERR_HOST_DIED. */
  act(action: HostAction): Promise<ActionEvidence>;
}

/** A load as a scenario wants it. */
export interface WantedLoad {
  readonly profile: LoadProfile;
  /** For connect, TLS and upgrade of one connection. */
  readonly openingMs: number;
  readonly maxUpgradeFailures: number;
  /** Called about once a second with what all drivers told together since the last call. */
  readonly onBucket?: (bucket: LoadBucket) => void;
}

/** What a scenario script is given. */
export interface ScenarioContext<Options> {
  readonly options: Options;
  readonly seed: number;
  /** By what the durations of the configs were divided, and whether limits are waited for however long they are. */
  readonly timeScale: { readonly factor: number; readonly isRealTime: boolean };
  /** Aborted on Ctrl-C: a scenario stops between two stimuli. */
  readonly signal: AbortSignal;
  /** Load profiles of the spec that were selected, by name. */
  readonly loads: Readonly<Record<string, LoadProfile>>;
  /** Every selected path, control paths too. */
  readonly paths: readonly LivePath[];
  /**
   * Runs one stimulus on one path or on several at once, with the passive observers around it: kernel counters, link counters,
   * proxy logs. A stimulus that cannot be run is recorded as absent, with the reason; the others go on.
   */
  stimulus(on: LivePath | readonly LivePath[], run: () => Promise<void>): Promise<void>;
  record<K extends EvidenceKind>(kind: K, evidence: EvidenceByKind[K]): void;
  /** A Chromium that runs inside client hosts, by its path; null where this lab or machine has none. */
  readonly browserProgram: string | null;
  /** Shows what is being done and how far: `done` of `total` parts of this scenario are behind it. */
  progress(what: string, done: number, total: number): void;
}

/** A named stimulus over every path, with the requirements it exercises. */
export interface Scenario<Options extends object = object> {
  readonly id: string;
  readonly title: string;
  /** What it sends, what for, and what it records: one or two sentences. */
  readonly about: string;
  /** Options with their defaults; a spec may change them under `scenarios:`. All are numbers. */
  readonly defaults: Options;
  /** Runs only where a spec or a flag names it: it takes long, stops proxies, or asks what not everybody wants to know. */
  readonly isSpecial?: true;
  /**
   * Asks for pages, hosts or targets that only configs written for this lab lead to: paths of users' own configs are left out, because it would accuse them of what
   * they were never meant to do.
   */
  readonly isForLabConfigs?: true;
  /** How much of each packet is captured unless the user says otherwise: `headers` for a load, whose packets are many. Without it all. */
  readonly capture?: 'full' | 'headers' | 'off';
  /** Whether TCP_INFO of the sockets is sampled while a stimulus runs: only where sockets live long enough. */
  readonly sampleSockets?: boolean;
  /** Whether CPU, memory and kernel counters of the hosts are sampled every second while a stimulus runs on one path. */
  readonly sampleUsage?: boolean;
  /** Whether it drops packets inside their sender's own stack: the kernel counts what it sends again there, and no capture has it. */
  readonly cutsInHosts?: boolean;
  run(context: ScenarioContext<Options>): Promise<void>;
}

/** Whether packets are dropped inside their senders while the scenario at `index` runs: the one before it may have left connections that are still sent to. */
export const areCutInHosts = (scenarios: readonly { readonly scenario: Pick<Scenario, 'cutsInHosts'> }[], index: number): boolean =>
  scenarios.slice(Math.max(0, index - 1), index + 1).some(({ scenario }) => scenario.cutsInHosts === true);

/** What a run folder keeps of a scenario. */
export const scenarioFacts = ({ id, title, isForLabConfigs }: Scenario): ScenarioFacts => ({
  id,
  title,
  ...(isForLabConfigs === undefined ? {} : { isForLabConfigs }),
});

export function defineScenario<Options extends object>(scenario: Scenario<Options>): Scenario<Options> {
  return scenario;
}
