import { yamlText } from './checks-spec.ts';

/** Systems that `hopscope init` writes a job for. */
export const CI_SYSTEMS = ['github', 'gitlab', 'none'] as const;
export type CiSystem = (typeof CI_SYSTEMS)[number];

export interface WorkflowGround {
  /** Where Hopscope is cloned from; null: nobody knows. */
  readonly source: string | null;
  /** Branch whose pushes are checked. */
  readonly branch: string;
  /** Folder of the spec, below the root of the repository; empty: the root. */
  readonly folder: string;
}

/** Stands where a user has to say what a program cannot know. */
export const SOURCE_PLACEHOLDER = 'https://git.example.com/hopscope.git';

/** Where a workflow stands, below the root of the repository, and its text. */
export function workflowOf(system: Exclude<CiSystem, 'none'>, ground: WorkflowGround): { readonly file: string; readonly text: string } {
  return system === 'github'
    ? { file: '.github/workflows/hopscope.yml', text: githubWorkflow(ground) }
    : { file: '.gitlab/hopscope.yml', text: gitlabJob(ground) };
}

const sourceLines = (source: string | null, indent: string): readonly string[] => [
  ...(source === null ? [`${indent}# PUT THE REPOSITORY OF HOPSCOPE HERE: this one is an example.`] : []),
  `${indent}HOPSCOPE_REPOSITORY: ${yamlText(source ?? SOURCE_PLACEHOLDER)}`,
  `${indent}HOPSCOPE_REF: main`,
];

const CLONE = 'git clone --quiet --depth 1 --branch "$HOPSCOPE_REF" "$HOPSCOPE_REPOSITORY"';
const INSTALL = '--omit=dev --ignore-scripts --no-audit --no-fund';

const githubWorkflow = ({ source, branch, folder }: WorkflowGround): string =>
  [
    '# Runs hopscope.yaml: WebSockets through the proxy configs of this repository, each in the world that it expects.',
    'name: hopscope',
    'on:',
    '  push:',
    `    branches: [${JSON.stringify(branch)}]`,
    '  pull_request:',
    'permissions:',
    '  contents: read',
    'jobs:',
    '  websockets:',
    '    runs-on: ubuntu-24.04',
    '    timeout-minutes: 30',
    ...(folder === '' ? [] : ['    defaults:', '      run:', `        working-directory: ${yamlText(folder)}`]),
    '    env:',
    ...sourceLines(source, '      '),
    '    steps:',
    '      - uses: actions/checkout@v4',
    '      - uses: actions/setup-node@v4',
    "        with: { node-version: '24' }",
    '      - name: Install Hopscope and what its lab needs',
    '        run: |',
    `          ${CLONE} "$RUNNER_TEMP/hopscope"`,
    `          npm ci --prefix "$RUNNER_TEMP/hopscope" ${INSTALL}`,
    '          sudo env "PATH=$PATH" node "$RUNNER_TEMP/hopscope/bin/hopscope.js" setup --yes --quiet',
    '      - name: Run hopscope.yaml',
    '        run: sudo --preserve-env env "PATH=$PATH" node "$RUNNER_TEMP/hopscope/bin/hopscope.js" run --out hopscope-run --format sarif',
    '      - name: Let the next step read the report',
    '        if: always()',
    '        run: sudo chown -R "$(id -u):$(id -g)" hopscope-run',
    '      - uses: actions/upload-artifact@v4',
    '        if: always()',
    `        with: { name: hopscope, path: ${yamlText(folder === '' ? 'hopscope-run' : `${folder}/hopscope-run`)}, if-no-files-found: ignore }`,
    '',
  ].join('\n');

const gitlabJob = ({ source, folder }: WorkflowGround): string =>
  [
    '# Runs hopscope.yaml: WebSockets through the proxy configs of this repository, each in the world that it expects.',
    '# In .gitlab-ci.yml:',
    '#   include:',
    '#     - local: .gitlab/hopscope.yml',
    '# The runner must let the job make network namespaces: root, and a privileged container.',
    'websockets:',
    '  image: node:24-bookworm',
    '  timeout: 30 minutes',
    '  variables:',
    ...sourceLines(source, '    '),
    '  before_script:',
    `    - ${CLONE} /opt/hopscope`,
    `    - npm ci --prefix /opt/hopscope ${INSTALL}`,
    ...(folder === '' ? [] : [`    - cd ${shellText(folder)}`]),
    '    - node /opt/hopscope/bin/hopscope.js setup --yes --quiet',
    '  script:',
    '    - node /opt/hopscope/bin/hopscope.js run --out "$CI_PROJECT_DIR/hopscope-run" --format code-quality,metrics',
    '  artifacts:',
    '    when: always',
    '    expose_as: Hopscope',
    '    paths: [hopscope-run/]',
    '    reports:',
    '      junit: hopscope-run/junit.xml',
    '      codequality: hopscope-run/gl-code-quality-report.json',
    '      metrics: hopscope-run/metrics.txt',
    '',
  ].join('\n');

/** A word for a shell inside a YAML line. */
const shellText = (text: string): string => (/^[\w./-]+$/.test(text) ? text : JSON.stringify(`'${text.replaceAll("'", `'\\''`)}'`));
