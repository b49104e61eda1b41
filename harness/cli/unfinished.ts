import type { AbsenceEvidence } from '../model/evidence.ts';
import { isAskedOf, type RunFacts } from '../model/run-facts.ts';
import type { EvidenceSet } from '../run/run-folder.ts';

interface Part {
  readonly path: string;
  readonly scenario: string;
}

const same = (a: Part, b: Part): boolean => a.path === b.path && a.scenario === b.scenario;

/**
 * What a run that ended early (Ctrl-C, kill -9, a full disk) did not come to, as absences, so that it is never taken for measured:
 * run.json lists what was meant to be done, the evidence what was. Empty for a run that was finished.
 */
export function unfinished({ run, paths, scenarios }: RunFacts, evidence: EvidenceSet): readonly AbsenceEvidence[] {
  if (!run.interrupted) return [];
  const { handshakes, idles, http, absences, plays, survivals, ladders, capacities, foreignClients, streamedHttp } = evidence;
  // A slot on the control path belongs to the path that it is compared with.
  const loads = evidence.loads.map(({ comparedFor, scenario }) => ({ path: comparedFor, scenario }));
  const others: readonly Part[] = [...plays, ...survivals, ...ladders, ...capacities, ...foreignClients, ...streamedHttp];
  const reached: readonly Part[] = [...handshakes, ...loads, ...idles, ...http, ...absences, ...others];
  const planned = scenarios.flatMap((scenario) =>
    paths.filter((path) => isAskedOf(scenario, path)).map((path) => ({ path: path.id, scenario: scenario.id })),
  );
  const last = scenarios.findLast(({ id }) => reached.some(({ scenario }) => scenario === id));
  // These are recorded bit by bit, so the last of them may have been in the middle of it.
  const current = [...handshakes, ...loads, ...plays].findLast(({ scenario }) => scenario === last?.id);
  return [
    ...planned.filter((part) => !reached.some((one) => same(one, part))).map((part) => absence(part, 'the run ended before this was done')),
    ...(current === undefined || absences.some((one) => same(one, current)) ? [] : [absence(current, 'the run ended while this was done')]),
  ];
}

const absence = ({ path, scenario }: Part, because: string): AbsenceEvidence => ({
  path,
  scenario,
  what: 'stimulus',
  code: 'RUN_ERR_INTERRUPTED',
  because,
});
