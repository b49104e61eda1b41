import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { terminalText } from '../../reports/terminal/escape.ts';
import { EXIT, HarnessError } from '../errors.ts';
import { checkedConfigs, checksSpec } from './checks-spec.ts';
import { type CiSystem, SOURCE_PLACEHOLDER, workflowOf } from './ci-workflow.ts';
import { gitFacts, type GitFacts } from './git-facts.ts';
import { EXAMPLE_CONFIG, INITIAL_SPEC } from './init-spec.ts';
import { say, sayJson } from './output.ts';
import { packageRoot } from './package-root.ts';
import { type ConfigSurvey, surveyConfigs } from './survey-configs.ts';

export interface InitOptions {
  /** Null: as the repository looks. */
  readonly ci: CiSystem | null;
  /** Overwrite what is there. */
  readonly force: boolean;
  readonly json: boolean;
}

/** A file to write: below the folder, or above it where the root of the repository is. */
export interface InitFile {
  /** As the user would name it in the folder. */
  readonly file: string;
  readonly text: string;
  /** Left as it is where it is there, whatever was asked for: it is the user's own config. */
  readonly keeps?: true;
}

export interface InitPlan {
  readonly survey: ConfigSurvey;
  readonly ci: CiSystem;
  readonly files: readonly InitFile[];
}

const SPEC_FILE = 'hopscope.yaml';

/** What would be written into a folder: a spec for the configs that are found in it, else one to start from with an example config; and a workflow. */
export async function planInit(folder: string, asked: CiSystem | null): Promise<InitPlan> {
  const survey = await surveyConfigs(folder);
  const isFound = checkedConfigs(survey).length > 0;
  const example: InitFile = {
    file: EXAMPLE_CONFIG,
    text: readFileSync(join(packageRoot(), 'containers/haproxy/configs/plain.cfg'), 'utf8'),
    keeps: true,
  };
  const spec: readonly InitFile[] = isFound
    ? [{ file: SPEC_FILE, text: checksSpec(survey) }]
    : [{ file: SPEC_FILE, text: INITIAL_SPEC }, example];
  const git = gitFacts(folder);
  const root = git?.root ?? realpathSync(folder);
  const ci = asked ?? ciOf(root, git);
  if (ci === 'none') return { survey, ci, files: spec };
  const below = relative(root, realpathSync(folder));
  const { file, text } = workflowOf(ci, { source: gitFacts(packageRoot())?.remote ?? null, branch: git?.branch ?? 'main', folder: below });
  return { survey, ci, files: [...spec, { file: join(relative(realpathSync(folder), root), file), text }] };
}

function ciOf(root: string, git: GitFacts | null): CiSystem {
  const host = git?.remote === null || git === null ? '' : (URL.parse(git.remote)?.hostname ?? '');
  if (existsSync(join(root, '.github'))) return 'github';
  if (existsSync(join(root, '.gitlab-ci.yml'))) return 'gitlab';
  return /(?:^|\.)github\./.test(host) ? 'github' : /(?:^|\.)gitlab\./.test(host) ? 'gitlab' : 'none';
}

/** Writes all files, or none: throws USAGE_ERR_BAD_FLAG where one is there already and may not be overwritten, RUN_ERR_CANNOT_WRITE. */
export function writeInit(
  folder: string,
  files: readonly InitFile[],
  force: boolean,
): readonly { readonly file: string; readonly written: boolean }[] {
  const isThere = ({ file }: InitFile): boolean => lstatSync(join(folder, file), { throwIfNoEntry: false }) !== undefined;
  const there = files.filter((one) => one.keeps !== true && isThere(one)).map(({ file }) => file);
  if (there.length > 0 && !force)
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected a folder without ${files.map(({ file }) => file).join(', ')}, got one that has ${there.join(', ')}: nothing was written; --force overwrites, --ci none leaves the workflow out`,
    );
  return files.map((one) => {
    const written = one.keeps !== true || !isThere(one);
    if (written) writeWhole(join(folder, one.file), one.text);
    return { file: one.file, written };
  });
}

function writeWhole(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new HarnessError('RUN_ERR_CANNOT_WRITE', `expected to write ${path}, got ${code}`, { cause });
  }
}

/** `hopscope init`. Returns the exit code; throws only HarnessErrors. */
export async function initCommandLine(folder: string, { ci, force, json }: InitOptions): Promise<number> {
  const plan = await planInit(folder, ci);
  const results = writeInit(folder, plan.files, force);
  if (json) {
    sayJson({ configs: plan.survey.configs, unused: plan.survey.unused, isCut: plan.survey.isCut, ci: plan.ci, files: results });
    return EXIT.pass;
  }
  say(
    ...surveyLines(plan.survey),
    ...results.map(({ file, written }) => `${terminalText(file)}: ${written ? 'written' : 'already there, left as it is'}`),
  );
  const workflow = plan.files.find(({ text }) => text.includes(SOURCE_PLACEHOLDER));
  if (workflow !== undefined)
    say(`Put the repository of Hopscope into ${terminalText(workflow.file)}, where it says so: from here nobody can tell.`);
  if (plan.ci === 'gitlab') say('Include it in .gitlab-ci.yml: the first lines of the file say how.');
  const next =
    checkedConfigs(plan.survey).length > 0
      ? '`hopscope setup` installs what the lab needs, then run'
      : 'put your own config in its place and run';
  say(`Next: ${next} \`hopscope run\`.`);
  return EXIT.pass;
}

function surveyLines(survey: ConfigSurvey): readonly string[] {
  const checked = checkedConfigs(survey);
  const urls = (config: ConfigSurvey['configs'][number]): string =>
    config.entries
      .flatMap(({ url, isOwed }) => (isOwed ? [url] : []))
      .slice(0, 3)
      .join(', ');
  const plain = survey.configs.filter((config) => !checked.includes(config));
  return [
    ...(survey.configs.length + survey.unused.length === 0
      ? ['No config of HAProxy, nginx, Caddy or Apache was found here: this is a spec to start from.']
      : []),
    ...checked.map((config) => `${config.config} (${config.service}): ${urls(config)}`),
    ...plain.map(
      ({ config, service }) =>
        `${config} (${service}): nothing in it says that WebSockets come in; a comment in the spec says how to name the URL`,
    ),
    ...survey.unused.map(
      ({ file, service, template, because }) =>
        `${file} (${service}): not checked, ${because}${template === null ? '' : '; a comment in the spec says how to render it'}`,
    ),
    ...(survey.isCut ? ['The repository has more files or configs than were looked at: add the others under `check`.'] : []),
  ].map((line) => terminalText(line.slice(0, 400)));
}
