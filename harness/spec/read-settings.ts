import { CAPTURE_CHOICES, LAB_CHOICES, type ScenarioOptions, type SpecSettings, type Vocabulary } from './spec.ts';
import { choiceOf, type NumberRule, type SpecMap, type TextRule } from './spec-map.ts';
import { suggestion } from './nearest.ts';
import { quoted } from './problem.ts';

export const SETTING_KEYS = [
  ...(['lab', 'seed', 'congestionControl', 'scenarios', 'out'] as const),
  ...(['capture', 'captureHeaderBytes', 'captureMegabytes', 'timeScale'] as const),
] satisfies readonly (keyof SpecSettings)[];
export const DEFAULT_SEED = 1;
export const MAX_SEED = 4_294_967_295;
export const MAX_TIME_SCALE = 10_000;

const CONGESTION_CONTROL: TextRule = {
  pattern: /^[a-z][a-z0-9_-]{0,15}$/,
  shape: "the kernel's name of a congestion control such as 'reno'",
};

export function readSettings(map: SpecMap, vocabulary: Vocabulary): SpecSettings {
  const ids = vocabulary.scenarios.map(({ id }) => id);
  const lab = map.choice('lab', LAB_CHOICES);
  const seed = map.number('seed', { min: 0, max: MAX_SEED, whole: true });
  const congestionControl = map.text('congestionControl', CONGESTION_CONTROL);
  const scenarios = map.list('scenarios', 100).map((item) => choiceOf(map.document, item, ids));
  const out = map.text('out', { max: 1024 });
  const capture = map.choice('capture', CAPTURE_CHOICES);
  const captureHeaderBytes = map.number('captureHeaderBytes', { min: 68, max: 65_535, whole: true });
  const captureMegabytes = map.number('captureMegabytes', { min: 6, max: 4096, whole: true });
  const timeScale = map.number('timeScale', { min: 1, max: MAX_TIME_SCALE });
  return {
    ...(lab === null ? {} : { lab }),
    ...(seed === null ? {} : { seed }),
    ...(congestionControl === null ? {} : { congestionControl }),
    ...(scenarios.length === 0 ? {} : { scenarios: [...new Set(scenarios.filter((id) => id !== null))] }),
    ...(out === null ? {} : { out }),
    ...(capture === null ? {} : { capture }),
    ...(captureHeaderBytes === null ? {} : { captureHeaderBytes }),
    ...(captureMegabytes === null ? {} : { captureMegabytes }),
    ...(timeScale === null ? {} : { timeScale }),
  };
}

/** Options of scenarios, by scenario id. */
export function readScenarioOptions(map: SpecMap, vocabulary: Vocabulary): Readonly<Record<string, ScenarioOptions>> {
  const ids = vocabulary.scenarios.map(({ id }) => id);
  const read = map.keys.map((id): readonly [string, ScenarioOptions] => {
    const entry = vocabulary.scenarios.find((scenario) => scenario.id === id);
    if (entry === undefined) {
      map.reportKey('SPEC_ERR_UNKNOWN_NAME', `expected a scenario, one of ${ids.join(', ')}, got ${quoted(id)}${suggestion(id, ids)}`, id);
      return [id, {}];
    }
    const options = map.map(id, Object.keys(entry.defaults));
    const values = options.keys.map((key) => [key, options.number(key, optionLimits(key))] as const);
    return [id, Object.fromEntries(values.filter((pair): pair is readonly [string, number] => pair[1] !== null))];
  });
  return Object.fromEntries(read);
}

/** Times may be 0 and up to a day; counts and sizes are at least 1. */
const optionLimits = (name: string): NumberRule =>
  name.endsWith('Ms') ? { min: 0, max: 86_400_000, whole: true } : { min: 1, max: 1_000_000, whole: true };
