import type { Command } from 'commander';
import { HarnessError } from '../../errors.ts';
import { suggestion } from '../../spec/nearest.ts';
import { helpFooter } from '../help.ts';
import { LIST_KINDS, type ListKind } from '../list-kinds.ts';
import type { Register } from '../register.ts';

function parseKind(text: string): ListKind {
  const kind = LIST_KINDS.find((name) => name === text);
  if (kind !== undefined) return kind;
  throw new HarnessError(
    'USAGE_ERR_BAD_FLAG',
    `expected one of ${LIST_KINDS.join(', ')} to list, got '${text.slice(0, 60)}'${suggestion(text, LIST_KINDS)}`,
  );
}

export const registerList: Register = (program, finish) => {
  const command: Command = program.command('list');
  command
    .description('Lists the paths or loads of a spec, or the scenarios, audits and proxies that there are.')
    .argument('<what>', LIST_KINDS.join(', '), parseKind)
    .argument('[spec]', 'spec file, for paths and loads (default: as for run)')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope list paths', 'every path, its control path and its configs'],
        ['hopscope list scenarios --json', 'with all their options'],
        ['hopscope list loads builtin:load', 'load profiles, with what their schedules come to'],
        ['hopscope list paths edge.yaml', 'also a check of a spec: nothing is started'],
      ]),
    )
    .action(async (kind: ListKind, spec: string | undefined, { json = false }: { readonly json?: boolean }) => {
      const { listCommandLine } = await import('../list-command.ts');
      finish(await listCommandLine(kind, spec ?? null, json));
    });
};
