import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';
import type { ExpectedFile, ExpectedFileKind, VersionRange } from '../../harness/model/surroundings.ts';

/** `Error: adapting config using caddyfile: /etc/hopscope/Caddyfile:3: what`, in places with ` - ` for the second colon. */
const PLACE = /(?:^|[\s:])(?<file>\/[^\s:]+):(?<line>\d{1,9})(?: - (?:Error during parsing: |Syntax error: )?|: )(?<message>.+)$/;
/** From 2.7 on: `what, at /etc/caddy/Caddyfile:3`. */
const PLACE_BEHIND = /^(?:Error: )?(?:adapting config using caddyfile: )?(?<message>.+), at (?<file>\/[^\s:]+):(?<line>\d{1,9})\b/;
const MAX_MESSAGE = 1000;

/** Why `caddy validate` refused a Caddyfile. It names a line, and never a column. */
export function parseRejection({ code, stdout, stderr }: CommandResult): ConfigRejection {
  const lines = `${stderr}\n${stdout}`
    .slice(0, 64 * 1024)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('{'));
  const error = lines.find((line) => line.startsWith('Error: ')) ?? lines[0] ?? `exit code ${code} without a word`;
  const place = (PLACE_BEHIND.exec(error) ?? PLACE.exec(error))?.groups;
  const message = (place?.['message'] ?? error.replace(/^Error: /, '')).slice(0, MAX_MESSAGE);
  if (place === undefined) return { line: null, column: null, message };
  return { line: Number(place['line']), column: null, message, file: place['file'] ?? '' };
}

const MISSING: readonly (readonly [RegExp, ExpectedFileKind])[] = [
  [/File to import not found: (\/?\S+?)(?:,|$)/, 'include'],
  [/loading certificates: open (\/\S+): no such file or directory/, 'certificate'],
  [/(?:trusted root CA's PEM file|ca_root|trusted_ca_cert)[^:]*: .*open (\/\S+): no such file or directory/, 'authority'],
  [/opening log writer .*(?:mkdir|open) (\/\S+): no such file or directory/, 'log'],
  [/open (\/\S+): no such file or directory/, 'other'],
];

/** A file that is not there, by Caddy's own words (messages of 2.6.2). A relative import is one beside the main file. */
export function missingFile(output: CommandResult): Omit<ExpectedFile, 'place' | 'names' | 'isOptional'> | null {
  const { message, file } = parseRejection(output);
  for (const [pattern, kind] of MISSING) {
    const path = pattern.exec(message)?.[1];
    if (path === undefined) continue;
    const folder = file?.slice(0, file.lastIndexOf('/')) ?? '';
    return path.startsWith('/') || folder !== '' ? { path: path.startsWith('/') ? path : `${folder}/${path}`, kind } : null;
  }
  return null;
}

const RELEASES = 'https://github.com/caddyserver/caddy/releases';
/** Words that came after 2.6.2, with the version that brought them. */
const SINCE: Readonly<Record<string, string>> = {
  stream_timeout: '2.7.0',
  stream_close_delay: '2.7.0',
  trusted_proxies: '2.6.3',
  client_ip: '2.7.0',
  invoke: '2.7.0',
  proxy_protocol: '2.7.0',
  basic_auth: '2.8.0',
  log_skip: '2.8.0',
  log_append: '2.8.0',
  fs: '2.8.0',
  intercept: '2.8.0',
};
const NAMED = /unrecognized (?:directive|subdirective|global option|servers option):? '?([\w.]+)'?|module not registered: [\w.]*?(\w+)$/;

/** In which versions a Caddyfile that was refused with these words may be accepted; null too where the word is that of a plugin. */
export function acceptedBy({ message }: ConfigRejection): VersionRange | null {
  const [, word, module] = NAMED.exec(message) ?? [];
  const name = word ?? module ?? '';
  const from = Object.hasOwn(SINCE, name) ? SINCE[name] : undefined;
  return from === undefined ? null : { from, before: null, because: `\`${name}\` is known since Caddy ${from} (${RELEASES})` };
}
