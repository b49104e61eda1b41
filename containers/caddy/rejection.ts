import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';

/** `Error: adapting config using caddyfile: /etc/hopscope/Caddyfile:3: what`, in places with ` - ` for the second colon. */
const PLACE = /(?:^|[\s:])\/[^\s:]+:(?<line>\d{1,9})(?: - (?:Error during parsing: |Syntax error: )?|: )(?<message>.+)$/;
const MAX_MESSAGE = 1000;

/** Why `caddy validate` refused a Caddyfile. It names a line, and never a column. */
export function parseRejection({ code, stdout, stderr }: CommandResult): ConfigRejection {
  const lines = `${stderr}\n${stdout}`
    .slice(0, 64 * 1024)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('{'));
  const error = lines.find((line) => line.startsWith('Error: ')) ?? lines[0] ?? `exit code ${code} without a word`;
  const place = PLACE.exec(error)?.groups;
  const message = (place?.['message'] ?? error.replace(/^Error: /, '')).slice(0, MAX_MESSAGE);
  return { line: place?.['line'] === undefined ? null : Number(place['line']), column: null, message };
}
