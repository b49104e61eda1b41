import type { HostEvidence, ProxyLogEvidence } from '../model/evidence.ts';
import type { Blame } from '../model/finding.ts';
import type { Path } from '../model/path.ts';
import { chooseConfigLine, linesOf } from './config-line.ts';
import { hostTitle } from './host-title.ts';
import { shownTarget } from '../wire/redact.ts';
import { readServerStory } from './server-story.ts';

/** Refusals that were only counted, with the log lines of their time. */
interface CountedRefusals {
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  readonly status: number;
  readonly logs: readonly ProxyLogEvidence[];
}

/**
 * Who refused, from the proxies' logs alone: one proxy whose every line of this status says that it answered by itself or asked
 * another server. Never `certain`, because the origin's side was not recorded. Null when the logs do not decide.
 */
export function blameByLog({ path, hosts, status, logs }: CountedRefusals): Blame | null {
  const claims = path.proxies.flatMap(({ name }) => {
    const own = logs.filter(
      (log) => log.host === name && log.entry.kind === 'access' && log.entry.status === status && log.entry.target === path.target,
    );
    const stories = own.map((log) => readServerStory({ host: name, entry: log.entry, path, hosts, originSawNothing: false }));
    const isClaim = own.length > 0 && stories.every((story) => story === 'own-answer' || story === 'other-server');
    const entry = own[0]?.entry;
    return isClaim && entry !== undefined ? [{ name, entry }] : [];
  });
  const claim = claims.length === 1 ? claims[0] : undefined;
  if (claim === undefined) return null;
  const config = chooseConfigLine(linesOf(claim.name, hosts), ['answers-itself'], {
    target: path.target,
    server: claim.entry.server,
    status,
  });
  const because = `${hostTitle(claim.name, hosts)} says in its log that it answered ${status} to ${shownTarget(path.target)} without the origin`;
  return { host: claim.name, leg: null, direction: null, confidence: 'likely', because, config, innocent: [] };
}
