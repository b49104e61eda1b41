import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';

const OWN = /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: )?\([\w-]+\.c\.\d+\) (?<message>.*)$/;
const PLACE = /^source: \S+ line: (?<line>\d{1,9}) pos: (?<column>\d{1,9}) (?<message>.*)$/;
const MAX_MESSAGE = 1000;

/** Why `lighttpd -tt` refused a config: a place for what its grammar does not know, else only words. `pos: 0` is no column. */
export function parseRejection({ code, stdout, stderr }: CommandResult): ConfigRejection {
  const said = `${stderr}\n${stdout}`
    .slice(0, 64 * 1024)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const messages = said.map((line) => OWN.exec(line)?.groups?.['message'] ?? line);
  for (const one of messages) {
    const place = PLACE.exec(one)?.groups;
    if (place === undefined) continue;
    const column = Number(place['column']);
    return { line: Number(place['line']), column: column === 0 ? null : column, message: (place['message'] ?? '').slice(0, MAX_MESSAGE) };
  }
  return { line: null, column: null, message: (messages[0] ?? `exit code ${code} without a word`).slice(0, MAX_MESSAGE) };
}
