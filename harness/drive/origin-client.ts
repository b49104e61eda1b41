import type { Readable, Writable } from 'node:stream';
import type { OriginConnection } from '../model/evidence.ts';
import type { OriginBehaviour, OriginRequest } from '../model/origin-protocol.ts';
import type { PlayedEnd, Step } from '../model/play.ts';
import type { ProgramUsage } from '../model/program-usage.ts';
import { LineChannel } from './line-channel.ts';

/** A request as it is asked; the channel numbers it. */
type Asked = OriginRequest extends infer R ? (R extends OriginRequest ? Omit<R, 'id'> : never) : never;

/** The harness's side of an origin program. Failures of the program are DRIVE_ERR_PROTOCOL. */
export class OriginClient {
  readonly #channel: LineChannel;

  constructor(stdin: Writable, stdout: Readable, exited: Promise<unknown>, host = 'origin') {
    this.#channel = new LineChannel({ title: 'the origin', host, stdin, stdout, exited });
  }

  ready(): Promise<void> {
    return this.#channel.ready;
  }

  /** The next `count` handshakes that reach the origin are treated so. */
  async behave(behaviour: OriginBehaviour, count: number, signal?: AbortSignal): Promise<void> {
    const request: Asked = { kind: 'behave', behaviour, count };
    await this.#channel.ask(request, signal);
  }

  /** Every connection that is new or was still open at the last take. */
  async take(signal?: AbortSignal): Promise<readonly OriginConnection[]> {
    const request: Asked = { kind: 'take' };
    const { connections } = await this.#channel.ask(request, signal);
    return connections as readonly OriginConnection[];
  }

  /** Scripts for connections whose target carries `play=<id>`; each is ended when the deadline is over. */
  async plan(plays: Readonly<Record<string, readonly Step[]>>, deadlineMs: number, asking: readonly string[] = []): Promise<void> {
    const request: Asked = { kind: 'plan', plays, deadlineMs, asking };
    await this.#channel.ask(request);
  }

  /** What became of these plays, by id, once they are over or `waitMs` are; a play that nobody asked for has no connection. */
  async played(plays: readonly string[], waitMs = 0, signal?: AbortSignal): Promise<Readonly<Record<string, readonly PlayedEnd[]>>> {
    const request: Asked = { kind: 'played', plays, waitMs };
    const { played } = await this.#channel.ask(request, signal);
    return played as Readonly<Record<string, readonly PlayedEnd[]>>;
  }

  /** What the program uses. */
  async usage(signal?: AbortSignal): Promise<ProgramUsage> {
    const request: Asked = { kind: 'usage' };
    const { usage } = await this.#channel.ask(request, signal);
    return usage as ProgramUsage;
  }

  close(): void {
    this.#channel.close();
  }
}
