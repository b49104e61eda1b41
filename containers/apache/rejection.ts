import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';

/** `AH00526: Syntax error on line 3 of /etc/hopscope/apache.conf:` with the reason in the next line. */
const PLACE = /^(?:AH\d{5}: |\w+: )?Syntax error on line (\d{1,9}) of (.+):$/;
const MAX_MESSAGE = 1000;

/**
 * Why `apache2 -t` refused a config. The line of an included file (`.inc`) is not one of the main config,
 * so its name goes into the message.
 */
export function parseRejection({ code, stdout, stderr }: CommandResult): ConfigRejection {
  const lines = `${stderr}\n${stdout}`
    .slice(0, 64 * 1024)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const at = lines.findIndex((line) => PLACE.test(line));
  if (at < 0) return { line: null, column: null, message: (lines[0] ?? `exit code ${code} without a word`).slice(0, MAX_MESSAGE) };
  const [, line, file = ''] = PLACE.exec(lines[at] ?? '') ?? [];
  const message = (lines[at + 1] ?? lines[at] ?? '').slice(0, MAX_MESSAGE);
  const isIncluded = file.endsWith('.inc');
  return isIncluded ? { line: null, column: null, message: `${file}:${line}: ${message}` } : { line: Number(line), column: null, message };
}
