import type { Command } from 'commander';
import { scenarios } from '../../../scenarios/index.ts';
import { audits } from '../../audits/index.ts';
import { HarnessError } from '../../errors.ts';
import { isControl, type Path } from '../../model/path.ts';
import { suggestion } from '../../spec/nearest.ts';
import { helpFooter } from '../help.ts';
import { say, sayJson } from '../output.ts';
import type { Register } from '../register.ts';
import { loadMeantSpec } from '../resolve-run.ts';
import { services } from '../services.ts';
import { table } from '../table.ts';

/** A list as a table and as data. */
interface Listing {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly json: readonly object[];
}

const KINDS = ['paths', 'scenarios', 'audits', 'proxies'] as const;
type Kind = (typeof KINDS)[number];

async function listPaths(spec: string | null): Promise<Listing> {
  const { paths } = await loadMeantSpec(spec, process.cwd());
  const through = ({ proxies }: Path): string => proxies.map(({ configLabel }) => configLabel).join(', ') || '(no proxy)';
  const expected = ({ expect }: Path): string => expect.map(({ audit }) => audit).join(', ') || '-';
  const rows = paths.map((path) => [path.id, isControl(path) ? '(control)' : path.control, expected(path), through(path)]);
  return { head: ['path', 'compared with', 'expected', 'through'], rows, json: paths };
}

function listScenarios(): Listing {
  const options = (defaults: object): string =>
    Object.entries(defaults)
      .map(([name, value]) => `${name}: ${String(value)}`)
      .join(', ');
  return {
    head: ['scenario', 'options and their defaults', 'title'],
    rows: scenarios.map(({ id, defaults, title }) => [id, options(defaults), title]),
    json: scenarios.map(({ id, title, about, defaults }) => ({ id, title, about, defaults })),
  };
}

const listAudits = (): Listing => ({
  head: ['audit', 'when it fails', 'requirement'],
  rows: audits.map(({ id, failureTitle, cite }) => [id, failureTitle, cite]),
  json: audits.map(({ id, title, failureTitle, cite, requires }) => ({ id, title, failureTitle, cite, requires })),
});

const listProxies = (): Listing => ({
  head: ['service', 'title', 'program', 'image'],
  rows: services.map(({ name, title, program, image }) => [
    name,
    title,
    program,
    image.official.replace('{version}', image.defaultVersion),
  ]),
  json: services.map(({ name, title, program, configName, image }) => ({ name, title, program, configName, image })),
});

async function listingOf(kind: Kind, spec: string | null): Promise<Listing> {
  switch (kind) {
    case 'paths':
      return await listPaths(spec);
    case 'scenarios':
      return listScenarios();
    case 'audits':
      return listAudits();
    case 'proxies':
      return listProxies();
  }
}

function parseKind(text: string): Kind {
  const kind = KINDS.find((name) => name === text);
  if (kind !== undefined) return kind;
  throw new HarnessError(
    'USAGE_ERR_BAD_FLAG',
    `expected one of ${KINDS.join(', ')} to list, got '${text.slice(0, 60)}'${suggestion(text, KINDS)}`,
  );
}

export const registerList: Register = (program, finish) => {
  const command: Command = program.command('list');
  command
    .description('Lists the paths of a spec, or the scenarios, audits and proxies that there are.')
    .argument('<what>', KINDS.join(', '), parseKind)
    .argument('[spec]', 'spec file, for paths (default: as for run)')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope list paths', 'every path, its control path and its configs'],
        ['hopscope list scenarios --json', 'with all their options'],
        ['hopscope list paths edge.yaml', 'also a check of a spec: nothing is started'],
      ]),
    )
    .action(async (kind: Kind, spec: string | undefined, { json = false }: { readonly json?: boolean }) => {
      const { head, rows, json: data } = await listingOf(kind, spec ?? null);
      if (json) sayJson(data);
      else say(...table(head, rows));
      finish(0);
    });
};
