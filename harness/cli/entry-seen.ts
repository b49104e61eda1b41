import { behavioursOf } from '../compare/behaviour.ts';
import { fingerprintOf } from '../compare/fingerprint.ts';
import { safePingMs } from '../measure/safe-ping.ts';
import type { LadderEvidence } from '../model/limit-evidence.ts';
import type { RunRecord } from '../model/record.ts';
import type { ConfigLine } from '../model/service.ts';
import type { EntrySeen, IdleLimit } from '../model/world.ts';
import { outcomeLabel } from '../model/outcome.ts';
import type { readRunFolder } from '../run/run-folder.ts';
import { limitsOfMode } from '../measure/limits-of-mode.ts';

type Saved = Awaited<ReturnType<typeof readRunFolder>>;

/** One run of the entries of a subject: what was recorded, and what was made of it. */
export interface SeenRun {
  readonly saved: Saved;
  readonly record: RunRecord;
}

/** The case of the opening handshake that asks for nothing unusual. */
const ORDINARY = 'entry-browser';

/**
 * What a check saw at one entry. `asWritten`: the run of the config as it is; `scaled`: that of a copy with divided durations, null where there was none;
 * `lines`: those of the config as it is.
 */
export function entrySeen(path: string, asWritten: SeenRun, scaled: SeenRun | null, lines: readonly ConfigLine[]): EntrySeen {
  const { evidence, facts } = asWritten.saved;
  const own = facts.paths.find(({ id }) => id === path);
  const handshakes = evidence.handshakes.filter((one) => one.path === path && one.scenario === 'opening-handshake');
  const ordinary = handshakes.find(({ caseId }) => caseId === ORDINARY) ?? handshakes[0];
  const plain = evidence.http.find((one) => one.path === path && one.scenario === 'entry')?.requests[0];
  return {
    handshake: ordinary === undefined ? null : outcomeLabel(ordinary.outcome),
    refusedBy: refuser(path, asWritten.record),
    headers:
      own === undefined
        ? { request: [], response: [] }
        : fingerprintOf({ ...evidence, path: own, behaviours: behavioursOf(evidence), findings: asWritten.record.findings }).headers,
    plain: plain === undefined ? null : (plain.error ?? (plain.status === null ? 'no answer' : String(plain.status))),
    idle: idleOf(path, own?.proxies[0]?.name ?? '', scaled, lines, own?.target ?? '/'),
    reload: reloadOf(path, scaled ?? asWritten),
  };
}

function refuser(path: string, { findings }: RunRecord): EntrySeen['refusedBy'] {
  const refusal = findings.find(
    (one) => one.path === path && one.auditId === 'refused-upgrade' && one.outcome === 'fail' && one.blame !== null,
  );
  const blame = refusal?.blame ?? null;
  return blame === null || blame.host === 'unknown' ? null : { host: blame.host, because: blame.because, line: blame.config };
}

/** The lowest limit of an idle socket that the config sets, and whether a socket was cut by it. */
function idleOf(path: string, host: string, scaled: SeenRun | null, lines: readonly ConfigLine[], target: string): IdleLimit | null {
  const configured = limitsOfMode(
    'idle',
    lines.map((line) => ({ host, line })),
    { target, hosts: [host] },
  );
  const lowest = configured.toSorted((a, b) => a.limitMs - b.limitMs)[0];
  const rung = scaled?.saved.evidence.ladders.find((one) => one.path === path && one.mode === 'idle');
  if (lowest === undefined && rung === undefined) return null;
  const limitMs = lowest?.limitMs ?? measuredMs(rung);
  return {
    limitMs,
    line: lowest?.line ?? null,
    proof: rung === undefined ? 'read' : rung.limitMs === null ? 'outlasted' : 'measured',
    timeScale: rung?.timeScale ?? 1,
    safePingMs: limitMs === null ? null : safePingMs(limitMs),
  };
}

const measuredMs = (rung: LadderEvidence | undefined): number | null =>
  rung === undefined || rung.limitMs === null ? null : Math.round(rung.limitMs * rung.timeScale);

function reloadOf(path: string, { saved }: SeenRun): EntrySeen['reload'] {
  const survival = saved.evidence.survivals.find((one) => one.path === path && one.action.do === 'reload');
  if (survival === undefined || survival.sockets.length === 0) return null;
  return { survived: survival.sockets.filter(({ end }) => end === 'survived').length, of: survival.sockets.length };
}
