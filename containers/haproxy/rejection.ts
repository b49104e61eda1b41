import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';

/** `[ALERT]    (123) : config : ...`; before version 2.4 a date stands in front of the process id. */
const ALERT = /^\[ALERT\]\s+(?:\S+\s+)?\(\d+\) : (?:config : )?(?<text>.*)$/;
const PLACE = /^(?:parsing )?\[(?<file>[^\]]*):(?<line>\d{1,9})\] ?: (?<message>.*)$/;
const POSITION = /\bat position (\d{1,6})/;
/** Lines that only say that there were errors. */
const SUMMARY = /^(?:Error\(s\) found|Fatal errors found|Failed to initialize)/;
const MAX_OUTPUT = 65_536;

/**
 * Reads why HAProxy does not accept a config from what `haproxy -c -f` printed: the first alert that names a place, else the
 * first alert, else the last line. The column is known only for quoting errors.
 */
export function parseRejection(output: CommandResult): ConfigRejection {
  const printed = `${output.stderr}\n${output.stdout}`.slice(0, MAX_OUTPUT).split('\n');
  const lines = printed.map((line) => line.trim()).filter((line) => line !== '');
  const alerts = lines.flatMap((line) => ALERT.exec(line)?.groups?.['text'] ?? []).filter((text) => !SUMMARY.test(text));
  for (const alert of alerts) {
    const place = PLACE.exec(alert)?.groups;
    if (!place) continue;
    const message = (place['message'] ?? '').replace(/:$/, '');
    const column = POSITION.exec(message)?.[1];
    return { line: Number(place['line']), column: column === undefined ? null : Number(column), message };
  }
  return { line: null, column: null, message: alerts[0] ?? lines.at(-1) ?? `exit code ${output.code} without a word` };
}
