import { quantityWords } from '../measure/quantity.ts';
import type { ConfigSurvey, FoundConfig, UnusedConfig } from './survey-configs.ts';

/** Below it, clients that ping twice a minute are cut. */
const WANTED_IDLE_MS = 30_000;
const MAX_SHOWN = 12;

/** Text as YAML takes it, whatever is in it. */
export const yamlText = (text: string): string =>
  /^[A-Za-z][\w./-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text) ? text : JSON.stringify(text);

/** These pass an upgrade on without a word in their config. */
const CARRYING: ReadonlySet<string> = new Set(['haproxy', 'caddy']);

/**
 * Configs in which WebSockets are expected: a line says so, or the program carries them by itself. Where there is none, those that pass requests on: that a
 * line is missing may be what is wrong.
 */
export function checkedConfigs({ configs }: ConfigSurvey): readonly FoundConfig[] {
  const owing = configs.filter(({ entries }) => entries.some(({ isOwed }) => isOwed));
  const expected = owing.filter(({ service, entries }) => CARRYING.has(service) || entries.some(({ kind }) => kind === 'declared'));
  return expected.length > 0 ? expected : owing;
}

/**
 * The spec that `hopscope init` writes for a repository with configs of proxies: it works as it is, and a threshold is written out only where a run
 * measures it and the config keeps it.
 */
export function checksSpec(survey: ConfigSurvey): string {
  const checked = checkedConfigs(survey);
  const others = survey.configs.filter((config) => !checked.includes(config));
  return [
    '# What Hopscope runs in this repository: `hopscope run`. Every key is explained in the README and in spec.schema.json.',
    'version: 1',
    '',
    'settings:',
    '  # Those of `hopscope check`. More: closing, steady-echo, idle-hold, capacity, load (`hopscope list scenarios`).',
    '  scenarios: [opening-handshake, tunnel, entry, lifetime, reload]',
    '',
    '# Configs as they are in production: the world that each expects (origins, names, certificates, files) is made around it, in Linux network',
    '# namespaces. Every entry is a path: `hopscope list paths`. More keys: as, version, at, root.',
    'check:',
    ...checked.flatMap(checkLines),
    '    # urls: [wss://chat.example.com/socket]   # its entries, where those that are found are not the ones that matter',
    "    # provide: ['certs/:/etc/ssl/private/']   # what it needs besides its own folder",
    "    # env: { BACKEND: 'api:3000' }",
    ...others.flatMap(plainLines),
    ...survey.unused.slice(0, MAX_SHOWN).flatMap(unusedLines),
    '',
    ...policyLines(checked),
    '',
    ...preCommitLines(checked),
    '',
  ].join('\n');
}

const checkLines = ({ config, id, entries }: FoundConfig): readonly string[] => [
  `  - config: ${yamlText(config)}   # ${comment(
    entries
      .flatMap(({ url, isOwed }) => (isOwed ? [url] : []))
      .slice(0, 3)
      .join(', '),
  )}`,
  `    id: ${id}`,
];

/** What is in a comment ends with its line. */
const comment = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').slice(0, 200);

const plainLines = ({ config, id }: FoundConfig): readonly string[] => [
  '  # Nothing in it says that WebSockets come in. Where they do, name the URL:',
  `  # - { config: ${yamlText(config)}, id: ${id}, urls: ['wss://...'] }`,
];

function unusedLines({ file, template, because }: UnusedConfig): readonly string[] {
  if (template === null) return [`  # Not checked: ${comment(because)}`, `  # - { config: ${yamlText(file)} }`];
  return [
    `  # ${comment(because)[0]?.toUpperCase() ?? ''}${comment(because).slice(1)}: give the command that has it on standard input and prints the config.`,
    `  # - { config: ${yamlText(file)}, render: '...' }`,
  ];
}

function policyLines(checked: readonly FoundConfig[]): readonly string[] {
  const limits = checked.map(({ idleMs }) => idleMs);
  const known = limits.flatMap((limit) => limit ?? []);
  const least = known.length === 0 ? null : Math.min(...known);
  const keepsIdle = limits.every((limit) => limit !== null && limit >= WANTED_IDLE_MS);
  const keepsReload = checked.every(({ reloads }) => reloads);
  const idle = "- { expect: 'idle limit >= 30 s', because: clients ping every 20 s }";
  const survives = "- { expect: 'reload survival >= 99 %' }";
  const written = [...(keepsIdle ? [`    ${idle}`] : []), ...(keepsReload ? [`    ${survives}`] : [])];
  const notYet = [
    ...(keepsIdle
      ? []
      : [
          `    # ${least === null ? 'No config sets an idle limit that is known' : `The lowest idle limit is ${quantityWords(least, 'ms')}`}:`,
          `    # ${idle}`,
        ]),
    ...(keepsReload ? [] : ['    # Not every program keeps its sockets when it is reloaded:', `    # ${survives}`]),
  ];
  return [
    'policy:',
    '  levels:   # off, warn or error for audits (`hopscope list audits`); the last that matches counts',
    "    - { audit: failed-plain-http, path: '*', scenario: entry, level: warn, because: a front page may answer as it likes }",
    "  # What must be measured, for the paths that a pattern matches (path: 'edge-*'); without one for all.",
    `  ${written.length === 0 ? '# ' : ''}thresholds:`,
    ...written,
    ...notYet,
    '    # With the scenario steady-echo:',
    "    # - { expect: 'p99 added latency <= 5 ms' }",
    '  # quarantine: [{ audit: lost-message, until: 2027-01-31, because: ticket 7 }]   # a warning until then',
    '  # maxWarnings: 5',
    '  # After `hopscope baseline write` only what is new or worse fails:',
    '  # baseline: .hopscope-baseline.json',
  ];
}

function preCommitLines(checked: readonly FoundConfig[]): readonly string[] {
  const tops = [...new Set(checked.map(({ config }) => config.replace(/[^/]*$/, '')))].map((folder) => folder.replaceAll(/[^\w/-]/g, '.'));
  const files = tops.includes('') || tops.length > 5 ? [] : [`#         files: ${yamlText(`^(?:${tops.join('|')})`)}`];
  return [
    '# For pre-commit, in .pre-commit-config.yaml (it runs only what changed):',
    '#   - repo: local',
    '#     hooks:',
    '#       - id: hopscope',
    '#         name: WebSockets through the proxies',
    '#         entry: hopscope run --quiet --changed-since HEAD --scenario opening-handshake',
    '#         language: system',
    '#         pass_filenames: false',
    ...files,
  ];
}
