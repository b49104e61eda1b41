import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';

/** `[/etc/hopscope/h2o.conf:3] unknown command: nonsense`, `[...:7] in command proxy.reverse.url, failed to parse URL: ...`. */
const PLACE = /^\[[^\]]+:(?<line>\d{1,9})\] (?<message>.*)$/;
/** What the YAML parser does not read: `failed to parse configuration file /etc/hopscope/h2o.conf line 3: did not find expected key`. */
const YAML = /^failed to parse configuration file \S+ line (?<line>\d{1,9})(?:: (?<message>.*))?$/;
const MAX_MESSAGE = 1000;

/** Why `h2o -m test` refused a config: the first line with a place, else the first line. */
export function parseRejection({ code, stdout, stderr }: CommandResult): ConfigRejection {
  const lines = `${stderr}\n${stdout}`
    .slice(0, 64 * 1024)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const place = lines.map((line) => (PLACE.exec(line) ?? YAML.exec(line))?.groups).find((groups) => groups !== undefined);
  const message = (place?.['message'] ?? lines[0] ?? `exit code ${code} without a word`).slice(0, MAX_MESSAGE);
  return { line: place?.['line'] === undefined ? null : Number(place['line']), column: null, message };
}
