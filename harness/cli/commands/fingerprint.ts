import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';

export const registerFingerprint: Register = (program, finish) => {
  const command = program
    .command('fingerprint')
    .description('How one path of a saved run behaves, as JSON that two versions of a proxy can be compared by.')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope fingerprint of runs/20260131-120000-4242 --path nginx --out before.json', 'what that path does'],
        ['hopscope fingerprint diff before.json after.json', 'is this upgrade safe for my sockets?'],
      ]) + '\n\nExit code of diff: 0 when the two behave alike, 1 when they differ, 2 when one cannot be read.',
    );
  command
    .command('of')
    .description('Prints the fingerprint of one path of a saved run.')
    .argument('<run-folder>', 'folder that `hopscope run` wrote')
    .option('--path <pattern>', 'which path, where the run has several')
    .option('--out <file>', 'write it to this file instead')
    .action(async (folder: string, { path, out }: { readonly path?: string; readonly out?: string }) => {
      const { fingerprintCommandLine } = await import('../fingerprint-command.ts');
      finish(await fingerprintCommandLine({ folder, path: path ?? null, out: out ?? null }));
    });
  command
    .command('diff')
    .description('Says what changed between two fingerprints.')
    .argument('<before>', 'file that `hopscope fingerprint of` wrote')
    .argument('<after>', 'the other one')
    .option('--json', 'print the differences as JSON on standard output')
    .action(async (before: string, after: string, { json }: { readonly json?: true }) => {
      const { fingerprintDiffCommandLine } = await import('../fingerprint-command.ts');
      finish(fingerprintDiffCommandLine(before, after, json === true));
    });
};
