import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Finding } from '../model/finding.ts';
import type { Path } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import { entryRows } from './entry-rows.ts';
import { type EntryEvidence, type EntryFault, entryFaults, isReal } from './entry-faults.ts';
import { answerOf, isAlert, isCertificate, whoAnswers } from './entry-words.ts';
import { roundTripsOf } from './entry-frames.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

/**
 * An entry outside any lab, of which nothing but the client's end is seen: whether it does what RFC 6455 asks of a server. Blames nobody. Entries of a lab are judged by
 * the audits that compare.
 */
export const unopenedEntry = defineAudit({
  id: 'unopened-entry',
  title: 'The entry opened, answered and kept its sockets',
  failureTitle: 'The entry did not do what a WebSocket client may expect of it',
  cite: 'RFC 6455 sections 4.2, 5.4 and 5.5',
  requires: ['handshakes', 'plays', 'http', 'idles'],
  judges: ['handshakes', 'plays', 'idles'],
  standsAlone: true,
  judgesOutside: true,
  evaluate({ path, subject }) {
    if (path.outside === undefined || !('check' in path.outside)) return [];
    return [...byScenario(subject.handshakes)].flatMap(([scenario, handshakes]) => {
      const own = <T extends { readonly scenario: string }>(records: readonly T[]): readonly T[] =>
        records.filter((record) => record.scenario === scenario);
      return judge(path, scenario, { handshakes, plays: own(subject.plays), http: own(subject.http), idles: own(subject.idles) });
    });
  },
});

function judge(path: Path, scenario: string, evidence: EntryEvidence): readonly Finding[] {
  const findings = scenarioFindings('unopened-entry', path, scenario);
  const url = path.outside?.url ?? path.title;
  const seen = {
    kind: 'table' as const,
    title: 'Seen from the client',
    columns: ['what', 'seen'],
    rows: entryRows(path, evidence),
  };
  const { faults, unclear } = entryFaults(evidence);
  const all = [...evidence.handshakes, ...evidence.plays, ...evidence.http, ...evidence.idles];
  const failed = faults.map((fault, index) =>
    findings.fail(`${url} ${fault.words}`, {
      blame: unknownBlame(whyUnknown(fault)),
      evidence: refsOf(fault.records),
      measures: { ...measuresOf(evidence), ...fault.measures },
      cases: fault.cases,
      details: index === 0 ? [seen] : [],
    }),
  );
  if (failed.length > 0) return failed;
  const rest = { evidence: refsOf(all), measures: measuresOf(evidence), details: [seen] };
  if (unclear.length > 0) return [findings.inconclusive(`${url}: ${unclear.join('; ')}`, rest)];
  return [findings.pass(`${url} opens: ${passWords(evidence)}`, rest)];
}

const UNSEEN =
  'from outside only the client end is seen, so which of the hosts on the way or behind it did this cannot be said; to see it run `hopscope check <config>` on the config of the proxy, ' +
  'or capture on both sides of the proxy and give both files to `hopscope analyze`';

/** What the client can prove by itself, what the answer says of itself, and what would show the rest. */
function whyUnknown({ records }: EntryFault): string {
  const answers = records.flatMap((record) => ('acceptable' in record ? [record] : []));
  if (answers.some(({ outcome }) => isCertificate(outcome)))
    return 'the certificate itself is the proof, and whoever ends TLS at that address shows it; which host that is is not seen from outside (--insecure goes on without it)';
  if (answers.some(({ outcome }) => isAlert(outcome)))
    return 'the TLS alert is proof that whoever ends TLS at that address refused; which host that is is not seen from outside';
  const hint = answers.map((one) => whoAnswers(answerOf(one))).find((said) => said !== null);
  return hint === undefined || hint === null ? UNSEEN : `${UNSEEN}. The answer says of itself ${hint}, which is a hint and no proof`;
}

function measuresOf({ handshakes, plays }: EntryEvidence): Readonly<Record<string, number>> {
  const real = handshakes.filter(isReal);
  const opened = real.filter(({ outcome }) => outcome.kind === 'upgraded').length;
  const trips = roundTripsOf(plays).toSorted((a, b) => a - b);
  const median = trips[Math.floor((trips.length - 1) / 2)];
  return {
    openedHandshakes: opened,
    realHandshakes: real.length,
    ...(median === undefined ? {} : { roundTripP50Ms: median, roundTripMaxMs: trips.at(-1) ?? median }),
  };
}

function passWords({ handshakes, plays, idles }: EntryEvidence): string {
  const real = handshakes.filter(isReal);
  const opened = real.filter(({ outcome }) => outcome.kind === 'upgraded').length;
  const held = Math.max(0, ...idles.map(({ holdMs }) => holdMs));
  return [
    `${String(opened)} of ${counted(real.length, 'handshake')} of real clients, ${counted(handshakes.length - real.length, 'wrong handshake')} refused`,
    ...(plays.length === 0 ? [] : [`Ping and Close answered${plays.length > 2 ? ', every message echoed' : ''}`]),
    ...(held === 0 ? [] : [`idle sockets lived for ${String(held / 1000)} s`]),
  ].join(', ');
}
