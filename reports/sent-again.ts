import type { TcpSummary } from '../harness/model/record.ts';
import { formatShare } from './numbers.ts';

/** Segments that went out more than once because they, or their acknowledgement, were lost: needless resends are not among them. */
export const lostAgain = ({ retransSegs, needlessSegs }: TcpSummary): number | null =>
  retransSegs === null || needlessSegs === null ? null : retransSegs - (needlessSegs ?? 0);

/** Their share of all segments that the host sent, as the audits reckon it: `2.53 %`; null where it was not measured. */
export function shareSentAgain(tcp: TcpSummary): string | null {
  const again = lostAgain(tcp);
  if (again === null || tcp.outSegs === null || tcp.retransSegs === null) return null;
  return formatShare(again, tcp.outSegs + tcp.retransSegs) ?? 'nothing sent';
}

const sum = (values: readonly (number | null)[]): number | null =>
  values.length === 0 || values.includes(null) ? null : values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** All hosts of a path together. What one of them could not measure makes the sum unknown. */
export const togetherOf = (hosts: readonly TcpSummary[]): TcpSummary => ({
  host: 'all hosts',
  retransSegs: sum(hosts.map(({ retransSegs }) => retransSegs)),
  outSegs: sum(hosts.map(({ outSegs }) => outSegs)),
  needlessSegs: sum(hosts.map(({ retransSegs, needlessSegs }) => (retransSegs === null ? null : (needlessSegs ?? 0)))),
});
