import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';

/** `[ALERT]    (123) : config : ...`; before version 2.4 a date stands in front of the process id. */
const ALERT = /^\[ALERT\]\s+(?:\S+\s+)?\(\d+\) : (?:config : )?(?<text>.*)$/;
/** `parsing [f:1] : ...`, `[f:1] : ...`, `Binding [f:1] for frontend f: ...`, `Proxy 'b', server 's' [f:1] verify ...`. */
const PLACE =
  /^(?:[Pp]arsing |Binding |Proxy '[^']{0,200}', server '[^']{0,200}' )?\[(?<file>[^\]]*):(?<line>\d{1,9})\](?: for \w{1,20} [^:\s]{1,200})?(?: ?:)? (?<message>.*)$/;
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
    const at = { line: Number(place['line']), column: column === undefined ? null : Number(column), message };
    return place['file']?.startsWith('/') ? { ...at, file: place['file'] } : at;
  }
  return { line: null, column: null, message: alerts[0] ?? lines.at(-1) ?? `exit code ${output.code} without a word` };
}
