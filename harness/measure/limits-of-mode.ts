import type { LadderMode } from '../model/ladder-mode.ts';
import type { ConfiguredLimit } from '../model/limit-evidence.ts';
import type { ConfigLine } from '../model/service.ts';

interface HostLine {
  readonly host: string;
  readonly line: ConfigLine;
}

/** What only the host that the client speaks HTTP with can end: the hosts behind it have connections of their own. */
const AT_THE_FIRST: readonly LadderMode[] = ['connect-silent', 'head-unfinished', 'keep-alive-idle'];

/**
 * The lines that can end a connection in this kind of quiet, in the order of the path. A host that relays bytes hands the client's
 * connection on, so for what only the first host can end the next one counts as well. Of the locations of an nginx the one with the
 * longest prefix of the target counts. `hosts`: the proxies from the client on.
 */
export function limitsOfMode(
  mode: LadderMode,
  lines: readonly HostLine[],
  { target, hosts }: { readonly target: string; readonly hosts: readonly string[] },
): readonly ConfiguredLimit[] {
  const timed = lines.filter(
    ({ host, line }) => line.symptom === 'limits-time' || (line.symptom === 'cuts-idle' && isReadForIdleOnly(host, lines)),
  );
  const own = (host: string): readonly HostLine[] =>
    applying(
      timed.filter((one) => one.host === host),
      target,
    );
  const end = AT_THE_FIRST.includes(mode) ? hosts.findIndex((host) => !isRelay(own(host))) + 1 || hosts.length : hosts.length;
  return hosts.slice(0, end).flatMap((host) =>
    own(host).flatMap(({ line }) => {
      const { limitMs } = line;
      const modes = line.modes ?? ['idle'];
      return limitMs === undefined || !modes.includes(mode) ? [] : [{ host, line, limitMs }];
    }),
  );
}

/** A service whose limits are not read may still say what cuts an idle tunnel. */
const isReadForIdleOnly = (host: string, lines: readonly HostLine[]): boolean =>
  lines.every((one) => one.host !== host || one.line.symptom !== 'limits-time');

/** A line that ends idle sockets and silent connections alike belongs to a host that does not look into the bytes. */
const isRelay = (lines: readonly HostLine[]): boolean =>
  lines.some(({ line: { modes } }) => (modes?.includes('idle') ?? false) && (modes?.includes('connect-silent') ?? false));

function applying(lines: readonly HostLine[], target: string): readonly HostLine[] {
  const prefixes = lines.flatMap(({ line }) => line.scope?.pathPrefix ?? []).filter((prefix) => target.startsWith(prefix));
  const longest = Math.max(0, ...prefixes.map((prefix) => prefix.length));
  return lines.filter(
    ({ line: { scope } }) =>
      scope?.pathPrefix === undefined || (target.startsWith(scope.pathPrefix) && scope.pathPrefix.length === longest),
  );
}
