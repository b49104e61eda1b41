import { lookup } from 'node:dns/promises';
import { chunksOf } from '../../scenarios/opening-handshake/request-bytes.ts';
import type { HandshakeCase } from '../../scenarios/opening-handshake/handshake-case.ts';
import type { DriverClient } from '../drive/driver-client.ts';
import type { DriveByKind, DriveKind, Endpoint, PlayReply } from '../drive/protocol.ts';
import type { OutsideUrl } from '../fleet/outside-url.ts';
import { nowMs } from '../measure/clock.ts';
import { seedOf } from '../measure/seed-of.ts';
import { seededBytes } from '../measure/seeded-bytes.ts';
import type { EvidenceByKind, EvidenceKind } from '../model/evidence.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import type { OutsideCheck } from '../model/path.ts';
import type { PlayedEnd } from '../model/play.ts';
import { playRequest } from '../run/play-case.ts';
import { openingLines, type OutsidePlay, outsideHandshakes, outsidePlays } from './outside-cases.ts';
import { type SecretsOf, secretsOf } from './outside-secrets.ts';

/** One entry outside a lab, and how it is checked. */
export interface OutsideEntry {
  readonly path: string;
  readonly scenario: string;
  readonly url: OutsideUrl;
  readonly echoes: boolean;
  readonly holdMs: number;
  /** Goes on where the certificate is wrong. */
  readonly insecure: boolean;
  readonly seed: number;
}

export interface OutsideRun {
  readonly driver: DriverClient;
  readonly signal: AbortSignal;
  record<K extends EvidenceKind>(kind: K, value: EvidenceByKind[K]): void;
  progress(what: string): void;
}

/** For all of an entry but the hold. */
const BUDGET_MS = 10_000;
const LOOKUP_MS = 3000;
const KNOCK_MS = 4000;
const HANDSHAKE_MS = 2500;
const HTTP_MS = 2500;
const PLAY_MS = 5000;
/** Of the time that is left: with less, being slow would look like being broken. */
const LEAST_MS = 1000;
const AT_ONCE = 3;
const PLAYS_AT_ONCE = 5;
const SEGMENT_DELAY_MS = 20;
const PING_EVERY_MS = 20_000;
const ANSWER_MS = 2000;
/** Of what was sent, whoever judges knows the rest. */
const KEPT_SENT_BYTES = 256;

/** Drives all that is harmless at one entry and records it, within 10 s and the hold. Throws what the driver throws, and the signal's reason. */
export async function driveOutsideEntry(entry: OutsideEntry, run: OutsideRun): Promise<void> {
  await new EntryDrive(entry, run).all();
}

/** How long a name takes to resolve; null: it does not, or not in time. */
export async function timedLookup(host: string): Promise<OutsideCheck['lookup']> {
  const startedAtMs = nowMs();
  const late = new Promise<null>((resolve) => setTimeout(resolve, LOOKUP_MS, null).unref());
  const found = await Promise.race([lookup(host, { all: true }).catch(() => null), late]);
  return found === null ? null : { elapsedMs: nowMs() - startedAtMs, addresses: found.slice(0, 8).map(({ address }) => address) };
}

class EntryDrive {
  readonly #entry: OutsideEntry;
  readonly #run: OutsideRun;
  readonly #secrets: SecretsOf;
  readonly #endsAtMs = nowMs() + BUDGET_MS;
  #endpoint: Endpoint;

  constructor(entry: OutsideEntry, run: OutsideRun) {
    this.#entry = entry;
    this.#run = run;
    this.#secrets = secretsOf(entry.url);
    this.#endpoint = { ...entry.url.endpoint, ...(entry.url.endpoint.tls ? { verify: true } : {}) };
  }

