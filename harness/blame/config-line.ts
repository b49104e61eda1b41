import type { HostEvidence } from '../model/evidence.ts';
import type { ConfigLine, ConfigSymptom } from '../model/service.ts';
import { bounded } from '../wire/redact.ts';

/** What was seen, to be matched against the scopes of a config's lines. Null: not known, and then no scope of that kind matches. */
export interface SeenRequest {
  readonly target: string | null;
  /** Where the proxy's log says it sent the request: `be_static/static1`. */
  readonly server: string | null;
  /** Status the client got. */
  readonly status: number | null;
  /** How the proxy's log says the connection ended; absent or null: not known, and then it rules no line out. */
  readonly termination?: string | null;
}

/**
 * The line that explains a symptom. Of the lines whose whole scope matches, the most specific wins: scoped by server or status
 * before unscoped, then the longest path prefix. Null when none matches or two are equally good: a wrong line sends people astray.
 */
export function chooseConfigLine(lines: readonly ConfigLine[], symptoms: readonly ConfigSymptom[], seen: SeenRequest): ConfigLine | null {
  for (const symptom of symptoms) {
    const matching = lines.filter((line) => line.symptom === symptom && scopeMatches(line, seen));
    if (matching.length > 0) return mostSpecific(matching);
  }
  return null;
}

/** Config lines of one host; empty when its config could not be read. */
export const linesOf = (host: string, hosts: readonly HostEvidence[]): readonly ConfigLine[] =>
  hosts.find((candidate) => candidate.host === host)?.configLines ?? [];

/** ``haproxy.cfg:31 `http-request deny ...` ``. */
export const formatConfigLine = (line: ConfigLine): string => `${line.file}:${line.line} \`${bounded(line.text, 120)}\``;

export function scopeMatches({ scope }: ConfigLine, { target, server, status, termination = null }: SeenRequest): boolean {
  if (scope === undefined) return true;
  if (scope.logName !== undefined && !isSameServer(scope.logName, server)) return false;
  if (scope.status !== undefined && scope.status !== status) return false;
  if (scope.termination !== undefined && termination !== null && !termination.startsWith(scope.termination)) return false;
  return scope.pathPrefix === undefined || (target !== null && target.startsWith(scope.pathPrefix));
}

/** A log says `be_static/static1` where a config knows `be_static`. */
export function isSameServer(logName: string, server: string | null): boolean {
  return server !== null && (server === logName || server.split('/')[0] === logName);
}

function mostSpecific(lines: readonly ConfigLine[]): ConfigLine | null {
  const best = lines.reduce((a, b) => (compareSpecificity(b, a) > 0 ? b : a));
  const equals = lines.filter((line) => compareSpecificity(line, best) === 0);
  return equals.every((line) => line.file === best.file && line.line === best.line) ? best : null;
}

function compareSpecificity(a: ConfigLine, b: ConfigLine): number {
  return facets(a) - facets(b) || (a.scope?.pathPrefix?.length ?? 0) - (b.scope?.pathPrefix?.length ?? 0);
}

const facets = ({ scope }: ConfigLine): number => Number(scope?.logName !== undefined) + Number(scope?.status !== undefined);
