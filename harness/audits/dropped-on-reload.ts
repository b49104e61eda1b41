import { indexLegs } from '../blame/leg-index.ts';
import { blameReloadCut } from '../blame/reload-cut.ts';
import type { Blame, Finding } from '../model/finding.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { type AuditInput, defineAudit } from './audit.ts';
import { blameSentence } from './blame-words.ts';
import { endDetails } from './end-details.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';
import { cutSockets, endsInWords, type Survival, survivalMeasures, survivalTable } from './survival-measures.ts';

type Input = AuditInput<'survivals' | 'actions' | 'hosts' | 'legs' | 'captures' | 'instruments'>;

/** What a proxy offers so that its config or its program can change while sockets are open. A stop or a kill offers no such thing. */
const KEEPS_SOCKETS = new Set(['reload', 'upgrade']);

/** Sockets that ended because a proxy was reloaded or upgraded. */
export const droppedOnReload = defineAudit({
  id: 'dropped-on-reload',
  title: 'Open sockets lived through reloads and upgrades of the proxies',
  failureTitle: 'A reload cut open sockets',
  cite: 'RFC 6455 section 1.4',
  requires: ['survivals', 'actions', 'hosts', 'legs', 'captures', 'instruments'],
  judges: ['survivals'],
  evaluate(input) {
    const kept = input.subject.survivals.filter(({ action }) => KEEPS_SOCKETS.has(action.do));
    return [...byScenario(kept)].flatMap(([scenario, survivals]) => judge(input, scenario, survivals));
  },
});

interface Blamed {
  readonly survival: Survival;
  readonly cut: number;
  readonly blame: Blame;
  readonly chain: readonly LegEvidence[];
  readonly afterMs: number;
}

function judge(input: Input, scenario: string, survivals: readonly Survival[]): readonly Finding[] {
  const findings = scenarioFindings('dropped-on-reload', input.path, scenario);
  const dropping = survivals.filter((one) => cutSockets(one).length > 0);
  if (dropping.length === 0) {
    const sockets = survivals.reduce((sum, one) => sum + one.sockets.length, 0);
    return [
      findings.pass(
        `${counted(sockets, 'socket')} lived through ${counted(survivals.length, 'reload or upgrade', 'reloads and upgrades')}`,
        {
          evidence: refsOf(survivals),
          measures: survivalMeasures(survivals),
          details: [survivalTable(survivals)],
        },
      ),
    ];
  }
  const blamed = dropping.map((survival) => blameOne(input, survival));
  const groups = Map.groupBy(blamed, ({ blame }) => JSON.stringify([blame.host, blame.config?.line ?? 0]));
  return [...groups.values()].map((group) => failure(input, scenario, group));
}

/** All sockets of a case are cut by the same host, or nobody is named. */
function blameOne(input: Input, survival: Survival): Blamed {
  const { path, subject } = input;
  const legs = subject.legs.filter(({ scenario }) => scenario === survival.scenario);
  const index = indexLegs(path, legs);
  const cut = cutSockets(survival);
  const blames = cut.map((socket) => {
    const { clientPort, endedAtMs } = socket;
    const clientLeg = index.clientLegOf({ clientPort, fromMs: survival.actionAtMs, untilMs: endedAtMs });
    const chain = (clientLeg === null ? null : index.chainFrom(clientLeg)) ?? [];
    const afterMs = Math.round(endedAtMs - survival.actionAtMs);
    const sinceDoneMs = Math.round(endedAtMs - doneAtMs(input, survival));
    const ended = { survival, afterMs, sinceDoneMs, isCloseFrame: socket.end === 'close-frame', chain, hosts: subject.hosts };
    return {
      afterMs,
      chain,
      blame: blameReloadCut(ended, { path, ...subject }),
    };
  });
  const named = blames.filter(({ blame }) => blame.host !== 'unknown');
  const hosts = new Set(named.map(({ blame }) => blame.host));
  const best = named.find(({ blame }) => blame.confidence === 'certain') ?? named[0];
  const chosen = hosts.size === 1 ? best : blames.find(({ blame }) => blame.host === 'unknown');
  const fallback = {
    ...(blames[0]?.blame as Blame),
    host: 'unknown',
    leg: null,
    direction: null,
    confidence: 'unknown' as const,
    config: null,
  };
  const afterMs = Math.min(...blames.map((one) => one.afterMs));
  return { survival, cut: cut.length, blame: chosen?.blame ?? fallback, chain: chosen?.chain ?? [], afterMs };
}

/** When the action was seen to be done; its beginning where that was not seen. */
function doneAtMs({ subject }: Input, { action, actionAtMs }: Survival): number {
  const done = subject.actions.find(
    ({ host, do: kind, startedAtMs }) => host === action.host && kind === action.do && startedAtMs >= actionAtMs,
  );
  return done?.endedAtMs ?? actionAtMs;
}

function failure(input: Input, scenario: string, group: readonly Blamed[]): Finding {
  const survivals = group.map(({ survival }) => survival);
  const first = group.find(({ blame }) => blame.confidence === 'certain') ?? group[0];
  const blame = first?.blame ?? null;
  const said = blame === null ? '' : blameSentence(blame, input.subject.hosts, undefined);
  const how = survivals.map((one) => `${one.caseId}: ${endsInWords(one)}`).join('; ');
  return scenarioFindings('dropped-on-reload', input.path, scenario).fail(`${said} (${how})`, {
    blame,
    evidence: refsOf([...survivals, ...input.subject.actions.filter(({ host }) => survivals.some(({ action }) => action.host === host))]),
    measures: { ...survivalMeasures(survivals), cutAfterMs: first?.afterMs ?? 0, cutSockets: group.reduce((sum, { cut }) => sum + cut, 0) },
    details: [survivalTable(survivals), ...endDetails(first?.chain ?? [], input.subject.captures)],
    cases: [...new Set(survivals.map(({ caseId }) => caseId))],
  });
}
