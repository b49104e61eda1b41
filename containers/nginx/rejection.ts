import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';

/** A log line of nginx at a level that stops it: with a date once it has opened its log, with `nginx:` before. */
const FATAL = /(?:^nginx: |^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )\[(?:emerg|alert|crit)\] (?:\d+#\d+: )?(?<what>.*)$/;
const PLACE = /^(?<message>.*) in (?<file>\/.+):(?<line>\d+)$/;
const MAX_MESSAGE = 1000;

/**
 * Why `nginx -t` refused a config. nginx names a line and never a column, and for what it finds only after reading
 * (a port in use, a log that cannot be opened) no line either.
 */
export function parseRejection({ stdout, stderr }: CommandResult): ConfigRejection {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim().slice(0, 2 * MAX_MESSAGE));
  const what = lines.map((line) => FATAL.exec(line)?.groups?.['what']).find((found) => found !== undefined);
  if (what === undefined) return { line: null, column: null, message: (lines.find((line) => line !== '') ?? '').slice(0, MAX_MESSAGE) };
  const place = PLACE.exec(what)?.groups;
  const message = (place?.['message'] ?? what).slice(0, MAX_MESSAGE);
  return { line: place?.['line'] === undefined ? null : Number(place['line']), column: null, message };
}
