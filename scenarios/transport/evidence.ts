import type { ForeignClientEvidence, OriginConnection } from '../../harness/index.ts';
import type { Attempted } from './acceptable.ts';
import type { TransportCase } from './transport-case.ts';

interface Parts {
  readonly path: string;
  readonly scenario: string;
  readonly one: TransportCase;
  readonly attempted: Attempted;
  readonly acceptable: readonly string[];
  /** The origin's connection that carried it; null: none did. */
  readonly arrived: OriginConnection | null;
}

/** What is recorded of one case: the client's side, and what the origin saw of it. */
export function evidenceOf({ path, scenario, one, attempted, acceptable, arrived }: Parts): ForeignClientEvidence {
  const { startedAtMs, endedAtMs, outcome, echoed, closeCode, words, facts } = attempted;
  return {
    path,
    scenario,
    caseId: one.id,
    title: one.title,
    cite: one.cite,
    client: facts['http2'] === true ? 'http2' : 'http1',
    clientVersion: null,
    startedAtMs,
    endedAtMs,
    outcome,
    acceptable,
    echoed,
    closeCode,
    words,
    facts: {
      ...facts,
      ...(one.preface === undefined ? {} : { proxyHeaderSent: true }),
      ...seenByOrigin(arrived, facts['resetAtMs'], facts['leftAtMs']),
    },
    originHeadBase64: headOf(arrived),
  };
}

function headOf(arrived: OriginConnection | null): string | null {
  if (arrived === null) return null;
  const bytes = Buffer.concat(arrived.received.map(({ base64 }) => Buffer.from(base64, 'base64')));
  // A PROXY header of version 2 begins with empty lines.
  const end = bytes.indexOf('\r\n\r\n', 16);
  return bytes.subarray(0, end === -1 ? bytes.length : end + 4).toString('base64');
}

/** Whether the origin's socket was over before the client left the connection, and from whom the origin thinks the request came. */
function seenByOrigin(
  arrived: OriginConnection | null,
  resetAtMs: string | number | boolean | undefined,
  leftAtMs: string | number | boolean | undefined,
): Record<string, string | number | boolean> {
  if (arrived === null) return {};
  const forwarded = /^x-forwarded-for: *([\w.:, ]{1,100})/im.exec(Buffer.from(headOf(arrived) ?? '', 'base64').toString('latin1'))?.[1];
  const seen = forwarded === undefined ? {} : { forwardedFor: forwarded };
  if (typeof resetAtMs !== 'number' || typeof leftAtMs !== 'number') return seen;
  const { end } = arrived;
  const isOver = end.kind !== 'survived' && end.atMs <= leftAtMs;
  return { ...seen, originEnd: isOver ? end.kind : 'open', ...(isOver ? { originEndAfterMs: Math.max(0, end.atMs - resetAtMs) } : {}) };
}
