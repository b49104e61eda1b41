import { checkNames } from './check-names.ts';
import { type SpecFolders } from './config-file.ts';
import { withControls } from './controls.ts';
import { throwProblems } from './problem.ts';
import { readPath } from './read-path.ts';
import { readPolicy, POLICY_KEYS } from './read-policy.ts';
import { readScenarioOptions, readSettings, SETTING_KEYS } from './read-settings.ts';
import type { Spec, Vocabulary } from './spec.ts';
import { SpecDocument } from './spec-document.ts';
import { SpecMap } from './spec-map.ts';

export const SPEC_KEYS = ['version', 'settings', 'scenarios', 'paths', 'policy'] as const;
/** The only version of the format that there is. */
const SPEC_VERSION = 1;
const MAX_PATHS = 500;

export interface ParseContext {
  /** What messages call the file. */
  readonly label: string;
  readonly folders: SpecFolders;
  readonly vocabulary: Vocabulary;
}

/**
 * Reads and checks the text of a spec. Config files are looked for, nothing else is touched.
 * Throws a SpecError that lists everything that is wrong, each with file, line and column.
 */
export function parseSpec(text: string, { label, folders, vocabulary }: ParseContext): Spec {
  const document = new SpecDocument(text, label);
  const root = new SpecMap(document, { node: document.root, name: 'the spec' }, SPEC_KEYS);
  if (document.root === null) root.report('SPEC_ERR_WRONG_TYPE', 'expected a spec that starts with `version: 1`, got an empty file');
  // Nothing more can be said about a file that is no map, or of quite another kind.
  if (root.keys.length === 0) throwProblems(document.problems);
  root.number('version', { min: SPEC_VERSION, max: SPEC_VERSION, whole: true, required: true });
  const settings = readSettings(root.map('settings', SETTING_KEYS), vocabulary);
  const scenarioOptions = readScenarioOptions(root.map('scenarios', null), vocabulary);
  const items = root.list('paths', MAX_PATHS);
  if (items.length === 0)
    root.report('SPEC_ERR_WRONG_TYPE', 'expected the spec to have at least one path under `paths`, got none', 'paths');
  const declared = items.map((item) => readPath(document, item, { vocabulary, folders }));
  checkNames(document, declared, items);
  const paths = withControls(declared);
  const policy = readPolicy(
    root.map('policy', POLICY_KEYS),
    vocabulary,
    paths.map(({ id }) => id),
  );
  throwProblems(document.problems);
  return { label, settings, scenarioOptions, paths, policy };
}
