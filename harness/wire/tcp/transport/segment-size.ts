import type { Both } from '../../../model/capture-analysis.ts';
import type { Sender } from './sender.ts';

/** RFC 9293 section 3.7.1: what a SYN without the option stands for. */
const DEFAULT_MSS_V4 = 536;
const DEFAULT_MSS_V6 = 1220;
/** Where no SYN was captured an Ethernet is taken for granted: 1500 bytes less the headers of IP and TCP. */
const ETHERNET_MSS_V4 = 1460;
const ETHERNET_MSS_V6 = 1440;
/** RFC 7323 appendix A: two NOPs and the option, in every segment. */
const TIMESTAMPS_LENGTH = 12;

/**
 * MSS of a SYN; `announced` is -1 when it carries no such option. Never below one byte, whatever the SYN says.
 */
export const mssOfSyn = (announced: number, ipVersion: number): number =>
  announced > 0 ? announced : ipVersion === 4 ? DEFAULT_MSS_V4 : DEFAULT_MSS_V6;

const usesTimestamps = (own: Sender, other: Sender): boolean =>
  own.mss >= 0 && other.mss >= 0 ? own.hasTimestamps && other.hasTimestamps : own.hasTimestamps || other.hasTimestamps;

/** Length of the options in an ordinary segment of `own`. */
export const plainOptions = (own: Sender, other: Sender): number => (usesTimestamps(own, other) ? TIMESTAMPS_LENGTH : 0);

/**
 * The largest payload of a segment from `own`: the smaller MSS of the two SYNs less the timestamps. A middlebox may have lowered the MSS of one SYN
 * only: frames that are longer than that, but not than what the other end said it takes, are not offloaded and raise the limit.
 */
export const segmentLimit = (own: Sender, other: Sender, ipVersion: number): number => {
  const options = plainOptions(own, other);
  if (own.mss < 0 && other.mss < 0) return (ipVersion === 4 ? ETHERNET_MSS_V4 : ETHERNET_MSS_V6) - options;
  const taken = (other.mss < 0 ? own.mss : other.mss) - options;
  const agreed = (agreedMss(own, other) ?? taken) - options;
  return Math.max(1, agreed < own.longest && own.longest <= taken ? own.longest : agreed);
};

const agreedMss = (own: Sender, other: Sender): number | null => {
  if (own.mss < 0 && other.mss < 0) return null;
  return own.mss < 0 || other.mss < 0 ? Math.max(own.mss, other.mss) : Math.min(own.mss, other.mss);
};

/** What is reported as the MSS of each direction: without options, null when no SYN was captured. */
export const mssSeen = (a: Sender, b: Sender, ipVersion: number): Both<number | null> => {
  const isKnown = a.mss >= 0 || b.mss >= 0;
  return { aToB: isKnown ? segmentLimit(a, b, ipVersion) : null, bToA: isKnown ? segmentLimit(b, a, ipVersion) : null };
};
