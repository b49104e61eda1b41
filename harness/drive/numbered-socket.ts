import { nowMs } from '../measure/clock.ts';
import type { SurvivingSocket } from '../model/action-evidence.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import { OPCODE } from '../wire/frame.ts';
import type { ClientSession } from './client-session.ts';
import { openSession } from './open-session.ts';
import type { Endpoint } from './protocol.ts';

/** Longer than any watch: the driver bounds it by itself. */
const FOR_GOOD_MS = 3_600_000;

/** A WebSocket that sends numbered messages and counts which of them come back. */
export class NumberedSocket {
  readonly #session: ClientSession;
  readonly #clientPort: number | null;
  readonly #name: string;
  readonly #echoed = new Set<number>();
  readonly #sentAtMs: number[] = [];
  readonly #roundTrips: { readonly atMs: number; readonly ms: number }[] = [];
  #sent = 0;
  #duplicated = 0;
  #isReported = false;

  private constructor(session: ClientSession, clientPort: number | null, name: string) {
    this.#session = session;
    this.#clientPort = clientPort;
    this.#name = name;
  }

  static async open(
    endpoint: Endpoint,
    index: number,
    deadlineAtMs: number,
  ): Promise<{ readonly outcome: HandshakeOutcome; readonly socket: NumberedSocket | null }> {
    const opening: { socket: NumberedSocket | null } = { socket: null };
    const opened = await openSession(endpoint, deadlineAtMs, ({ payload }) => {
      const { socket } = opening;
      if (socket !== null) socket.#heard(payload.toString('latin1'));
    });
    if (opened.session !== null) opening.socket = new NumberedSocket(opened.session, opened.localPort, `socket ${index} message `);
    return { outcome: opened.outcome, socket: opening.socket };
  }

  /** Calls back when the socket has ended by itself; not when it is closed from here. */
  whenEnded(ended: () => void): void {
    const { wire } = this.#session;
    void wire
      .until(() => wire.end !== null, nowMs() + FOR_GOOD_MS)
      .then((hasEnded) => {
        if (hasEnded && !this.#isReported) ended();
      });
  }

  /** Of every message that came back, and when it did (Unix ms). */
  get roundTrips(): readonly { readonly atMs: number; readonly ms: number }[] {
    return this.#roundTrips;
  }

  speak(): void {
    if (this.#session.wire.end !== null) return;
    this.#sent += 1;
    this.#sentAtMs[this.#sent] = nowMs();
    this.#session.send(OPCODE.text, Buffer.from(`${this.#name}${this.#sent}`));
  }

  /** Waits for the echoes of what was sent, or for the end. */
  async lastEchoes(untilMs: number): Promise<void> {
    const { wire } = this.#session;
    await wire.until(() => this.#echoed.size >= this.#sent || wire.end !== null, untilMs);
  }

  report(): SurvivingSocket {
    this.#isReported = true;
    const { end } = this.#session.wire;
    return {
      clientPort: this.#clientPort,
      endedAtMs: end?.atMs ?? null,
      end: end?.kind ?? 'survived',
      closeCode: end?.kind === 'close-frame' ? end.code : null,
      sent: this.#sent,
      echoed: this.#echoed.size,
      lost: this.#sent - this.#echoed.size,
      duplicated: this.#duplicated,
    };
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  #heard(text: string): void {
    if (!text.startsWith(this.#name)) return;
    const number = Number(text.slice(this.#name.length));
    if (this.#echoed.has(number)) {
      this.#duplicated += 1;
      return;
    }
    this.#echoed.add(number);
    const atMs = nowMs();
    this.#roundTrips.push({ atMs, ms: atMs - (this.#sentAtMs[number] ?? atMs) });
  }
}
