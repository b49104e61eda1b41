import { HarnessError } from '../errors.ts';
import type { LoadProfile } from '../model/load.ts';
import { selectNames } from './select.ts';
import { LOAD_SCENARIO, type Spec } from './spec.ts';

/** Patterns of the command line; empty: not given. */
interface ChosenPatterns {
  readonly scenarios: readonly string[];
  readonly loads: readonly string[];
}

/**
 * The scenarios that the command line asks for; null: those of the spec. `--load` alone asks for the scenario `load`; a pattern that matches it among
 * others leaves it out where the spec has no profiles. Throws SPEC_ERR_LOAD, SPEC_ERR_NOTHING_SELECTED, USAGE_ERR_BAD_FLAG.
 */
export function askedScenarios(
  known: readonly string[],
  { scenarios, loads }: ChosenPatterns,
  spec: Pick<Spec, 'label' | 'loads'>,
): readonly string[] | null {
  if (scenarios.length === 0) return loads.length === 0 ? null : [LOAD_SCENARIO];
  const asked = selectNames(known, scenarios, 'scenario');
  if (loads.length > 0 && !asked.includes(LOAD_SCENARIO))
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected --load with the scenario ${LOAD_SCENARIO}, got it with --scenario ${asked.join(', ')}; leave --scenario out, or add --scenario ${LOAD_SCENARIO}`,
    );
  if (!asked.includes(LOAD_SCENARIO) || Object.keys(spec.loads).length > 0) return asked;
  const others = asked.filter((id) => id !== LOAD_SCENARIO);
  if (scenarios.includes(LOAD_SCENARIO) || others.length === 0) throw noLoads(spec.label);
  return others;
}

/** The profiles that run, each with the seed of the run; none where the scenario `load` does not run. Throws SPEC_ERR_LOAD, SPEC_ERR_NOTHING_SELECTED. */
export function chosenLoads(
  spec: Pick<Spec, 'label' | 'loads'>,
  patterns: readonly string[],
  { scenarios, seed }: { readonly scenarios: readonly string[]; readonly seed: number },
): Readonly<Record<string, LoadProfile>> {
  if (!scenarios.includes(LOAD_SCENARIO)) return {};
  const names = Object.keys(spec.loads);
  if (names.length === 0) throw noLoads(spec.label);
  const chosen = patterns.length === 0 ? names : selectNames(names, patterns, 'load');
  return Object.fromEntries(
    Object.entries(spec.loads).flatMap(([name, profile]) => (chosen.includes(name) ? [[name, { ...profile, seed }]] : [])),
  );
}

const noLoads = (label: string): HarnessError =>
  new HarnessError(
    'SPEC_ERR_LOAD',
    `expected the spec to have at least one profile under \`loads\` for the scenario ${LOAD_SCENARIO} to make, got none; write one, such as \`loads: { steady: { connections: 10, messages: 100, durationMs: 2000 } }\`, or run builtin:load`,
    { place: { file: label } },
  );
