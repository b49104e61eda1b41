import { diffRequest, diffResponse } from '../blame/header-diff.ts';
import { viewHandshake } from '../blame/handshake-view.ts';
import type { HandshakeEvidence, HostEvidence, IdleEvidence } from '../model/evidence.ts';
import { FINGERPRINT_VERSION, type Fingerprint } from '../model/fingerprint.ts';
import type { HopHeaderDiff } from '../model/finding.ts';
import type { LadderEvidence } from '../model/limit-evidence.ts';
import type { Path } from '../model/path.ts';
import type { JudgedFinding } from '../model/record.ts';
import type { Behaviour } from './behaviour.ts';

export interface FingerprintGrounds {
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  readonly handshakes: readonly HandshakeEvidence[];
  readonly idles: readonly IdleEvidence[];
  readonly ladders: readonly LadderEvidence[];
  readonly behaviours: readonly Behaviour[];
  readonly findings: readonly JudgedFinding[];
}

/** Measures that tell of the proxy and not of the moment. */
const LASTING_MEASURES = ['bufferedBytes'];

/** The fingerprint of one path out of everything that was recorded there. Pure. */
export function fingerprintOf(grounds: FingerprintGrounds): Fingerprint {
  const { path, hosts } = grounds;
  return {
    fingerprint: FINGERPRINT_VERSION,
    path: path.id,
    subjects: path.proxies.map(({ name, service }) => ({ service, version: hosts.find(({ host }) => host === name)?.version ?? null })),
    headers: headerChanges(grounds),
    behaviours: labelsOf(grounds.behaviours.filter((one) => one.path === path.id)),
    limitsMs: limitsOf(grounds),
    measures: lastingMeasures(grounds),
  };
}

function headerChanges({ path, handshakes }: FingerprintGrounds): Fingerprint['headers'] {
  const plain =
    handshakes.find((one) => one.path === path.id && one.caseId === 'browser-headers') ?? handshakes.find((one) => one.path === path.id);
  if (plain === undefined) return { request: [], response: [] };
  const { sent, originReceived, originSent, clientReceived } = viewHandshake(plain);
  return {
    request: sent === null || originReceived === null ? [] : wordsOf(diffRequest('client', 'origin', sent, originReceived)),
    response: originSent === null || clientReceived === null ? [] : wordsOf(diffResponse('origin', 'client', originSent, clientReceived)),
  };
}

/** Names only: values carry addresses and ports. */
const wordsOf = ({ changes }: HopHeaderDiff): readonly string[] =>
  changes
    .map((change) => (change.kind === 'recased' ? `recased ${change.before} to ${change.after}` : `${change.kind} ${change.name}`))
    .toSorted();

function labelsOf(behaviours: readonly Behaviour[]): Fingerprint['behaviours'] {
  const byScenario = Map.groupBy(behaviours, ({ scenario }) => scenario);
  return sorted(
    [...byScenario].map(([scenario, cases]) => [scenario, sorted(cases.map(({ caseId, label }) => [caseId, label] as const))] as const),
  );
}

function limitsOf({ path, idles, ladders }: FingerprintGrounds): Fingerprint['limitsMs'] {
  const held = idles
    .filter((one) => one.path === path.id && one.outcome.kind === 'upgraded')
    .map(({ mode, client, lastTrafficAtMs }) => {
      const cutAtMs = client.kind === 'survived' || client.kind === 'local' ? null : client.atMs;
      return [`${mode} (held)`, cutAtMs === null || lastTrafficAtMs === null ? null : rounded(cutAtMs - lastTrafficAtMs)] as const;
    });
  const measured = ladders
    .filter((one) => one.path === path.id)
    .map(({ mode, limitMs, timeScale }) => [mode, limitMs === null ? null : rounded(limitMs * timeScale)] as const);
  return sorted([...held, ...measured]);
}

function lastingMeasures({ path, findings }: FingerprintGrounds): Fingerprint['measures'] {
  const own = findings.filter((finding) => finding.path === path.id);
  return sorted(
    own.flatMap(({ scenario, measures }) =>
      Object.entries(measures)
        .filter(([name]) => LASTING_MEASURES.some((lasting) => name.startsWith(lasting)))
        .map(([name, value]) => [`${scenario} ${name}`, rounded(value)] as const),
    ),
  );
}

/** Two significant digits: what is measured differs a little each time. */
const rounded = (value: number): number => Number(value.toPrecision(2));

const sorted = <T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> =>
  Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
