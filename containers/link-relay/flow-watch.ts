import { FLAG, isFrom, readSegment, type End, type Segment, type Trigger } from './packet.ts';
import { resetPacket } from './reset-packet.ts';

/** Flows that are remembered; beyond them the one that was opened first is forgotten. */
const MAX_FLOWS = 4096;

/** A trigger that was seen. `resets`: the two packets, with the sequence numbers of the moment in which they are asked for. */
export interface Provoked {
  readonly afterMs: number;
  resets(): readonly [Buffer, Buffer];
}

/** One TCP connection: the next sequence number of each end, as seen on the wire; null before anything told it. */
interface Flow {
  readonly ends: readonly [End, End];
  readonly next: [number | null, number | null];
  hasProvoked: boolean;
}

/** Follows the TCP connections that cross the link, and says when one carried a text that is to be answered with resets. */
export class FlowWatch {
  readonly #triggers: readonly Trigger[];
  readonly #flows = new Map<string, Flow>();

  constructor(triggers: readonly Trigger[]) {
    this.#triggers = triggers;
  }

  /** Takes note of a packet that goes on. Not null for the first trigger of a connection. */
  see(packet: Buffer): Provoked | null {
    const segment = this.#triggers.length === 0 ? null : readSegment(packet);
    if (segment === null) return null;
    const key = keyOf(segment);
    if ((segment.flags & FLAG.rst) !== 0) {
      this.#flows.delete(key);
      return null;
    }
    const flow = this.#flowOf(key, segment);
    follow(flow, segment);
    const trigger = flow.hasProvoked ? undefined : this.#triggers.find((one) => matches(one, segment));
    if (trigger === undefined) return null;
    flow.hasProvoked = true;
    return { afterMs: trigger.afterMs, resets: () => resetsOf(flow) };
  }

  #flowOf(key: string, { from, to, flags }: Segment): Flow {
    const isOpening = (flags & (FLAG.syn | FLAG.ack)) === FLAG.syn;
    const known = this.#flows.get(key);
    // A SYN opens a new connection, also one between ports that were used before.
    if (known !== undefined && !isOpening) return known;
    const flow: Flow = { ends: [from, to], next: [null, null], hasProvoked: false };
    this.#flows.delete(key);
    this.#flows.set(key, flow);
    for (const oldest of this.#flows.size > MAX_FLOWS ? this.#flows.keys().take(1) : []) this.#flows.delete(oldest);
    return flow;
  }
}

const keyOf = ({ from, to }: Segment): string =>
  [from, to]
    .map(({ address, port }) => address * 65_536 + port)
    .toSorted((a, b) => a - b)
    .join('-');

const matches = ({ sources, text }: Trigger, { from, payload }: Segment): boolean =>
  payload.length >= text.length && isFrom(from.address, sources) && payload.includes(text);

function follow({ ends, next }: Flow, { from, seq, ack, flags, payload }: Segment): void {
  const sender = from.address === ends[0].address && from.port === ends[0].port ? 0 : 1;
  const receiver = sender === 0 ? 1 : 0;
  // SYN and FIN take a sequence number each (RFC 9293 section 3.4).
  const taken = payload.length + Number((flags & FLAG.syn) !== 0) + Number((flags & FLAG.fin) !== 0);
  next[sender] = later(next[sender], (seq + taken) >>> 0);
  if ((flags & FLAG.ack) !== 0) next[receiver] = later(next[receiver], ack);
}

/** The one that is farther on the circle of sequence numbers. */
const later = (known: number | null, seen: number): number => (known === null || ((seen - known) | 0) > 0 ? seen : known);

function resetsOf({ ends: [first, second], next }: Flow): readonly [Buffer, Buffer] {
  const [ofFirst, ofSecond] = [next[0] ?? 0, next[1] ?? 0];
  return [resetPacket(first, second, ofFirst, ofSecond), resetPacket(second, first, ofSecond, ofFirst)];
}
