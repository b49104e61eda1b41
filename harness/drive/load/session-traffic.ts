import { compress, inflate } from './deflate.ts';
import { EchoCheck } from './echo-check.ts';
import { Outstanding } from './outstanding.ts';
import type { SessionHost } from './session-host.ts';

const RSV1 = 0x40;
const OPCODE_BITS = 0x0f;
/** Incompressible data grows by this at the most. */
const GROWTH_BYTES = 1024;

/** What one session has under way: it is made with the session's first message. */
export class SessionTraffic {
  readonly outstanding = new Outstanding();
  /** Messages that are no longer on their way since this was last taken. */
  freed = 0;
  readonly #host: SessionHost;
  readonly #isDeflated: boolean;
  #check: EchoCheck | null = null;
  #first = 0;
  /** Of a compressed message that comes in pieces. */
  #parts: Buffer[] = [];
  #partBytes = 0;

  constructor(host: SessionHost, isDeflated: boolean) {
    this.#host = host;
    this.#isDeflated = isDeflated;
  }

  /** Lays a message into the writer, which has room for it. */
  lay(number: number, size: number, dueAtMs: number): void {
    const { kit } = this.#host;
    if (this.#isDeflated) {
      const message = Buffer.allocUnsafe(size);
      kit.payload.fill(message, 0, number, 0, size);
      kit.writer.compressed(compress(message), kit.opcode, kit.fragments);
    } else kit.writer.message(kit.payload, number, size, kit.opcode, kit.fragments);
    this.outstanding.push(number, dueAtMs);
  }

  /** Most bytes that a message of this size takes in the writer, without its headers. */
  room(size: number): number {
    return this.#isDeflated ? size + (size >>> 8) + GROWTH_BYTES : size;
  }

  /** Whether the first byte of a message is one that this session may be sent. */
  allows(first: number): boolean {
    return (first & RSV1) === 0 || this.#isDeflated;
  }

  message(first: number, bytes: Buffer, from: number, to: number): void {
    const { kit } = this.#host;
    const next = this.outstanding.numberAt(0);
    const isPlain = (first & (RSV1 | OPCODE_BITS)) === kit.opcode;
    if (isPlain && next >= 0 && to - from === kit.sizeOf(next) && kit.payload.matches(bytes, from, to, next, 0)) {
      this.#accept(0);
      return;
    }
    this.begin(first);
    this.part(bytes, from, to);
    this.end();
  }

  begin(first: number): void {
    this.#first = first;
    this.#check ??= new EchoCheck(this.#host.kit, this.outstanding);
    this.#check.begin();
    this.#parts = [];
    this.#partBytes = 0;
  }

  part(bytes: Buffer, from: number, to: number): void {
    if ((this.#first & RSV1) === 0) {
      this.#check?.part(bytes, from, to);
      return;
    }
    this.#partBytes += to - from;
    // What is longer than any message of this load is not kept, and found wrong at its end.
    if (this.#partBytes <= this.room(this.#host.kit.largest)) this.#parts.push(Buffer.from(bytes.subarray(from, to)));
  }

  end(): void {
    const { kit } = this.#host;
    const check = this.#check;
    if (check === null) return;
    if ((this.#first & RSV1) !== 0) {
      const message = inflate(this.#parts, kit.largest + 1);
      this.#parts = [];
      if (message !== null) check.part(message, 0, message.length);
    }
    const { number, index, isSame } = check.end();
    if (isSame && (this.#first & OPCODE_BITS) === kit.opcode) {
      this.#accept(index);
      return;
    }
    this.#host.recorder.corrupted += 1;
    if (index >= 0) this.#drop(index + 1);
    // An earlier number is an echo that came twice: it answers nothing that is still to come.
    else if (this.outstanding.length > 0 && !(number < this.outstanding.numberAt(0))) this.#drop(1);
  }

  /** Those before it were passed over and will not come: a connection keeps order. */
  #accept(index: number): void {
    const host = this.#host;
    const { recorder, nowMs } = host;
    recorder.echoed += 1;
    recorder.latency.record((nowMs - this.outstanding.dueAt(index)) * 1000);
    host.echoedAtMs = nowMs;
    this.#drop(index + 1);
  }

  #drop(count: number): void {
    this.outstanding.drop(count);
    this.#host.outstanding -= count;
    this.freed += count;
  }
}
