import type { HostEvidence } from '../model/evidence.ts';
import type { Direction } from '../model/impairment.ts';
import type { Blame } from '../model/finding.ts';
import type { Path } from '../model/path.ts';
import type { ConfigLine, ConfigSymptom } from '../model/service.ts';
import { clientLegOf, serverLegOf } from './leg-of-host.ts';
import { chooseConfigLine, linesOf } from './config-line.ts';
import type { SeenRequest } from './config-line.ts';
import { hostTitle } from './host-title.ts';
import { unknownBlame } from './unknown-blame.ts';

/** Bytes that differ between the two ends of a path, and what a config line would call that. */
interface SeenChange {
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  readonly symptoms: readonly ConfigSymptom[];
  /** Header that the config line must name; null when the symptom alone is enough. */
  readonly header: string | null;
  /** The request as each proxy saw it. */
  readonly seenBy: (host: string) => SeenRequest;
  readonly direction: Direction;
  /** What was done, to follow a name: "passed the request on without Upgrade". */
  readonly did: string;
}

/**
 * Who changed the bytes. Links forward packets and cannot edit a stream, so the only proxy of a path did it; of several proxies the
 * one whose config alone can do it is likely, and without that nobody is named.
 */
export function blameChange(change: SeenChange): Blame {
  const { path } = change;
  const only = path.proxies.length === 1 ? path.proxies[0] : undefined;
  if (only !== undefined) return blamed(change, only.name, 'certain');
  if (path.proxies.length === 0) return unknownBlame(`somebody ${change.did} on a path without proxies`);
  const able = path.proxies.filter((proxy) => isAble(change, proxy.name));
  const single = able.length === 1 ? able[0] : undefined;
  if (single === undefined || !path.proxies.every((proxy) => isConfigKnown(change, proxy.name))) {
    return unknownBlame(`one of ${path.proxies.map((proxy) => proxy.name).join(', ')} ${change.did}; their configs do not decide which`);
  }
  return blamed(change, single.name, 'likely');
}

function blamed(change: SeenChange, host: string, confidence: 'certain' | 'likely'): Blame {
  const leg = change.direction === 'to-origin' ? serverLegOf(change.path, host) : clientLegOf(change.path, host);
  const because = `${hostTitle(host, change.hosts)} ${change.did}`;
  return { host, leg, direction: change.direction, confidence, because, config: lineOf(change, host), innocent: [] };
}

const lineOf = (change: SeenChange, host: string): ConfigLine | null =>
  chooseConfigLine(candidateLines(change, host), change.symptoms, change.seenBy(host));

/**
 * Whether the config can do it at all. What the request went through inside a proxy is not always known, so of the scopes only the
 * path counts, and not even that when some proxy may have rewritten it.
 */
function isAble(change: SeenChange, host: string): boolean {
  const rewritten = change.path.proxies.some((proxy) =>
    linesOf(proxy.name, change.hosts).some((line) => line.symptom === 'rewrites-target'),
  );
  const { target } = change.seenBy(host);
  return candidateLines(change, host).some((line) => {
    const prefix = line.scope?.pathPrefix;
    const isElsewhere = prefix !== undefined && target !== null && !rewritten && !target.startsWith(prefix);
    return change.symptoms.includes(line.symptom) && !isElsewhere;
  });
}

const isConfigKnown = (change: SeenChange, host: string): boolean =>
  change.hosts.some((candidate) => candidate.host === host && candidate.config !== null);

/** A line that changes some header explains this one only when it names it. */
function candidateLines({ hosts, header }: SeenChange, host: string): readonly ConfigLine[] {
  return linesOf(host, hosts).filter((line) => line.symptom !== 'changes-header' || (header !== null && namesHeader(line.text, header)));
}

/** As a word of its own: `proxy_pass http://origin:9000` does not name the header Origin. */
const namesHeader = (text: string, header: string): boolean =>
  text
    .toLowerCase()
    .split(/[\s"'(),;]+/)
    .includes(header.toLowerCase());
