import { foldLoad } from '../measure/fold-load.ts';
import type { AbsenceEvidence, HostEvidence, LoadEvidence } from '../model/evidence.ts';
import type { Path } from '../model/path.ts';
import { RECORD_SCHEMA_VERSION } from '../model/record.ts';
import type { RunFacts } from '../model/run-facts.ts';
import { listedShards } from './barrier-lines.ts';
import type { FoldedShards } from './fold-shards.ts';

/** The run folder of a load that was driven from outside any lab: facts and evidence as a run would have written them. */
export interface MergedRun {
  readonly facts: RunFacts;
  readonly load: LoadEvidence;
  readonly host: HostEvidence;
  readonly absences: readonly AbsenceEvidence[];
}

const PATH = 'outside';
const SCENARIO = 'load';

/** Puts the results of the drivers into the shape that `hopscope report` and `hopscope audit` read. */
export function mergedRun(folded: FoldedShards, sources: { readonly files: number; readonly foreign: number }): MergedRun {
  const { begin, result, shards } = folded;
  const drivers = shards.length;
  const load: LoadEvidence = {
    path: PATH,
    scenario: SCENARIO,
    comparedFor: PATH,
    slot: 0,
    profile: begin.load,
    requested: begin.profile,
    ...result,
    ...foldLoad(result.series, drivers),
  };
  return { facts: factsOf(folded, sources), load, host: hostOf(), absences: absencesOf(folded) };
}

function factsOf(folded: FoldedShards, { files, foreign }: { readonly files: number; readonly foreign: number }): RunFacts {
  const { begin, result, shards } = folded;
  const nodes = [...new Set(shards.map((shard) => shard.begin.machine.node))].join(', ');
  const kernels = [...new Set(shards.map((shard) => shard.begin.machine.kernel))].join(', ');
  const skipped = foreign === 0 ? '' : `, ${String(foreign)} foreign lines passed over`;
  return {
    schemaVersion: RECORD_SCHEMA_VERSION,
    tool: { name: 'hopscope', version: begin.toolVersion },
    run: {
      id: begin.runId,
      startedAt: new Date(result.startedAtMs).toISOString(),
      elapsedMs: Math.max(0, Math.round(result.endedAtMs - result.startedAtMs)),
      interrupted: false,
      seed: begin.profile.seed,
      specLabel: begin.spec,
      timeScaleNote: null,
    },
    lab: {
      kind: 'none',
      because: `${counted(shards.length, 'driver')} of ${String(begin.shard.of)} outside any lab, merged from ${counted(files, 'file')}${skipped}; ${startWords(folded)}`,
      versions: { hopscope: begin.toolVersion },
    },
    machine: {
      kernel: kernels,
      cpus: shards.reduce((sum, shard) => sum + shard.begin.machine.cpus, 0),
      node: nodes,
      congestionControl: 'not recorded',
    },
    scenarios: [{ id: SCENARIO, title: `Load '${begin.load}' by ${counted(begin.shard.of, 'driver')}` }],
    paths: [pathOf(folded)],
    policy: { allow: [], inconclusive: 'refuse' },
  };
}

/** All that is known of it is its two ends, and only one of them is ours. */
function pathOf({ begin }: FoldedShards): Path {
  const url = new URL(begin.url);
  const tls = url.protocol === 'wss:';
  return {
    id: PATH,
    title: begin.url,
    about: 'A path outside the lab, driven from its client end. What stands between the drivers and the origin was not seen.',
    proxies: [],
    links: [{ name: 'outside', impairments: [] }],
    origin: 'echo',
    target: `${url.pathname}${url.search}`,
    httpBase: '',
    tls,
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    expect: [],
    control: PATH,
    incident: null,
    outside: { url: begin.url, load: begin.load },
  };
}

const hostOf = (): HostEvidence => ({
  host: 'client',
  paths: [PATH],
  role: 'client',
  service: null,
  version: null,
  addresses: [],
  config: null,
  configLines: [],
  log: null,
  congestionControl: null,
});

function absencesOf({ missing, cut, begin }: FoldedShards): readonly AbsenceEvidence[] {
  const of = String(begin.shard.of);
  const unseen: AbsenceEvidence = {
    path: PATH,
    scenario: SCENARIO,
    what: 'tcpCounters',
    code: 'LAB_ERR_NO_PRIVILEGE',
    because: 'retransmissions, captures and logs: not measured, a path outside the lab is seen from its client end alone',
    optional: true,
  };
  const absence = (code: string, because: string): AbsenceEvidence => ({ path: PATH, scenario: SCENARIO, what: 'loads', code, because });
  return [
    unseen,
    ...(missing.length === 0
      ? []
      : [
          absence(
            'RUN_ERR_BAD_EVIDENCE',
            `no result was given of shard ${listedShards(missing)} of ${of}: its part of the load is unknown`,
          ),
        ]),
    ...(cut.length === 0
      ? []
      : [
          absence(
            'RUN_ERR_INTERRUPTED',
            `shard ${listedShards(cut)} of ${of} ended before its load did: what it had told by then is counted`,
          ),
        ]),
  ];
}

function startWords({ begin, startsWithinMs }: FoldedShards): string {
  if (begin.shard.of === 1) return 'one driver, so nothing to start together';
  if (startsWithinMs === null) return 'started without a barrier, so at unknown distances';
  return `started together within ${String(startsWithinMs)} ms, the longest round trip of the barrier`;
}

const counted = (count: number, word: string): string => `${String(count)} ${word}${count === 1 ? '' : 's'}`;
