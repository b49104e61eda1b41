import { cpus, release } from 'node:os';
import type { AbsenceEvidence, HostEvidence } from '../model/evidence.ts';
import type { OutsideCheck, Path } from '../model/path.ts';
import { RECORD_SCHEMA_VERSION } from '../model/record.ts';
import type { RunFacts } from '../model/run-facts.ts';
import type { CheckUrlOptions } from './check-url-options.ts';
import { packageVersion } from './package-root.ts';

export const OUTSIDE_SCENARIO = { id: 'outside', title: 'What a client sees of an entry outside the lab' } as const;

/** Id of the path of the URL with this index: `outside`, and with a number where there are several. */
export const outsidePathId = (index: number, of: number): string => (of === 1 ? 'outside' : `outside-${String(index + 1)}`);

/** A path of which nothing is known but its two ends, and of those only one is ours. */
export function outsidePath(id: string, url: CheckUrlOptions['urls'][number], check: OutsideCheck): Path {
  const { pathname, search } = new URL(url.shown);
  return {
    id,
    title: url.shown,
    about: 'An entry outside the lab, seen from its client end. What stands between the client and the origin was not seen.',
    proxies: [],
    links: [{ name: 'outside', impairments: [] }],
    origin: 'echo',
    target: `${pathname}${search}`,
    httpBase: '',
    tls: url.endpoint.tls,
    port: url.endpoint.port,
    expect: [],
    control: id,
    incident: null,
    outside: { url: url.shown, check },
  };
}

export interface OutsideTimes {
  readonly id: string;
  readonly startedAt: Date;
  /** Null: it is not over. */
  readonly elapsedMs: number | null;
  readonly interrupted: boolean;
}

export const outsideFacts = (paths: readonly Path[], { seed }: CheckUrlOptions, times: OutsideTimes): RunFacts => ({
  schemaVersion: RECORD_SCHEMA_VERSION,
  tool: { name: 'hopscope', version: packageVersion() },
  run: {
    id: times.id,
    startedAt: times.startedAt.toISOString(),
    elapsedMs: times.elapsedMs ?? 0,
    interrupted: times.interrupted || times.elapsedMs === null,
    seed,
    specLabel: paths.map(({ title }) => title).join(', '),
    timeScaleNote: null,
  },
  lab: { kind: 'none', because: 'entries outside any lab were checked from this machine', versions: { hopscope: packageVersion() } },
  machine: { kernel: release(), cpus: cpus().length, node: process.version, congestionControl: 'not recorded' },
  scenarios: [OUTSIDE_SCENARIO],
  paths,
  policy: { allow: [], inconclusive: 'refuse' },
});

export const outsideHost = (paths: readonly string[]): HostEvidence => ({
  host: 'client',
  paths,
  role: 'client',
  service: null,
  version: null,
  addresses: [],
  config: null,
  configLines: [],
  log: null,
  congestionControl: null,
});

/** What nobody can see from there. */
export const unseenOutside = (path: string): AbsenceEvidence => ({
  path,
  scenario: OUTSIDE_SCENARIO.id,
  what: 'tcpCounters',
  code: 'LAB_ERR_NO_PRIVILEGE',
  because: 'retransmissions, captures and logs: not measured, an entry outside the lab is seen from its client end alone',
  optional: true,
});

/** The entry at which the user ended the check. */
export const interruptedOutside = (path: string): AbsenceEvidence => ({
  path,
  scenario: OUTSIDE_SCENARIO.id,
  what: 'stimulus',
  code: 'RUN_ERR_INTERRUPTED',
  because: 'the check was ended while this was done',
});
