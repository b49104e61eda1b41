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
  const what = fatalMessage({ stdout, stderr });
  if (what === undefined) return { line: null, column: null, message: (lines.find((line) => line !== '') ?? '').slice(0, MAX_MESSAGE) };
  const place = PLACE.exec(what)?.groups;
  const message = (place?.['message'] ?? what).slice(0, MAX_MESSAGE);
  if (place === undefined) return { line: null, column: null, message };
  return { line: Number(place['line']), column: null, message, file: place['file'] ?? '' };
}

/** The first thing that stopped nginx, in its own words, the place included; undefined where nothing did. */
export function fatalMessage({ stdout, stderr }: Pick<CommandResult, 'stdout' | 'stderr'>): string | undefined {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim().slice(0, 2 * MAX_MESSAGE));
  return lines.map((line) => FATAL.exec(line)?.groups?.['what']).find((found) => found !== undefined);
}
