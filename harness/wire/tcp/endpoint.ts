import type { TcpSegment } from './tcp-segment.ts';

/** `10.0.0.1:51000`, `[2001:db8::1]:443`. Words as in TcpSegment. */
export const endpointText = (ipVersion: number, w0: number, w1: number, w2: number, w3: number, port: number): string =>
  ipVersion === 4 ? `${ipv4Text(w3)}:${port}` : `[${ipv6Text(w0, w1, w2, w3)}]:${port}`;

export const sourceText = (s: TcpSegment): string => endpointText(s.ipVersion, s.source0, s.source1, s.source2, s.source3, s.sourcePort);

export const destinationText = (s: TcpSegment): string =>
  endpointText(s.ipVersion, s.destination0, s.destination1, s.destination2, s.destination3, s.destinationPort);

/** Address of one 32-bit word in network order, signed or not. */
export const ipv4Text = (word: number): string => `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;

/** Canonical text of RFC 5952: lower case, no leading zeros, the longest run of two zero groups or more (the first of equals) as `::`. */
export const ipv6Text = (w0: number, w1: number, w2: number, w3: number): string => {
  // RFC 5952 section 5: the dotted form for IPv4-mapped addresses.
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) return `::ffff:${ipv4Text(w3)}`;
  const groups = [w0, w1, w2, w3].flatMap((word) => [word >>> 16, word & 0xffff]);
  const run = longestZeroRun(groups);
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return run.length < 2 ? text(0, 8) : `${text(0, run.start)}::${text(run.start + run.length, 8)}`;
};

const longestZeroRun = (groups: readonly number[]): { start: number; length: number } => {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, at) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: at + 1 - length, length };
  });
  return best;
};