  async all(): Promise<void> {
    const [first, ...others] = outsideHandshakes;
    if (first === undefined) return;
    const opened = new Set<string>();
    const noted = (one: HandshakeCase, { kind }: HandshakeOutcome): void => void (kind === 'upgraded' && opened.add(one.id));
    this.#run.progress('the handshake of a browser');
    const knocked = await this.#knock(first);
    noted(first, knocked);
    // Nobody is there, or not who was asked for: more of the same would only be more of it.
    if (isUnreachable(knocked)) return;
    this.#run.progress('other handshakes and ordinary requests');
    const http = this.#http();
    const lane = others.values();
    const handshakes = Array.from({ length: AT_ONCE }, async () => {
      for (const one of lane) noted(one, await this.#handshake(one, HANDSHAKE_MS));
    });
    await Promise.all([http, ...handshakes]);
    if (![...opened].some((id) => id.startsWith('entry-'))) return;
    this.#run.progress('frames');
    await this.#plays(openingLines(opened));
    if (this.#entry.holdMs > 0) await this.#hold(opened.has('entry-plain'));
  }

  #ask<K extends DriveKind>(request: DriveByKind[K]['request'] & { readonly kind: K }): Promise<DriveByKind[K]['reply']> {
    return this.#run.driver.request<K>(request, this.#run.signal);
  }

  #left(ms: number): number {
    return Math.max(1, Math.min(ms, this.#endsAtMs - nowMs()));
  }

  /** The first handshake. With `insecure` a certificate that was not accepted is told, and no more asked for. */
  async #knock(one: HandshakeCase): Promise<HandshakeOutcome> {
    const isLenient = this.#entry.insecure && this.#endpoint.tls;
    const outcome = await this.#handshake(one, KNOCK_MS, !isLenient);
    if (!isLenient) return outcome;
    if (outcome.kind === 'connect-failed') {
      const { path, scenario } = this.#entry;
      const because = `the certificate was not accepted (${outcome.code}), and it was gone on without it because of --insecure`;
      this.#run.record('absences', { path, scenario, what: 'certificate', code: 'USAGE_ERR_BAD_FLAG', because, optional: true });
    }
    this.#endpoint = { ...this.#endpoint, verify: false };
    return await this.#handshake(one, KNOCK_MS);
  }

  async #handshake(one: HandshakeCase, limitMs: number, isRecorded = true): Promise<HandshakeOutcome> {
    const { path, scenario } = this.#entry;
    const { chunks, key } = this.#bytesOf(one);
    const startedAtMs = nowMs();
    const reply = await this.#ask({
      kind: 'handshake',
      endpoint: this.#endpoint,
      chunks,
      key,
      deadlineMs: this.#left(limitMs),
      echo: null,
    });
    if (isRecorded)
      this.#run.record('handshakes', {
        ...{ path, scenario, caseId: one.id, title: one.title, cite: one.cite, requirement: one.requirement },
        ...{ acceptable: one.acceptable, startedAtMs, endedAtMs: nowMs() },
        client: this.#secrets.connection(reply.client),
        outcome: this.#shown(reply.outcome),
        echo: null,
        origin: [],
      });
    return reply.outcome;
  }

  #shown(outcome: HandshakeOutcome): HandshakeOutcome {
    return outcome.kind === 'rejected' ? { ...outcome, reason: this.#secrets.text(outcome.reason) } : outcome;
  }

  #bytesOf(one: HandshakeCase): { readonly chunks: ReturnType<typeof chunksOf>; readonly key: string | null } {
    const { endpoint } = this.#entry.url;
    const { head, key } = playRequest({ lines: this.#linesOf(one.lines) }, { ...this.#words(one.id), target: endpoint.target });
    return { chunks: chunksOf(one, { head, body: Buffer.alloc(0) }, Buffer.alloc(0), SEGMENT_DELAY_MS), key };
  }

  #words(id: string): { readonly target: string; readonly host: string; readonly key: string } {
    const { endpoint } = this.#entry.url;
    const key = seededBytes(seedOf(this.#entry.seed, this.#entry.path, id), 16).toString('base64');
    return { target: endpoint.target, host: endpoint.hostHeader, key };
  }

  /** A page from which a plain socket is opened came over plain HTTP itself. */
  #linesOf(lines: readonly string[]): readonly string[] {
    return this.#endpoint.tls ? lines : lines.map((line) => line.replace(/^Origin: https:/, 'Origin: http:'));
  }

  async #http(): Promise<void> {
    const { path, scenario, url } = this.#entry;
    const asked = { method: 'GET', bodyText: null, expectedStatus: 200, expectedBodyText: null };
    const cases = [
      { ...asked, caseId: 'front-page', target: '/' },
      { ...asked, caseId: 'target-without-upgrade', target: url.endpoint.target },
    ];
    const reply = await this.#ask({ kind: 'http', endpoint: this.#endpoint, cases, load: null, deadlineMs: this.#left(HTTP_MS) });
    const requests = reply.requests.map((exchange) => ({
      ...exchange,
      target: exchange.target === '/' ? '/' : this.#secrets.target,
      error: exchange.error === null ? null : this.#secrets.text(exchange.error),
      originHeadBase64: null,
    }));
    this.#run.record('http', { path, scenario, requests, load: null });
  }

  /** Round trips are timed alone, when nothing else is under way. */
  async #plays(lines: readonly string[]): Promise<void> {
    const [timed, others] = [true, false].map((isTimed) => outsidePlays(this.#entry.echoes).filter((one) => one.isTimed === isTimed));
    for (const plays of [others ?? [], timed ?? []]) {
      if (plays.length > 0 && this.#endsAtMs - nowMs() < LEAST_MS) this.#ranOut(plays);
      else if (plays.length > 0) await this.#play(plays, lines);
    }
  }

  #ranOut(plays: readonly OutsidePlay[]): void {
    const { path, scenario } = this.#entry;
    const because = `the ${String(BUDGET_MS / 1000)} s of a check outside the lab were over before this was tried: ${plays.map(({ title }) => title).join(', ')}`;
    this.#run.record('absences', { path, scenario, what: 'plays', code: 'RUN_ERR_INTERRUPTED', because });
  }

  async #play(plays: readonly OutsidePlay[], lines: readonly string[]): Promise<void> {
    const made = plays.map((one) => playRequest({ lines: this.#linesOf(lines) }, this.#words(one.id)));
    const deadlineMs = this.#left(PLAY_MS);
    const reply = await this.#ask({
      kind: 'play',
      plays: plays.map(({ steps }, index) => ({
        endpoint: this.#endpoint,
        head: made[index]?.writes ?? [],
        key: made[index]?.key ?? null,
        steps,
        deadlineMs,
      })),
      atOnce: PLAYS_AT_ONCE,
      deadlineMs: this.#left(BUDGET_MS),
    });
    for (const [index, one] of plays.entries()) this.#recordPlay(one, made[index]?.head ?? Buffer.alloc(0), reply.plays[index]);
  }

  #recordPlay(one: OutsidePlay, head: Buffer, played: PlayReply['plays'][number] | undefined): void {
    if (played === undefined) return;
    const { path, scenario } = this.#entry;
    const times = [played.client.startedAtMs, played.client.received.lastAtMs ?? 0, ...played.client.events.map(({ atMs }) => atMs)];
    this.#run.record('plays', {
      ...{ path, scenario, caseId: one.id, title: one.title, cite: one.cite, requirement: one.requirement, expectation: {} },
      startedAtMs: played.client.startedAtMs,
      endedAtMs: Math.max(...times),
      requestHeadBase64: this.#head(head.toString('base64')),
      outcome: this.#shown(played.outcome),
      client: this.#clientOf(one, played.client),
      origin: null,
      originConnections: 0,
    });
  }

  #clientOf(one: OutsidePlay, client: PlayedEnd): PlayedEnd {
    const { sent, received, sentHeadBase64, receivedHeadBase64 } = client;
    const first = sent.first.slice(0, 1).map(({ atMs, base64 }) => ({ atMs, base64: base64.slice(0, KEPT_SENT_BYTES) }));
    // Messages that are known hold no secret, and must be kept as they came to be compared.
    const isKnown = one.id.startsWith('echo-');
    return {
      ...client,
      receivedBeforeHead: this.#secrets.bytes(client.receivedBeforeHead),
      receivedHeadBase64: receivedHeadBase64 === null ? null : this.#head(receivedHeadBase64),
      sentHeadBase64: typeof sentHeadBase64 === 'string' ? this.#head(sentHeadBase64) : null,
      sent: { ...sent, first },
      received: isKnown ? received : { ...received, first: this.#secrets.bytes(received.first) },
    };
  }

  #head(base64: string): string {
    return this.#secrets.bytes([{ atMs: 0, base64 }])[0]?.base64 ?? base64;
  }

  async #hold(opensPlain: boolean): Promise<void> {
    const { path, scenario, holdMs, echoes } = this.#entry;
    if (!opensPlain) {
      const because = 'idle sockets ask for nothing but the socket, which this entry does not let through';
      this.#run.record('absences', { path, scenario, what: 'idles', code: 'DRIVE_ERR_PROTOCOL', because, optional: true });
      return;
    }
    this.#run.progress(`idle sockets, held for ${String(holdMs / 1000)} s`);
    // At least two Pings in a hold that is short.
    const intervalMs = Math.min(PING_EVERY_MS, holdMs / 3);
    const modes = ['idle', 'ping'] as const;
    const reply = await this.#ask({
      kind: 'idle',
      sockets: modes.map((mode) => ({ endpoint: this.#endpoint, mode, intervalMs })),
      holdMs,
      answerMs: ANSWER_MS,
      deadlineMs: KNOCK_MS,
      ...(echoes ? {} : { afterHold: 'ping' as const }),
    });
    for (const [index, mode] of modes.entries()) {
      const socket = reply.sockets[index];
      if (socket === undefined) continue;
      const { outcome, openedAtMs, lastTrafficAtMs, clientPort, end, afterHold } = socket;
      this.#run.record('idles', {
        ...{ path, scenario, mode, holdMs, intervalMs, outcome: this.#shown(outcome), openedAtMs, lastTrafficAtMs, clientPort, afterHold },
        client: end,
        origin: null,
        originConnectionId: null,
      });
    }
  }
}

const isUnreachable = (outcome: HandshakeOutcome): boolean =>
  outcome.kind === 'connect-failed' || (outcome.kind === 'timeout' && outcome.waitingFor !== 'response');
