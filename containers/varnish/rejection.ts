import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';

/** `('/etc/hopscope/main.vcl' Line 7 Pos 13)`, after one or more lines with the reason. */
const PLACE = /^\('(?<file>[^']+)' Line (?<line>\d{1,9}) Pos (?<column>\d{1,9})\)/;
const MAX_MESSAGE = 1000;

/** Why `varnishd -C` refused a VCL: the first place that the VCC compiler names. */
export function parseRejection({ code, stdout, stderr }: CommandResult): ConfigRejection {
  const lines = `${stderr}\n${stdout}`
    .slice(0, 64 * 1024)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const first = lines.findIndex((line) => line.startsWith('Message from VCC-compiler'));
  const said = first < 0 ? lines : lines.slice(first + 1);
  const at = said.findIndex((line) => PLACE.test(line));
  const message = (
    at > 0
      ? said
          .slice(0, at)
          .filter((line) => !line.startsWith('('))
          .join(' ')
      : (said[0] ?? `exit code ${code} without a word`)
  ).slice(0, MAX_MESSAGE);
  const place = PLACE.exec(said[at] ?? '')?.groups;
  if (place === undefined) return { line: null, column: null, message };
  return { line: Number(place['line']), column: Number(place['column']), message };
}
