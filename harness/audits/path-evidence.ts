import type { LoadEvidence, Recorded } from '../model/evidence.ts';
import type { Path } from '../model/path.ts';
import type { EvidenceSet } from './audit.ts';

/** Evidence of one path, as it is wanted to judge `subject`: the path itself, or the path it is compared with. */
export function evidenceOfPath(evidence: EvidenceSet, path: Path, subject: Path): EvidenceSet {
  const own = <T extends { readonly path: string }>(records: readonly T[]): readonly T[] =>
    records.filter((record) => record.path === path.id);
  const shared = <T extends { readonly paths: readonly string[] }>(records: readonly T[]): readonly T[] =>
    records.filter(({ paths }) => paths.includes(path.id));
  return {
    handshakes: own(evidence.handshakes),
    idles: own(evidence.idles),
    loads: slotsFor(own(evidence.loads), subject),
    tcpCounters: own(evidence.tcpCounters),
    http: own(evidence.http),
    hosts: shared(evidence.hosts),
    links: shared(evidence.links),
    linkCounters: own(evidence.linkCounters),
    proxyLogs: own(evidence.proxyLogs),
    absences: own(evidence.absences),
    captures: shared(evidence.captures),
    legs: own(evidence.legs),
    sockets: own(evidence.sockets),
    instruments: own(evidence.instruments),
    plays: own(evidence.plays),
    actions: shared(evidence.actions),
    survivals: own(evidence.survivals),
    ladders: own(evidence.ladders),
    capacities: own(evidence.capacities),
    foreignClients: own(evidence.foreignClients),
    streamedHttp: own(evidence.streamedHttp),
    crashes: own(evidence.crashes),
    usages: own(evidence.usages),
    knees: own(evidence.knees),
  };
}

/** Control slots are interleaved with one subject's own: those are its comparison; without any, all slots of the control. */
function slotsFor(slots: readonly Recorded<LoadEvidence>[], subject: Path): readonly Recorded<LoadEvidence>[] {
  if (slots.every(({ path }) => path === subject.id)) return slots;
  const interleaved = slots.filter(({ comparedFor }) => comparedFor === subject.id);
  return interleaved.length > 0 ? interleaved : slots;
}
