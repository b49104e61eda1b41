import type { Command } from 'commander';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { audits } from '../../harness/audits/index.ts';
import { buildProgram } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { EVIDENCE_KINDS } from '../../harness/model/evidence.ts';
import { clientProfiles } from '../../scenarios/clients/profiles.ts';
import { closingCases } from '../../scenarios/closing/cases.ts';
import { scenarios } from '../../scenarios/index.ts';
import { handshakeCases } from '../../scenarios/opening-handshake/cases.ts';
import { responseCases } from '../../scenarios/opening-handshake/responses.ts';
import { reloadCases } from '../../scenarios/reload/cases.ts';
import { injectionCases } from '../../scenarios/safety/injection-cases.ts';
import { secretCases } from '../../scenarios/safety/secret-cases.ts';
import { sizeCases } from '../../scenarios/safety/size-cases.ts';
import { smugglingCases } from '../../scenarios/safety/smuggling-cases.ts';
import { transportCases } from '../../scenarios/transport/cases.ts';
import { bulkCases } from '../../scenarios/tunnel/directions.ts';
import { pressedCases, tunnelCases } from '../../scenarios/tunnel/scenario.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const readme = text('README.md');
const catalogue = text('docs/catalogue.md');
const specs = globSync('*.yaml', { cwd: join(ROOT, 'scenarios') }).map((file) => `builtin:${file.replace('.yaml', '')}`);

/** `fingerprint diff` for a command below another. */
const namesOf = (command: Command): readonly string[] =>
  command.commands.flatMap((one) =>
    one.commands.length === 0 ? [one.name()] : one.commands.map((below) => `${one.name()} ${below.name()}`),
  );
const leaves = (command: Command): readonly Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap((one) => leaves(one));

describe('the documents', () => {
  it.each(scenarios.map(({ id }) => id))('name the scenario %s', (id) => {
    expect(readme).toContain(`\`${id}\``);
    expect(catalogue).toContain(id);
  });

  it.each(audits.map(({ id }) => id))('have the audit %s in the table of audits', (id) => {
    expect(catalogue).toMatch(new RegExp(`^\\| \`${id}\` +\\|`, 'm'));
  });

  it('have no audit in the table that is not there', () => {
    const table = catalogue.slice(catalogue.indexOf('## Audits'), catalogue.indexOf('## Built-in specs'));
    const named = [...table.matchAll(/^\| `([a-z-]+)`/gm)].map((match) => match[1]);
    expect(new Set(named)).toEqual(new Set(audits.map(({ id }) => id)));
  });

  it.each(specs)('name the built-in spec %s', (name) => {
    expect(readme).toContain(name);
    expect(catalogue).toContain(name);
  });

  it.each(specs)('tell what %s runs', (name) => {
    const spec = parse(text(`scenarios/${name.replace('builtin:', '')}.yaml`), { merge: true }) as {
      readonly settings: { readonly scenarios: readonly string[] };
      readonly paths: readonly { readonly proxies: readonly unknown[] }[];
    };
    const row = catalogue.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
    const [, , run = '', count = ''] = row.split('|');
    expect([...run.matchAll(/`([a-z-]+)`/g)].map((match) => match[1])).toEqual(spec.settings.scenarios);
    expect(Number(count)).toBe(spec.paths.filter(({ proxies }) => proxies.length > 0).length);
  });

  it('name no built-in spec that is not there', () => {
    const named = new Set([...`${readme}${catalogue}`.matchAll(/builtin:[a-z0-9-]+(?![a-z0-9-]*\/)/g)].map(([name]) => name));
    expect(new Set(named)).toEqual(new Set(specs));
  });

  it.each(namesOf(buildProgram(() => undefined)))('name the command %s', (name) => {
    expect(readme).toMatch(new RegExp(`^\\| .*\`${name}[ \`]`, 'm'));
  });

  it.each(
    leaves(buildProgram(() => undefined)).map((command) => [command.name(), command.options.flatMap(({ long }) => long ?? [])] as const),
  )('name the flags of %s', (_, flags) => {
    expect(flags.filter((flag) => !readme.includes(`\`${flag}`))).toEqual([]);
  });

  it.each(services.map(({ name }) => name))('name the service %s', (name) => {
    expect(readme).toMatch(new RegExp(`^\\| \`${name}\``, 'm'));
  });

  it('name every kind of evidence', () => {
    expect(EVIDENCE_KINDS.filter((kind) => !readme.includes(kind))).toEqual([]);
  });

  it('count the cases as they are', () => {
    const safety = smugglingCases.length + injectionCases.length + sizeCases.length + secretCases.length;
    expect(catalogue).toContain(`### opening-handshake: ${handshakeCases.length} requests, ${responseCases.length} answers\n`);
    expect(catalogue).toContain(`### closing: ${closingCases.length} endings\n`);
    const bulk = pressedCases.length + bulkCases(1).length;
    expect(catalogue).toContain(`### tunnel: ${tunnelCases.length} connections, and tunnel-bulk: ${bulk}\n`);
    expect(catalogue).toContain(`### reload: ${reloadCases.length} cases\n`);
    expect(catalogue).toContain(`### clients: ${clientProfiles.length} handshakes and a browser\n`);
    expect(catalogue).toContain(`### transport: ${transportCases.length} other ways\n`);
    expect(catalogue).toContain(`### safety: ${safety} requests\n`);
  });

  it('name every folder of the harness', () => {
    const folders = readdirSync(join(ROOT, 'harness'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const architecture = text('ARCHITECTURE.md');
    expect(folders.filter(({ name }) => !architecture.includes(`\n  ${name}/ `)).map(({ name }) => name)).toEqual([]);
  });

  it.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/catalogue.md', 'docs/blame-bench.md'])(
    'link from %s to files that are there',
    (file) => {
      const targets = [...text(file).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '');
      expect(targets.filter((target) => !existsSync(join(ROOT, dirname(file), target)))).toEqual([]);
    },
  );
});
