import type { Socket } from 'node:net';
import type { PlayedEnd, Step } from '../../harness/model/play.ts';
import { RequestHeadReader, ResponseHeadReader } from '../../harness/play/head-reader.ts';
import { afterRunning } from '../../harness/play/own-stalls.ts';
import { playBuffer } from '../../harness/play/play-chunks.ts';
import { type OwnStep, PlayScript } from '../../harness/play/play-script.ts';
import { PlayWire } from '../../harness/play/play-wire.ts';
import { hasUpgradeField } from '../../harness/play/upgrade-field.ts';
import { acceptFor } from '../../harness/wire/handshake.ts';
import { nowMs } from './clock.ts';
import { EchoSession } from './echo-session.ts';
import { encodeAnswer } from './response.ts';

export interface PlaySettings {
  readonly steps: readonly Step[];
  readonly deadlineMs: number;
  readonly mustAsk: boolean;
  readonly acceptedAtMs: number;
  /** The TCP socket beneath; another one only under TLS. */
  readonly raw: Socket;
  /** What came before the play began: the request head, or its beginning. */
  readonly early: Buffer;
  /** Takes a request that is not this play's: proxies reuse connections. */
  readonly takesOver: (chunk: Buffer) => boolean;
  /** Takes the connection when the play is over and it still stands. */
  readonly handBack: () => void;
}

/** One connection at the origin that follows a script from its request head on. Takes over the socket's events. */
export class PlaySession {
  readonly #wire: PlayWire<ResponseHeadReader, RequestHeadReader>;
  readonly #script: PlayScript;
  readonly #callOff: () => void;
  readonly #handBack: () => void;
  readonly #mustAsk: boolean;
  #echo: EchoSession | null = null;

  constructor(socket: Socket, { steps, deadlineMs, mustAsk, acceptedAtMs, raw, early, takesOver, handBack }: PlaySettings) {
    this.#handBack = handBack;
    this.#mustAsk = mustAsk;
    const heads = { sent: new ResponseHeadReader(), received: new RequestHeadReader() };
    const start = {
      startedAtMs: acceptedAtMs,
      connectedAtMs: acceptedAtMs,
      port: socket.remotePort ?? null,
      remoteAddress: (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, ''),
    };
    this.#wire = new PlayWire(socket, heads, start, raw);
    this.#script = new PlayScript(this.#wire, steps, { own: (step) => this.#own(step) });
    this.#callOff = afterRunning(deadlineMs, () => this.#wire.expire());
    this.#wire.receive(early);
    socket.resume();
    void this.#run(takesOver);
  }

  /** Waits until it is over, at most so long, ends it, and says what became of it. */
  async settle(waitMs: number): Promise<PlayedEnd> {
    await this.#wire.until(() => this.#wire.isClosed, nowMs() + waitMs);
    const record = this.#script.record();
    // A proxy may keep the connection for its next request: ending it now would fail that one.
    if (this.#isReusable()) {
      this.release();
      this.#handBack();
    } else this.#wire.destroy();
    return record;
  }

  /** Whether an ordinary answer was given and either side may go on. */
  #isReusable(): boolean {
    const { sent } = this.#wire.heads;
    return this.#script.isOver && sent.head !== null && sent.head.status !== 101 && !this.#wire.isDeaf && !this.#wire.isMute;
  }

  /** Lets the connection go to the next play on it. */
  release(): void {
    this.#callOff();
    this.#wire.release();
  }

  async #run(takesOver: PlaySettings['takesOver']): Promise<void> {
    const wire = this.#wire;
    if (await wire.until(() => wire.heads.received.bytes !== null)) {
      if (this.#mustAsk && !hasUpgradeField(wire.heads.received.bytes)) await this.#refuse();
      else await this.#script.run();
    }
    if (wire.heads.sent.head?.status !== 101) wire.divert(takesOver);
    wire.resume();
    // The origin is never the first to go unless its script says so.
    await wire.until(() => wire.isDeaf);
    await wire.finish();
    await wire.until(() => wire.isClosed);
    this.#echo?.stop();
    this.#callOff();
  }

  /** What arrived is not what the script answers. */
  async #refuse(): Promise<void> {
    await this.#wire.write(encodeAnswer({ status: 426, body: 'not an upgrade any more\n', headers: [], isLast: true }));
    await this.#wire.finish();
  }

  #own(step: OwnStep): boolean | Promise<boolean> {
    if (step.do === 'upgrade') return this.#wire.write(Buffer.concat([this.#switch(step.lines ?? []), playBuffer(step.with ?? [])]));
    if (step.do !== 'serve') return false;
    const wire = this.#wire;
    const echo = new EchoSession({
      send: (bytes) => wire.answer(bytes),
      onMessages: () => undefined,
      onClose: (code, reason) => wire.endedBy({ kind: 'close-frame', atMs: nowMs(), code, reason }),
      hangUp: () => void wire.finish(),
    });
    this.#echo = echo;
    this.#script.handOver((chunk) => echo.push(chunk), 'awaited');
    return wire.until(() => wire.isDeaf);
  }

  #switch(lines: readonly string[]): Buffer {
    const head = this.#wire.heads.received.bytes?.toString('latin1') ?? '';
    const key = /^Sec-WebSocket-Key[ \t]*:[ \t]*(.*?)[ \t]*\r?$/im.exec(head)?.[1] ?? '';
    const all = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${acceptFor(key)}`,
      ...lines,
    ];
    return Buffer.from(`${all.join('\r\n')}\r\n\r\n`, 'latin1');
  }
}
