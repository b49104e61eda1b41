import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly keylog?: string;
  readonly html?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export const registerAnalyze: Register = (program, finish) => {
  program
    .command('analyze')
    .description('Reads captures that were taken anywhere and says which upgrade was refused, who closed what, and what was sent again.')
    .argument('<capture...>', 'pcap or pcapng, also gzip or zstd; `-` is standard input. Several captures of one path are compared')
    .option('--keylog <file>', 'TLS key log (SSLKEYLOGFILE), to read what is encrypted')
    .option('--html <file>', 'write the report to this file as well')
    .option('--json', 'print the analysis as JSON on standard output')
    .option('--quiet', 'print the answer only')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope analyze good.pcap bad.pcap', 'what differs between the path that works and the one that does not'],
        ['hopscope analyze client.pcap proxy.pcap origin.pcap --html report.html', 'one path, captured in several places'],
        ['tcpdump -w - port 443 | hopscope analyze - --keylog keys.log', 'what passes here, decrypted'],
      ]) +
        '\n\nExit code: 0 when a capture could be read, whatever it shows; 2 when none could; 130 after Ctrl-C, with what was read until then.',
    )
    .action(async (files: readonly string[], { keylog, html, json, quiet }: Flags) => {
      const { analyzeCommandLine } = await import('../analyze-command.ts');
      const isQuiet = quiet === true;
      finish(await analyzeCommandLine({ files, keyLogFile: keylog ?? null, html: html ?? null, json: json === true, quiet: isQuiet }));
    });
};
