import { checkNames } from './check-names.ts';
import { type SpecFolders } from './config-file.ts';
import { withControls } from './controls.ts';
import { throwProblems } from './problem.ts';
import { checkIds, MAX_CHECKS, readCheck } from './read-check.ts';
import { readLoads } from './read-loads.ts';
import { readPath } from './read-path.ts';
import { readPolicy, POLICY_KEYS } from './read-policy.ts';
import { DEFAULT_SEED, readScenarioOptions, readSettings, SETTING_KEYS } from './read-settings.ts';
import { LOAD_SCENARIO, type OpenPattern, type Spec, type Vocabulary } from './spec.ts';
import { SpecDocument } from './spec-document.ts';
import { SpecMap } from './spec-map.ts';

export const SPEC_KEYS = ['version', 'settings', 'scenarios', 'loads', 'paths', 'check', 'policy'] as const;
/** The only version of the format that there is. */
const SPEC_VERSION = 1;
const MAX_PATHS = 500;

export interface ParseContext {
  /** What messages call the file. */
  readonly label: string;
  readonly folders: SpecFolders;
  readonly vocabulary: Vocabulary;
  /** A spec without paths will do: its profiles are wanted, for a path outside the lab. */
  readonly mayHaveNoPaths?: true;
}

/**
 * Reads and checks the text of a spec. Config files are looked for, nothing else is touched.
 * Throws a SpecError that lists everything that is wrong, each with file, line and column.
 */
export function parseSpec(text: string, { label, folders, vocabulary, mayHaveNoPaths }: ParseContext): Spec {
  const document = new SpecDocument(text, label);
  const root = new SpecMap(document, { node: document.root, name: 'the spec' }, SPEC_KEYS);
  if (document.root === null) root.report('SPEC_ERR_WRONG_TYPE', 'expected a spec that starts with `version: 1`, got an empty file');
  // Nothing more can be said about a file that is no map, or of quite another kind.
  if (root.keys.length === 0) throwProblems(document.problems);
  root.number('version', { min: SPEC_VERSION, max: SPEC_VERSION, whole: true, required: true });
  const written = root.map('settings', SETTING_KEYS);
  const settings = readSettings(written, vocabulary);
  const scenarioOptions = readScenarioOptions(root.map('scenarios', null), vocabulary);
  const items = root.list('paths', MAX_PATHS);
  const configs = root.list('check', MAX_CHECKS);
  if (items.length === 0 && configs.length === 0 && mayHaveNoPaths !== true)
    root.report(
      'SPEC_ERR_WRONG_TYPE',
      'expected the spec to have at least one path under `paths` or one config under `check`, got none',
      'paths',
    );
  const checks = configs.map((item) => readCheck(document, item, { services: vocabulary.services, folders }));
  checkIds(document, checks, configs);
  const declared = items.map((item) => readPath(document, item, { vocabulary, folders }));
  checkNames(document, declared, items);
  const paths = withControls(declared);
  const loads = readLoads(root.map('loads', null), paths, settings.seed ?? DEFAULT_SEED);
  if (settings.scenarios?.includes(LOAD_SCENARIO) === true && Object.keys(loads).length === 0)
    written.report(
      'SPEC_ERR_LOAD',
      `expected the spec to have at least one profile under \`loads\` for the scenario ${LOAD_SCENARIO} to make, got none`,
      'scenarios',
    );
  const openPatterns: OpenPattern[] = [];
  const policy = readPolicy(root.map('policy', POLICY_KEYS), {
    ...{ vocabulary, paths, folders },
    openPatterns: checks.length === 0 ? null : openPatterns,
  });
  throwProblems(document.problems);
  return { label, settings, scenarioOptions, loads, paths, checks, openPatterns, policy };
}
