/** What tcpdump says of itself: at SIGUSR1 in one line, at its end in several. */
export interface CaptureCounts {
  /** Packets that it has taken from the kernel. */
  readonly captured: number;
  /** Packets that passed the filter in the kernel, with those that found no room. */
  readonly received: number;
  /** Packets that found no room. */
  readonly dropped: number;
}

const LINES = {
  captured: /(\d+) packets? captured/,
  received: /(\d+) packets? received by filter/,
  dropped: /(\d+) packets? dropped by kernel/,
} as const;

/** Reads the counts out of what was printed; null when one of them is not there. */
export function parseCaptureCounts(lines: readonly string[]): CaptureCounts | null {
  const text = lines.join('\n');
  const [captured, received, dropped] = [LINES.captured, LINES.received, LINES.dropped].map((pattern) => pattern.exec(text)?.[1]);
  if (captured === undefined || received === undefined || dropped === undefined) return null;
  return { captured: Number(captured), received: Number(received), dropped: Number(dropped) };
}

/** Packets that were on the wire and are in no file: without room, or still in the kernel when the capture ended. */
export const missedPackets = ({ captured, received, dropped }: CaptureCounts): number => Math.max(dropped, received - captured);

/** Without this privilege tcpdump cannot even stay who it is. */
const SINGLE_USER = /Couldn't change (?:to|ownership)|capng_change_id/;

/** The reason that tcpdump gave for not working, in its own words and bounded; null when it gave none. */
export function captureComplaint(lines: readonly string[]): string | null {
  const said = lines
    .map((line) => line.trim())
    .filter((line) => /^(?:tcpdump|sh|setsid)\b.*: /.test(line) && !/listening on|packets? captured/.test(line));
  if (said.length === 0) return null;
  const hint = SINGLE_USER.test(said.join()) ? ' (a user namespace with one user is not enough: run as root, or use --lab docker)' : '';
  return `${said.join('; ').slice(0, 500)}${hint}`;
}
