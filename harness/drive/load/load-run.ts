import { type ConnectionEnd, type HandshakeOutcome, outcomeLabel } from '../../model/outcome.ts';
import type { LoadBucket, LoadResult } from '../../model/load.ts';
import type { LoadRequest } from '../protocol.ts';
import type { Agenda } from './agenda.ts';
import { Alarm } from './alarm.ts';
import { Arrivals } from './arrivals.ts';
import { BucketRecorder } from './bucket-recorder.ts';
import { ClosedLoop } from './closed-loop.ts';
import { Deadlines } from './deadlines.ts';
import { Drain } from './drain.ts';
import type { LoadKit } from './load-kit.ts';
import { LoadSession } from './load-session.ts';
import type { MessageSource } from './message-source.ts';
import { OpenLoop } from './open-loop.ts';
import { OpenSessions } from './open-sessions.ts';
import { PingRound } from './ping-round.ts';
import type { SessionHost } from './session-host.ts';
import { SlowReading } from './slow-reading.ts';

/** Sessions that are closed at the same time. */
const CLOSING_AT_A_TIME = 256;
/** How long a session that said Close waits for the end of TCP. */
const CLOSING_MS = 1000;
/** All of the closing: so long, and so much more for each session. */
const CLOSING_BASE_MS = 1500;
const CLOSING_EACH_MS = 0.5;
/** Of a load that was stopped. */
const STOPPING_MS = 600;

type Phase = 'opening' | 'traffic' | 'drain' | 'close' | 'over';

/** One load from its start to its result: puts the schedules, the sessions and the clock together. */
export class LoadRun implements SessionHost {
  readonly kit: LoadKit;
  readonly recorder: BucketRecorder;
  readonly result: Promise<LoadResult>;
  nowMs = 0;
  outstanding = 0;
  echoedAtMs = 0;
  readonly #request: LoadRequest;
  readonly #sessions = new OpenSessions();
  readonly #startMs: number;
  readonly #arrivals: Arrivals;
  readonly #source: MessageSource;
  readonly #pings: PingRound | null;
  readonly #slowReading: SlowReading | null;
  readonly #openings = new Deadlines((session, nowMs) => session.timeOut(nowMs));
  readonly #lives = new Deadlines((session, nowMs) => this.#close(session, nowMs));
  readonly #closings = new Deadlines((session) => this.#giveUp(session));
  readonly #agendas: readonly Agenda[];
  readonly #alarm = new Alarm(() => this.#tick());
  readonly #settle: (result: LoadResult) => void;
  #phase: Phase = 'opening';
  #ended: LoadResult['ended'] = 'complete';
  #endMs = Number.POSITIVE_INFINITY;
  #drain: Drain | null = null;
  #closeByMs = Number.POSITIVE_INFINITY;

  /** Begins at once. */
  constructor(request: LoadRequest, kit: LoadKit, onBucket: (bucket: LoadBucket) => void) {
    const { profile, shard, bucketMs } = request;
    const { open, seats } = this.#sessions;
    const { promise, resolve } = Promise.withResolvers<LoadResult>();
    this.#request = request;
    this.kit = kit;
    this.result = promise;
    this.#settle = resolve;
    this.#startMs = performance.now();
    this.recorder = new BucketRecorder(this.#startMs, bucketMs, () => open.length, onBucket);
    this.#arrivals = new Arrivals(request, this.#startMs, this.recorder, (index, retries) => this.#begin(index, retries));
    this.#source =
      profile.loop === 'open'
        ? new OpenLoop(profile.messages, shard, open, this.recorder)
        : new ClosedLoop(profile, shard, open, this.recorder);
    const { pingEveryMs, slowReaders } = profile;
    this.#pings = pingEveryMs === null ? null : new PingRound(seats, this.#arrivals.count, pingEveryMs, this.#startMs);
    this.#slowReading = slowReaders === null ? null : new SlowReading(slowReaders, open, this.#startMs);
    // A bucket that is over ends before anything is counted; messages do not wait for connects.
    this.#agendas = [
      this.recorder,
      this.#source,
      this.#arrivals,
      this.#openings,
      this.#lives,
      this.#closings,
      this.#pings,
      this.#slowReading,
    ].filter((agenda) => agenda !== null);
    this.#alarm.set(this.#startMs);
  }

