import type { DriveByKind, DriveKind, Endpoint } from '../drive/protocol.ts';
import type { EvidenceByKind, EvidenceKind, OriginConnection } from '../model/evidence.ts';
import type { OriginBehaviour } from '../model/origin-protocol.ts';
import type { Path } from '../model/path.ts';

/** A path that is up and can be driven. */
export interface LivePath {
  readonly path: Path;
  /** The control path of this path; itself when it is one. */
  readonly control: LivePath;
  /** Where the client connects; `target` replaces the path's own. */
  endpoint(target?: string): Endpoint;
  /** Sends a request to the driver in the client host. Throws DRIVE_ERR_PROTOCOL. */
  drive<K extends DriveKind>(request: DriveByKind[K]['request'] & { readonly kind: K }): Promise<DriveByKind[K]['reply']>;
  readonly origin: {
    behave(behaviour: OriginBehaviour, count: number): Promise<void>;
    /** Connections that are new or were still open at the last take. Paths of one topology share the origin. */
    take(): Promise<readonly OriginConnection[]>;
  };
}

/** What a scenario script is given. */
export interface ScenarioContext<Options> {
  readonly options: Options;
  readonly seed: number;
  /** Aborted on Ctrl-C: a scenario stops between two stimuli. */
  readonly signal: AbortSignal;
  /** Every selected path, control paths too. */
  readonly paths: readonly LivePath[];
  /**
   * Runs one stimulus on one path or on several at once, with the passive observers around it: kernel counters, link counters,
   * proxy logs. A stimulus that cannot be run is recorded as absent, with the reason; the others go on.
   */
  stimulus(on: LivePath | readonly LivePath[], run: () => Promise<void>): Promise<void>;
  record<K extends EvidenceKind>(kind: K, evidence: EvidenceByKind[K]): void;
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
  /** How much of each packet is captured unless the user says otherwise: `headers` for a load, whose packets are many. Without it all. */
  readonly capture?: 'full' | 'headers';
  /** Whether TCP_INFO of the sockets is sampled while a stimulus runs: only where sockets live long enough. */
  readonly sampleSockets?: boolean;
  run(context: ScenarioContext<Options>): Promise<void>;
}

export function defineScenario<Options extends object>(scenario: Scenario<Options>): Scenario<Options> {
  return scenario;
}
