import type { SourcePlace } from '../errors.ts';
import type { LoadProfile } from '../model/load.ts';
import type { Path } from '../model/path.ts';
import type { Policy } from '../model/policy.ts';

/** Which lab to build; `auto` takes the first that can run on this machine. */
export const LAB_CHOICES = ['docker', 'netns', 'auto'] as const;
export type LabChoice = (typeof LAB_CHOICES)[number];

/** How much of each packet is captured; `auto`: whole packets, but headers only where a scenario is a load. */
export const CAPTURE_CHOICES = ['auto', 'full', 'headers', 'off'] as const;
export type CaptureChoice = (typeof CAPTURE_CHOICES)[number];

/** Id of the scenario that makes the profiles of `loads`. */
export const LOAD_SCENARIO = 'load';

/** A scenario as far as a spec has to know it. */
export interface ScenarioEntry {
  readonly id: string;
  readonly title: string;
  /** Options with their defaults; all are whole numbers, and the unit is the end of the name: `holdMs`. */
  readonly defaults: Readonly<Record<string, number>>;
  /** Runs only where a spec or a flag names it. Absent: it is among those that run without a word. */
  readonly isSpecial?: true;
}

/** The names a spec may use. The composition root makes it out of the registries. */
export interface Vocabulary {
  /** Names of proxy services: `haproxy`, `nginx` ... */
  readonly services: readonly string[];
  /** Audit ids: `refused-upgrade`, `idle-cutoff` ... */
  readonly audits: readonly string[];
  readonly scenarios: readonly ScenarioEntry[];
}

/** Options of one scenario by name, always whole numbers. */
export type ScenarioOptions = Readonly<Record<string, number>>;

/** Settings as a spec file gives them: only what it says. */
export interface SpecSettings {
  readonly lab?: LabChoice;
  readonly seed?: number;
  readonly congestionControl?: string;
  readonly scenarios?: readonly string[];
  readonly out?: string;
  readonly capture?: CaptureChoice;
  /** Bytes of each packet that are kept where only headers are. */
  readonly captureHeaderBytes?: number;
  /** Most that the captures of one device may take, in MB. */
  readonly captureMegabytes?: number;
  /** By what the durations of every config are divided in the copies that run. */
  readonly timeScale?: number;
}

/** A user's own config, run as it is, and what `hopscope check` would be told about it. Null and empty: not said. */
export interface CheckedConfig {
  /** What the ids of its paths begin with; null: with the host that each entry is for. */
  readonly id: string | null;
  /** Absolute: a file, or a folder of them. */
  readonly config: string;
  /** The path as the user wrote it or would recognise it. */
  readonly label: string;
  readonly as: string | null;
  readonly version: string | null;
  readonly at: string | null;
  /** Absolute. */
  readonly root: string | null;
  /** `SRC[:DEST]`, each absolute. */
  readonly provide: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly urls: readonly string[];
  readonly render: string | null;
}

/** A pattern of the policy that matches none of the paths that the spec declares: whether it is about an entry of a checked config is known when these are read. */
export interface OpenPattern {
  /** What messages call it: `policy.levels[0].path`. */
  readonly name: string;
  readonly pattern: string;
  /** Whether paths that are not measured (control paths ...) are among those that it may be about. */
  readonly controlsToo: boolean;
  readonly place: SourcePlace;
}

/** A spec file, read and checked: names are unique and known, every config is there, every path has a control path. */
export interface Spec {
  /** The spec file as the user knows it, for messages and reports. */
  readonly label: string;
  readonly settings: SpecSettings;
  /** Only what the file says, by scenario id. */
  readonly scenarioOptions: Readonly<Record<string, ScenarioOptions>>;
  /** Profiles by name, with the seed of the file. */
  readonly loads: Readonly<Record<string, LoadProfile>>;
  readonly paths: readonly Path[];
  readonly checks: readonly CheckedConfig[];
  readonly openPatterns: readonly OpenPattern[];
  readonly policy: Policy;
}
