/**
 * Kernel TCP counters of one network namespace, out of /proc/net/snmp and /proc/net/netstat. Both files are pairs of lines: a
 * line of names and a line of values with the same prefix (`Tcp:`, `TcpExt:`). Counters are read by name and never reset, so only
 * differences mean anything.
 */
export type TcpCounters = Readonly<Record<string, number>>;

/** The files, below /proc/net. */
export const COUNTER_FILES = ['snmp', 'netstat'] as const;

/** Counters of `Tcp` and `TcpExt` by the kernel's names. Lines it does not know are passed over. */
export function parseTcpCounters(text: string): TcpCounters {
  const counters: Record<string, number> = {};
  const lines = text.split('\n');
  for (let i = 0; i + 1 < lines.length; i++) {
    const [prefix, ...names] = (lines[i] ?? '').split(' ');
    if (prefix !== 'Tcp:' && prefix !== 'TcpExt:') continue;
    const [same, ...values] = (lines[i + 1] ?? '').split(' ');
    if (same !== prefix) continue;
    names.forEach((name, index) => {
      counters[name] = Number(values[index]);
    });
    i++;
  }
  return counters;
}

/** What moved between two readings; counters that did not move are left out, except the two every report prints. */
export function counterDelta(before: TcpCounters, after: TcpCounters): TcpCounters {
  const delta: Record<string, number> = {};
  for (const [name, value] of Object.entries(after)) {
    const moved = value - (before[name] ?? 0);
    if (moved !== 0 || name === 'RetransSegs' || name === 'OutSegs') delta[name] = moved;
  }
  return delta;
}
