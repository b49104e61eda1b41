import type { ConnectionEnd } from '../model/outcome.ts';

/** How one end saw its connection end: `FIN`, `RST`, `Close frame 1001`. */
export function endWords(end: ConnectionEnd | null): string {
  switch (end?.kind) {
    case undefined:
      return 'not recorded';
    case 'survived':
      return 'still open';
    case 'close-frame':
      return end.code === null ? 'Close frame' : `Close frame ${end.code}`;
    case 'fin':
      return 'FIN';
    case 'reset':
      return 'RST';
    case 'local':
      return 'closed it';
  }
}

/** Unix milliseconds of the end; null while the connection is open. */
export const endedAt = (end: ConnectionEnd | null): number | null => (end === null || end.kind === 'survived' ? null : end.atMs);

/** Whether the other side of the connection ended it. */
export const wasEndedByPeer = (end: ConnectionEnd | null): boolean =>
  end !== null && (end.kind === 'fin' || end.kind === 'reset' || end.kind === 'close-frame');
