import type { RunRecord } from '../harness/model/record.ts';
import { plural } from './numbers.ts';

/** A host that was not captured in one scenario, and why. Untrusted. */
export interface Uncaptured {
  readonly host: string;
  readonly scenario: string;
  readonly because: string;
}

const UNCAPTURED = /^packets at host (.+?) in (.+?): (.+)$/s;

function uncapturedOf(sentence: string): Uncaptured | null {
  const [, host, scenario, because] = UNCAPTURED.exec(sentence) ?? [];
  return host === undefined || scenario === undefined || because === undefined ? null : { host, scenario, because };
}

/** Hosts whose packets were not captured, as the record's sentences tell. */
export const uncaptured = ({ notMeasured }: Pick<RunRecord, 'notMeasured'>): readonly Uncaptured[] =>
  notMeasured.flatMap((sentence) => uncapturedOf(sentence) ?? []);

/**
 * What could not be measured, in sentences. Every host of every scenario has one of its own about its packets; those of one reason are told
 * together: `packets at 12 hosts in 4 scenarios: ...`.
 */
export function notMeasuredLines(record: Pick<RunRecord, 'notMeasured'>): readonly string[] {
  const groups = Map.groupBy(record.notMeasured, (sentence) => {
    const because = uncapturedOf(sentence)?.because;
    return because === undefined ? sentence : `packets: ${because}`;
  });
  return [...groups.values()].map((sentences) => {
    const absent = uncaptured({ notMeasured: sentences });
    const [first] = absent;
    if (first === undefined || absent.length === 1) return sentences[0] ?? '';
    const [hosts, scenarios] = [new Set(absent.map(({ host }) => host)), new Set(absent.map(({ scenario }) => scenario))];
    const at = hosts.size === 1 ? `host ${first.host}` : plural(hosts.size, 'host');
    const during = scenarios.size === 1 ? first.scenario : plural(scenarios.size, 'scenario');
    return `packets at ${at} in ${during}: ${first.because}`;
  });
}
