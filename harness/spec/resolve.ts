import { HarnessError } from '../errors.ts';
import type { LoadProfile } from '../model/load.ts';
import type { Path } from '../model/path.ts';
import type { Policy } from '../model/policy.ts';
import { askedScenarios, chosenLoads } from './choose-loads.ts';
import { withClientAddresses } from './client-ports.ts';
import { deepFreeze, type Frozen } from './deep-freeze.ts';
import { suggestion } from './nearest.ts';
import { quoted } from './problem.ts';
import { DEFAULT_SEED, MAX_SEED, MAX_TIME_SCALE } from './read-settings.ts';
import { selectPaths } from './select.ts';
import {
  CAPTURE_CHOICES,
  type CaptureChoice,
  LAB_CHOICES,
  type LabChoice,
  type ScenarioOptions,
  type Spec,
  type Vocabulary,
} from './spec.ts';

/** Everything that decides how a run is made, apart from its paths. */
export interface Settings {
  readonly lab: LabChoice;
  readonly seed: number;
  readonly congestionControl: string;
  /** Ids of the scenarios to run, in order. */
  readonly scenarios: readonly string[];
  /** Folder to write the run into; null: a new one below `runs/`. */
  readonly out: string | null;
  readonly capture: CaptureChoice;
  /** Bytes of each packet that are kept where only headers are. */
  readonly captureHeaderBytes: number;
  /** Most that the captures of one device may take in one scenario, in MB. */
  readonly captureMegabytes: number;
  /** By what the durations of every config are divided in the copies that run; 1: they run as they are. */
  readonly timeScale: number;
  /** Limits of time are waited for however long they are; with a time scale of 1. */
  readonly realTime: boolean;
  readonly quiet: boolean;
  readonly keep: boolean;
}

/** Where a setting came from: the strongest that says anything wins, and they stand here from the weakest to the strongest. */
export type SettingSource = 'default' | 'spec file' | 'environment' | 'flag';

/** What flags say; absent means that the flag was not given. */
export interface FlagSettings {
  readonly lab?: LabChoice;
  readonly seed?: number;
  readonly out?: string;
  readonly capture?: CaptureChoice;
  readonly timeScale?: number;
  readonly realTime?: boolean;
  readonly quiet?: boolean;
  readonly keep?: boolean;
  /** Patterns. Empty: not given. */
  readonly paths?: readonly string[];
  readonly scenarios?: readonly string[];
  readonly loads?: readonly string[];
}

