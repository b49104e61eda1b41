import type { RunRecord } from '../../harness/model/record.ts';
import { countMarks, failuresIn } from '../reading-order.ts';
import { problemsOf } from '../problems.ts';
import type { Reporter } from '../reporter.ts';
import { type MetricFamily, type MetricSample, openMetrics } from './open-metrics.ts';

const seconds = (ms: number): number => ms / 1000;

/** metrics.txt: what a merge request should show the change of, in OpenMetrics. Units are base units: seconds, percent, counts. */
export const metricsReport: Reporter = (record) =>
  openMetrics([...verdicts(record), ...thresholds(record), ...loads(record), ...entries(record)]);

function verdicts(record: RunRecord): readonly MetricFamily[] {
  const { unexpected, inconclusive, warnings, known, declared, quirks } = failuresIn(record);
  const findings = Object.entries({ unexpected, inconclusive, warnings, known, declared, quirks });
  return [
    { name: 'hopscope_exit_code', help: 'Exit code of the run.', samples: [{ labels: {}, value: record.exitCode }] },
    {
      name: 'hopscope_findings',
      help: 'Findings that are no pass.',
      samples: findings.map(([kind, list]) => ({ labels: { kind }, value: list.length })),
    },
    {
      name: 'hopscope_cells',
      help: 'Scenarios on paths by what came of them.',
      samples: [...countMarks(record)]
        .map(([mark, value]) => ({ labels: { mark }, value }))
        .toSorted((a, b) => (a.labels.mark < b.labels.mark ? -1 : 1)),
    },
    {
      name: 'hopscope_path_errors',
      help: 'What fails on a path and nobody declared.',
      samples: record.paths.map(({ path }) => ({
        labels: { path: path.id },
        value: problemsOf(record).filter((problem) => problem.level === 'error' && problem.path === path.id).length,
      })),
    },
  ];
}

function thresholds({ thresholds: all }: RunRecord): readonly MetricFamily[] {
  const of = (unit: string, scale: (value: number) => number): readonly MetricSample[] =>
    all.flatMap(({ path, expect, measured }) =>
      measured?.unit === unit ? [{ labels: { path, expect }, value: scale(measured.value) }] : [],
    );
  const help = 'What the policy sets a threshold for, as measured.';
  return [
    { name: 'hopscope_threshold_seconds', unit: 'seconds', help, samples: of('ms', seconds) },
    { name: 'hopscope_threshold_percent', unit: 'percent', help, samples: of('%', (value) => value) },
    { name: 'hopscope_threshold_count', help, samples: of('count', (value) => value) },
  ];
}

function loads({ paths, loadComparisons, knees }: RunRecord): readonly MetricFamily[] {
  const all = [
    ...paths.flatMap(({ path, load }) => (load === null ? [] : [{ ...load, path: path.id, profile: 'default' }])),
    ...loadComparisons,
  ];
  const percentiles = all.flatMap(({ path, profile, differences }) =>
    differences.map((one) => ({ labels: { path, profile, percentile: `p${one.percentile}` }, ...one })),
  );
  const counted = all.map(({ path, profile, sent, echoed }) => ({ labels: { path, profile }, value: sent - echoed }));
  const resent = paths.flatMap(({ path, tcp }) =>
    tcp.flatMap(({ host, retransSegs }) => (retransSegs === null ? [] : [{ labels: { path: path.id, host }, value: retransSegs }])),
  );
  const latency = (name: string, help: string, of: 'subjectMs' | 'deltaMs'): MetricFamily => ({
    name,
    unit: 'seconds',
    help,
    samples: percentiles.map((one) => ({ labels: one.labels, value: seconds(one[of]) })),
  });
  return [
    latency('hopscope_latency_seconds', 'Echo latency of a path.', 'subjectMs'),
    latency('hopscope_added_latency_seconds', 'Echo latency of a path beyond that of its control path.', 'deltaMs'),
    { name: 'hopscope_missing_echoes', help: 'Messages that were sent and not echoed.', samples: counted },
    { name: 'hopscope_retransmitted_segments', help: 'Segments that a host sent again.', samples: resent },
    {
      name: 'hopscope_sustained',
      help: 'The most that a path sustained: connections, or messages a second.',
      samples: knees.flatMap(({ path, of, sustainable }) => (sustainable === null ? [] : [{ labels: { path, of }, value: sustainable }])),
    },
  ];
}

function entries({ subjects = [] }: RunRecord): readonly MetricFamily[] {
  const seen = subjects.flatMap((subject) =>
    subject.entries.flatMap((entry) => (entry.seen === null ? [] : [{ path: entry.path, ...entry.seen }])),
  );
  return [
    {
      name: 'hopscope_entry_opens',
      help: 'Whether a WebSocket opens at an entry of a checked config: 1 or 0.',
      samples: seen.flatMap(({ path, handshake }) =>
        handshake === null ? [] : [{ labels: { path }, value: handshake === '101' ? 1 : 0 }],
      ),
    },
    {
      name: 'hopscope_entry_idle_limit_seconds',
      unit: 'seconds',
      help: 'After how long an entry cuts an idle socket, as configured.',
      samples: seen.flatMap(({ path, idle }) => (idle?.limitMs == null ? [] : [{ labels: { path }, value: seconds(idle.limitMs) }])),
    },
    {
      name: 'hopscope_entry_reload_survival_percent',
      unit: 'percent',
      help: 'Sockets of an entry that a reload left open.',
      samples: seen.flatMap(({ path, reload }) =>
        reload === null || reload.of === 0 ? [] : [{ labels: { path }, value: (100 * reload.survived) / reload.of }],
      ),
    },
  ];
}
