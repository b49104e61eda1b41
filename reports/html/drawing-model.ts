import type { HostEvidence } from '../../harness/model/evidence.ts';
import type { Direction } from '../../harness/model/impairment.ts';
import { hostsOf, legsOf, type Path } from '../../harness/model/path.ts';
import type { JudgedFinding, LegSummary } from '../../harness/model/record.ts';
import { clearedNames } from '../blame-words.ts';
import { isNamedAsPath, programOf } from '../host-words.ts';
import { impairmentLabel } from '../impairment-label.ts';
import { clip, visibleLine } from '../visible-text.ts';
import { lossWords } from '../wire-words.ts';

/** What the findings say of a host or link. `declared`: guilty of a failure that the path declares. */
export type Standing = 'guilty' | 'declared' | 'cleared' | null;

export const STANDING_WORDS: Readonly<Record<Exclude<Standing, null>, string>> = {
  guilty: 'guilty',
  declared: 'guilty, as declared',
  cleared: 'cleared',
};

export interface DrawnHost {
  /** The host's name; its program and version where it is the only proxy and its name is the path's. */
  readonly name: string;
  /** Program and version, the config, or what the host is there for. */
  readonly about: string;
  readonly standing: Standing;
}

export interface DrawnLink {
  readonly name: string;
  readonly impairments: readonly string[];
  readonly standing: Standing;
}

/** The leg between two hosts, with the links it crosses; `seen`: the failure was seen on it, going this way (or either way). */
export interface DrawnLeg {
  readonly links: readonly DrawnLink[];
  readonly seen: { readonly direction: Direction | null; readonly standing: Standing } | null;
  /** What the captures show lost or sent again on it: `1,227 lost, 1,209 sent again`; empty when nothing was. */
  readonly loss: string;
}

/** Hosts and the legs between them: `legs[n]` joins `hosts[n]` and `hosts[n + 1]`. */
export interface Drawing {
  readonly hosts: readonly DrawnHost[];
  readonly legs: readonly DrawnLeg[];
  /** The same in a sentence, for those who cannot see the drawing. */
  readonly description: string;
}

const NAME_LIMIT = 26;
const NOTE_LIMIT = 80;
const short = (text: string, limit = NAME_LIMIT): string => {
  const characters = [...visibleLine(text)];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : characters.join('');
};

/** `haproxy.cfg` of a path of any length. */
const fileName = (label: string): string => label.split('/').findLast((part) => part !== '') ?? label;

function standings(findings: readonly JudgedFinding[]): (name: string) => Standing {
  const failed = findings.filter(({ outcome }) => outcome === 'fail');
  const guilty = new Set(failed.filter(({ expected }) => !expected).map(({ blame }) => blame?.host));
  const declared = new Set(failed.filter(({ expected }) => expected).map(({ blame }) => blame?.host));
  const cleared = new Set(failed.flatMap(({ blame }) => clearedNames(blame)));
  return (name) => (guilty.has(name) ? 'guilty' : declared.has(name) ? 'declared' : cleared.has(name) ? 'cleared' : null);
}

function seenOn(leg: string, findings: readonly JudgedFinding[]): DrawnLeg['seen'] {
  const here = findings
    .filter(({ outcome, blame }) => outcome === 'fail' && blame?.leg === leg)
    .toSorted((a, b) => Number(a.expected) - Number(b.expected));
  const [first] = here;
  return first === undefined ? null : { direction: first.blame?.direction ?? null, standing: first.expected ? 'declared' : 'guilty' };
}

function describe({ hosts, legs }: Omit<Drawing, 'description'>): string {
  const words = (name: string, about: string, standing: Standing): string =>
    [name, ...(about === '' ? [] : [`(${about})`]), ...(standing === null ? [] : [`[${STANDING_WORDS[standing]}]`])].join(' ');
  const parts = hosts.flatMap((host, index) => [
    words(host.name, host.about, host.standing),
    ...(legs[index]?.links ?? []).map((link) => `link ${words(link.name, link.impairments.join('; '), link.standing)}`),
    ...(legs[index]?.loss ? [`(${legs[index].loss})`] : []),
  ]);
  return clip(parts.join(', then '), 2000);
}

/** What a drawing shows of a path's record. */
export interface DrawnEvidence {
  readonly hosts: readonly HostEvidence[];
  readonly legs: readonly LegSummary[];
}

/** A path as it is drawn: every text is bounded and on one line, but not escaped yet. */
export function drawingOf(path: Path, evidence: DrawnEvidence, findings: readonly JudgedFinding[]): Drawing {
  const standing = standings(findings);
  const about = (name: string): string => {
    const proxy = path.proxies.find((it) => it.name === name);
    if (proxy !== undefined)
      return short(isNamedAsPath(path, name) ? fileName(proxy.configLabel) : (programOf(path, name, evidence.hosts) ?? ''));
    return name === 'origin' ? `${path.origin} origin` : `${path.tls ? 'TLS' : 'plain'}, port ${String(path.port)}`;
  };
  const title = (name: string): string => (isNamedAsPath(path, name) ? (programOf(path, name, evidence.hosts) ?? name) : name);
  const hosts = hostsOf(path).map((name) => ({ name: short(title(name)), about: about(name), standing: standing(name) }));
  const legs = legsOf(path).map(({ name, links }) => ({
    seen: seenOn(name, findings),
    loss: lossWords(evidence.legs.filter(({ leg }) => leg === name)),
    links: links.map((link) => ({
      name: short(link),
      standing: standing(link),
      impairments: (path.links.find((it) => it.name === link)?.impairments ?? []).map((impairment) =>
        short(impairmentLabel(impairment), NOTE_LIMIT),
      ),
    })),
  }));
  return { hosts, legs, description: describe({ hosts, legs }) };
}
