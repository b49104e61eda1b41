import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';

export const registerAudit: Register = (program, finish) => {
  program
    .command('audit')
    .description('Judges a saved run again, without a lab: the evidence is read from its folder.')
    .argument('<run-folder>', 'folder that `hopscope run` wrote')
    .option('--json', 'print the record as JSON on standard output')
    .option('--quiet', 'print the verdict only')
    .addHelpText('after', helpFooter([['hopscope audit runs/2026-01-31T12-00-00', 'the same evidence, the audits of this version']]))
    .action(async (folder: string, { json = false, quiet = false }: { readonly json?: boolean; readonly quiet?: boolean }) => {
      const { auditFolder } = await import('../judge-folder.ts');
      finish(await auditFolder({ folder, json, quiet }));
    });
};