  /** Ends it before its time: `result` settles within a second. */
  stop(): void {
    if (this.#phase === 'over') return;
    this.#ended = 'stopped';
    this.#startClosing(performance.now(), STOPPING_MS);
    this.#alarm.by(performance.now());
  }

  opened(session: LoadSession): void {
    const { recorder, nowMs } = this;
    const { lifeMs } = this.#request.profile;
    this.#arrivals.succeeded();
    recorder.upgraded += 1;
    if (session.retries > 0) recorder.reconnected += 1;
    this.#sessions.add(session);
    if (this.#phase === 'close') {
      this.#close(session, nowMs);
    } else {
      if (lifeMs !== null) this.#lives.add(session, nowMs + lifeMs);
      this.#slowReading?.opened(session);
      if (this.#phase === 'traffic') this.#source.opened(session, nowMs);
    }
    this.#alarm.by(this.#phase === 'opening' ? nowMs : this.#nextAtMs(nowMs));
  }

  refused(session: LoadSession, outcome: HandshakeOutcome): void {
    this.#arrivals.failed();
    this.recorder.refused(outcomeLabel(outcome));
    this.#sessions.forget(session);
    if (session.retries > 0) this.#arrivals.comeBack(session.index, session.retries, performance.now());
    this.#alarm.by(performance.now());
  }

  lost(session: LoadSession, kind: Exclude<ConnectionEnd['kind'], 'survived'>): void {
    const nowMs = performance.now();
    this.recorder.lost(kind);
    this.#sessions.remove(session);
    this.#sessions.leaving.add(session);
    this.#closings.add(session, nowMs + CLOSING_MS);
    this.#arrivals.comeBack(session.index, 0, nowMs);
    this.#alarm.by(this.#nextAtMs(nowMs));
  }

  gone(session: LoadSession): void {
    this.#sessions.forget(session);
    if (this.#phase === 'close') this.#alarm.by(performance.now());
  }

  freed(session: LoadSession, count: number): void {
    if (this.#phase !== 'traffic') return;
    this.#source.freed(session, count, this.nowMs);
    if (this.#source.nextAtMs !== Number.POSITIVE_INFINITY) this.#alarm.by(this.#source.nextAtMs);
  }

  #begin(index: number, retries: number): void {
    const { sourceAddresses, openingMs } = this.#request;
    const address = sourceAddresses[index % Math.max(1, sourceAddresses.length)];
    const session = new LoadSession(this, index, retries, address);
    this.#sessions.seats[index] = session;
    this.#openings.add(session, performance.now() + openingMs);
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const agenda of this.#agendas) if (agenda.nextAtMs <= nowMs) agenda.run(nowMs);
    this.#step(nowMs);
    if (this.#phase !== 'over') this.#alarm.set(this.#nextAtMs(performance.now()));
  }

  /** From phase to phase. */
  #step(nowMs: number): void {
    if (this.#phase === 'opening') {
      if (this.#arrivals.isRefused) this.#ended = 'stopped';
      if (this.#arrivals.isRefused) this.#startClosing(nowMs, STOPPING_MS);
      else if (this.#request.profile.messagesBegin === 'together' || this.#arrivals.isSettled) this.#startTraffic(nowMs);
    }
    if (this.#phase === 'traffic') {
      if (this.#arrivals.isRefused) {
        this.#ended = 'stopped';
        this.#startClosing(nowMs, STOPPING_MS);
      } else if (nowMs >= this.#endMs && this.#source.nextAtMs >= this.#endMs) {
        this.#phase = 'drain';
        this.#drain = new Drain(nowMs, this.recorder.latency.max / 1000);
      }
    }
    if (this.#drain !== null && this.#phase === 'drain') {
      const missing = this.outstanding + this.#arrivals.opening;
      if (this.#drain.isOver(nowMs, missing, this.echoedAtMs)) {
        const { length } = this.#sessions.open;
        this.#startClosing(nowMs, CLOSING_BASE_MS + length * CLOSING_EACH_MS);
      }
    }
    if (this.#phase === 'close') this.#closeOn(nowMs);
  }

  #startTraffic(nowMs: number): void {
    // Together with the connections: from the start of the load, which this program may have come to a little late.
    const startMs = this.#request.profile.messagesBegin === 'together' ? this.#startMs : nowMs;
    this.#phase = 'traffic';
    this.#endMs = startMs + this.#request.profile.durationMs;
    this.#arrivals.endAt(this.#endMs);
    this.#pings?.endAt(this.#endMs);
    this.#source.begin(startMs, this.#endMs);
    this.#source.run(nowMs);
  }

  /** Whatever is open is closed, a number at a time; what is still opening is given up. */
  #startClosing(nowMs: number, forMs: number): void {
    if (this.#phase === 'close') {
      this.#closeByMs = Math.min(this.#closeByMs, nowMs + forMs);
      return;
    }
    this.#phase = 'close';
    this.#closeByMs = nowMs + forMs;
    this.#arrivals.endAt(Number.NEGATIVE_INFINITY);
    this.#pings?.endAt(nowMs);
    this.#source.endAt(nowMs);
    for (const session of this.#sessions.seats) {
      if (session?.state !== 'opening') continue;
      if (this.#ended === 'complete') session.timeOut(nowMs);
      else this.#giveUp(session);
    }
  }

  #closeOn(nowMs: number): void {
    const { open, leaving } = this.#sessions;
    for (let last = open.at(-1); last !== undefined && leaving.size < CLOSING_AT_A_TIME; last = open.at(-1)) this.#close(last, nowMs);
    if ((open.length > 0 || leaving.size > 0) && nowMs < this.#closeByMs) return;
    this.#finish(nowMs);
  }

  #close(session: LoadSession, nowMs: number): void {
    if (session.state !== 'open') return;
    this.#sessions.remove(session);
    this.#sessions.leaving.add(session);
    this.#closings.add(session, nowMs + CLOSING_MS);
    session.close(nowMs);
  }

  #giveUp(session: LoadSession): void {
    session.giveUp();
    this.#sessions.forget(session);
  }

  #finish(nowMs: number): void {
    const { timeOrigin } = performance;
    this.#phase = 'over';
    this.#alarm.clear();
    this.#sessions.giveUpAll();
    for (const deadlines of [this.#openings, this.#lives, this.#closings]) deadlines.clear();
    this.recorder.finish(nowMs);
    this.#settle({
      startedAtMs: timeOrigin + this.#startMs,
      endedAtMs: timeOrigin + nowMs,
      ended: this.#ended,
      bucketMs: this.#request.bucketMs,
      series: this.recorder.series,
    });
  }

  #nextAtMs(nowMs: number): number {
    let nextAtMs = this.#phase === 'traffic' ? this.#endMs : this.#phase === 'close' ? this.#closeByMs : Number.POSITIVE_INFINITY;
    if (this.#drain !== null && this.#phase === 'drain') nextAtMs = this.#drain.nextAtMs(nowMs);
    for (const agenda of this.#agendas) nextAtMs = Math.min(nextAtMs, agenda.nextAtMs);
    return nextAtMs;
  }
}
