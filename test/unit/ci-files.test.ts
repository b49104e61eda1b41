import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FILE_FORMATS } from '../../harness/cli/judge-options.ts';
import { buildProgram } from '../../harness/cli/program.ts';
import { EXIT } from '../../harness/errors.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const read = <T>(file: string): T => parse(text(file)) as T;

interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly id?: string;
      readonly uses?: string;
      readonly run?: string;
      readonly shell?: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
}

interface Hook {
  readonly id: string;
  readonly name: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
  readonly pass_filenames?: boolean;
}

interface Job {
  readonly script: readonly string[];
  readonly before_script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly artifacts: { readonly when: string; readonly paths: readonly string[]; readonly reports: Readonly<Record<string, string>> };
}

/** Commands with their long flags. */
const flags = new Map(
  buildProgram(() => undefined).commands.map((command: Command) => [command.name(), new Set(command.options.map(({ long }) => long))]),
);

/** Flags of every call of the program in a text that no command of the call has. `commands`: what a variable in the place of the command stands for. */
function unknownFlags(script: string, commands: readonly string[] = []): readonly string[] {
  const calls = script.replaceAll('\\\n', ' ').matchAll(/(?:hopscope(?:\.js)?|"\$PROGRAM")"? ("?\$?[\w]+"?)([^\n`|;#]*)/g);
  return [...calls].flatMap(([, name = '', rest = '']) => {
    const of = name.includes('$') ? commands : flags.has(name) ? [name] : [];
    return [...rest.matchAll(/(?<=\s)--[a-z-]+/g)]
      .map(([flag]) => flag)
      .filter((flag) => of.some((command) => !flags.get(command)?.has(flag)));
  });
}

describe('the action', () => {
  const action = read<Action>('action.yml');

  it('is a composite action whose steps have what GitHub asks for', () => {
    expect(action).toMatchObject({ name: 'Hopscope', runs: { using: 'composite' } });
    for (const { uses, run, shell } of action.runs.steps) {
      expect([uses === undefined, run === undefined]).toContain(true);
      expect(run === undefined ? 'bash' : shell).toBe('bash');
    }
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)]) expect(description).toBeTruthy();
  });

  it('hands no input to a shell but by a variable', () => {
    for (const { run = '' } of action.runs.steps) expect(run).not.toContain('${{');
    const used = JSON.stringify(action.runs).matchAll(/inputs\.([a-z-]+)/g);
    expect(new Set([...used].map(([, name]) => name))).toEqual(new Set(Object.keys(action.inputs)));
  });

  it('writes every output that it declares', () => {
    const script = action.runs.steps.find(({ id }) => id === 'run')?.run ?? '';
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.run.outputs.${name} }}`);
      expect(script).toContain(`"${name}=$`);
    }
  });

  it('uses flags that the program has', () => {
    expect(action.runs.steps.flatMap(({ run = '' }) => unknownFlags(run, ['run', 'check']))).toEqual([]);
    expect(unknownFlags('node "$PROGRAM" run --nonsense')).toEqual(['--nonsense']);
  });

  it('asks for reports that the program writes', () => {
    for (const name of action.inputs['format']?.default.split(',') ?? []) expect(FILE_FORMATS).toContain(name);
  });
});

describe('the GitLab template', () => {
  const { '.hopscope': job } = read<Readonly<Record<string, Job>>>('ci/gitlab.yml');

  it('hands over its reports whatever the outcome is', () => {
    expect(job?.artifacts).toMatchObject({
      when: 'always',
      paths: ['hopscope-run/'],
      reports: {
        junit: 'hopscope-run/junit.xml',
        codequality: 'hopscope-run/gl-code-quality-report.json',
        metrics: 'hopscope-run/metrics.txt',
      },
    });
  });

  it('uses flags that the program has, and no variable that it does not define', () => {
    const script = [...(job?.before_script ?? []), ...(job?.script ?? [])].join('\n');
    expect(unknownFlags(script, ['run', 'check'])).toEqual([]);
    for (const [, name = ''] of script.matchAll(/\$(HOPSCOPE_\w+)/g)) expect(Object.keys(job?.variables ?? {})).toContain(name);
  });
});

describe('the pre-commit hooks', () => {
  const hooks = read<readonly Hook[]>('.pre-commit-hooks.yaml');

  it('have what pre-commit asks for, and flags that the program has', () => {
    for (const hook of hooks) {
      expect(hook).toMatchObject({ id: expect.stringMatching(/^[a-z-]+$/), name: expect.any(String), language: 'system' });
      expect(unknownFlags(hook.entry)).toEqual([]);
    }
  });

  it.each([
    ['haproxy.cfg', true],
    ['edge/haproxy-staging.cfg', true],
    ['nginx/nginx.conf', true],
    ['nginx/conf.d/chat.conf', true],
    ['etc/apache2/sites-available/chat.conf', true],
    ['Caddyfile', true],
    ['setup.cfg', false],
    ['redis.conf', false],
    ['docs/Caddyfile.md', false],
  ])('check %s: %s', (file, isProxyConfig) => {
    const [check] = hooks;
    expect(new RegExp(check?.files ?? '').test(file)).toBe(isProxyConfig);
  });
});

describe('docs/ci.md', () => {
  const guide = text('docs/ci.md');

  it('names every exit code and every report that is a file', () => {
    for (const code of Object.values(EXIT)) expect(guide).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'));
    for (const format of FILE_FORMATS.slice(4)) expect(guide).toMatch(new RegExp(`^\\| \`${format}\` +\\|`, 'm'));
  });

  it('has examples that are YAML, with inputs and variables that are there', () => {
    const { inputs, outputs } = read<Action>('action.yml');
    const blocks = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = '']) => block);
    expect(blocks.map((block) => typeof parse(block))).toEqual(['object', 'object', 'object']);
    const workflow = parse(blocks[0] ?? '') as {
      readonly jobs: { readonly websockets: { readonly steps: readonly { readonly id?: string; readonly with?: object }[] } };
    };
    const step = workflow.jobs.websockets.steps.find(({ id }) => id === 'hopscope');
    for (const input of Object.keys(step?.with ?? {})) expect(Object.keys(inputs)).toContain(input);
    for (const [, name = ''] of guide.matchAll(/steps\.hopscope\.outputs\.([a-z-]+)/g)) expect(Object.keys(outputs)).toContain(name);
    expect(guide).toContain(`- id: ${read<readonly Hook[]>('.pre-commit-hooks.yaml')[0]?.id}`);
  });

  it('uses flags that the program has', () => {
    expect(unknownFlags(guide)).toEqual([]);
  });
});