/** The whole configuration of a run. Deeply frozen; saved in the run folder as it is. */
export interface Resolved {
  readonly specLabel: string;
  readonly settings: Settings;
  readonly sources: Readonly<Record<keyof Settings, SettingSource>>;
  /** Complete options of each scenario that runs. */
  readonly scenarioOptions: Readonly<Record<string, ScenarioOptions>>;
  /** Profiles that are made, by name; none where the scenario `load` does not run. */
  readonly loads: Readonly<Record<string, LoadProfile>>;
  /** Selected paths with the control paths they are compared with. */
  readonly paths: readonly Path[];
  readonly policy: Policy;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ResolveInput {
  readonly spec: Spec;
  readonly flags: FlagSettings;
  readonly environment: Environment;
  readonly vocabulary: Vocabulary;
}

/** The one place where configuration is put together: defaults < spec file < environment < flags. */
export function resolveSettings({ spec, flags, environment, vocabulary }: ResolveInput): Frozen<Resolved> {
  const known = vocabulary.scenarios.map(({ id }) => id);
  const usual = vocabulary.scenarios.filter(({ isSpecial }) => isSpecial !== true).map(({ id }) => id);
  const defaults: Settings = {
    ...({ lab: 'auto', seed: DEFAULT_SEED, congestionControl: 'reno', scenarios: usual, out: null } as const),
    ...({ capture: 'auto', captureHeaderBytes: 128, captureMegabytes: 64 } as const),
    ...{ timeScale: 1, realTime: false },
    ...{ quiet: false, keep: false },
  };
  const { paths: pathPatterns = [], scenarios: scenarioPatterns = [], loads: loadPatterns = [], ...flagged } = flags;
  const asked = askedScenarios(known, { scenarios: scenarioPatterns, loads: loadPatterns }, spec);
  const layers: readonly (readonly [SettingSource, Partial<Settings>])[] = [
    ['default', defaults],
    ['spec file', spec.settings],
    ['environment', readEnvironment(environment)],
    ['flag', { ...flagged, ...(asked === null ? {} : { scenarios: asked }) }],
  ];
  const { settings, sources } = overlay(defaults, layers);
  const options = vocabulary.scenarios
    .filter(({ id }) => settings.scenarios.includes(id))
    .map(({ id, defaults: initial }) => [id, { ...initial, ...spec.scenarioOptions[id] }] as const);
  const loads = chosenLoads(spec, loadPatterns, settings);
  return deepFreeze({
    specLabel: spec.label,
    settings,
    sources,
    scenarioOptions: Object.fromEntries(options),
    loads,
    paths: withClientAddresses(selectPaths(spec.paths, pathPatterns), Object.values(loads)),
    policy: spec.policy,
  });
}

function overlay(
  defaults: Settings,
  layers: readonly (readonly [SettingSource, Partial<Settings>])[],
): Pick<Resolved, 'settings' | 'sources'> {
  const sources: Partial<Record<string, SettingSource>> = {};
  let settings = defaults;
  for (const [source, layer] of layers) {
    const given = Object.entries(layer).filter(([, value]) => value !== undefined);
    for (const [key] of given) sources[key] = source;
    settings = { ...settings, ...Object.fromEntries(given) };
  }
  return { settings, sources: sources as Resolved['sources'] };
}

/** HOPSCOPE_LAB, HOPSCOPE_SEED, HOPSCOPE_OUT, HOPSCOPE_CAPTURE, HOPSCOPE_QUIET and HOPSCOPE_KEEP; an empty value counts as not set. */
export function readEnvironment(environment: Environment): Partial<Settings> {
  const { HOPSCOPE_LAB: lab, HOPSCOPE_SEED: seed, HOPSCOPE_OUT: out, HOPSCOPE_CAPTURE: capture } = environment;
  const { HOPSCOPE_QUIET: quiet, HOPSCOPE_KEEP: keep } = environment;
  return {
    ...(lab ? { lab: parseLab(lab, 'HOPSCOPE_LAB') } : {}),
    ...(seed ? { seed: parseSeed(seed, 'HOPSCOPE_SEED') } : {}),
    ...(out ? { out } : {}),
    ...(capture ? { capture: parseCapture(capture, 'HOPSCOPE_CAPTURE') } : {}),
    ...(quiet ? { quiet: parseFlag(quiet, 'HOPSCOPE_QUIET') } : {}),
    ...(keep ? { keep: parseFlag(keep, 'HOPSCOPE_KEEP') } : {}),
  };
}

/** `source` is the flag or the variable that the text came from. Throws USAGE_ERR_BAD_FLAG. */
export const parseLab = (text: string, source: string): LabChoice => parseChoice(text, source, LAB_CHOICES);

export const parseCapture = (text: string, source: string): CaptureChoice => parseChoice(text, source, CAPTURE_CHOICES);

function parseChoice<const Choice extends string>(text: string, source: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new HarnessError(
    'USAGE_ERR_BAD_FLAG',
    `expected ${source} to be one of ${choices.join(', ')}, got ${quoted(text)}${suggestion(text, choices)}`,
  );
}

export function parseSeed(text: string, source: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed <= MAX_SEED) return seed;
  throw new HarnessError(
    'USAGE_ERR_BAD_FLAG',
    `expected ${source} to be a whole number from 0 to ${String(MAX_SEED)}, got ${quoted(text)}`,
  );
}

/** A factor of at least 1. Throws USAGE_ERR_BAD_FLAG. */
export function parseTimeScale(text: string, source: string): number {
  const factor = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && factor >= 1 && factor <= MAX_TIME_SCALE) return factor;
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected ${source} to be a number from 1 to ${MAX_TIME_SCALE}, got ${quoted(text)}`);
}

function parseFlag(text: string, source: string): boolean {
  if (['1', 'true', 'yes'].includes(text)) return true;
  if (['0', 'false', 'no'].includes(text)) return false;
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected ${source} to be 1 or 0, got ${quoted(text)}`);
}
