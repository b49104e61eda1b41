import type { StreamDirection } from '../../tcp/label.ts';
import type { ByteOrigin } from '../conversation.ts';
import type { ContentFacts, KeyLog, TlsDraft } from '../content-facts.ts';
import { alertDescription, alertLevel, CLOSE_NOTIFY } from './alert-name.ts';
import { cipherSuiteName, type RecordCipher, recordCipherOf } from './cipher-suites.ts';
import { type ClientHello, type ServerHello, TLS_1_3, tlsVersionName } from './hello.ts';
import { type TrafficKeys, tls12Keys, tls13Keys, updatedKeys } from './traffic-keys.ts';

/** Which keys a direction uses: TLS 1.3 has two sets of them, TLS 1.2 the second only. */
export type KeyPhase = 'handshake' | 'application';

/** `awaited`: one hello has not come yet, which may be because its segment was sent again. */
export type KeyState = 'unavailable' | 'awaited' | 'ready';

const MAX_ALERTS = 20;
const MAX_PROBLEMS = 4;

/** What both directions of a TLS connection share: what the hellos agreed on, the secrets, and the notes about them. */
export class TlsSession {
  isTls13 = false;
  clientDirection: StreamDirection | null = null;
  offersEarlyData = false;
  acceptsEarlyData = false;
  readonly draft: TlsDraft;
  readonly #facts: ContentFacts;
  readonly #keyLog: KeyLog | null;
  #randoms: { client: Buffer | null; server: Buffer | null } = { client: null, server: null };
  #suite = 0;
  #cipher: RecordCipher | null = null;
  #secrets: ReadonlyMap<string, Buffer> = new Map();
  /** Null: to be found out. */
  #keyState: KeyState | null = null;
  #problems: string[] = [];

  constructor(facts: ContentFacts, keyLog: KeyLog | null) {
    this.#facts = facts;
    this.#keyLog = keyLog;
    this.draft = {
      serverName: null,
      alpnOffered: [],
      alpnChosen: null,
      version: null,
      cipher: null,
      alerts: [],
      decrypted: false,
      because: 'the handshake was not captured',
    };
    facts.tls = this.draft;
  }

  clientHello(direction: StreamDirection, hello: ClientHello): void {
    this.clientDirection = direction;
    this.#randoms = { client: hello.random, server: null };
    this.offersEarlyData ||= hello.offersEarlyData;
    this.draft.serverName = hello.serverName ?? this.draft.serverName;
    this.draft.alpnOffered = hello.alpn;
    this.#learned();
  }

  serverHello(direction: StreamDirection, hello: ServerHello): void {
    this.clientDirection = direction === 0 ? 1 : 0;
    this.isTls13 = hello.version === TLS_1_3;
    this.#suite = hello.suite;
    this.#cipher = recordCipherOf(hello.suite);
    if (!hello.isRetry) this.#randoms = { ...this.#randoms, server: hello.random };
    this.draft.version = tlsVersionName(hello.version);
    this.draft.cipher = cipherSuiteName(hello.suite);
    this.draft.alpnChosen = hello.alpn ?? this.draft.alpnChosen;
    this.#learned();
  }

  /** Whether protected records can be opened. The first question for it that is answered no is noted as the reason. */
  get keyState(): KeyState {
    this.#keyState ??= this.#findKeyState();
    return this.#keyState;
  }

  /** Keys from the beginning of a phase. Null: the key log lacks the secret. Only when `keyState` is `ready`. */
  keysOf(direction: StreamDirection, phase: KeyPhase): TrafficKeys | null {
    const { client, server } = this.#randoms;
    const secret = this.#secrets.get(this.labelOf(direction, phase));
    if (this.#cipher === null || client === null || server === null || secret === undefined) return null;
    if (this.isTls13) return tls13Keys(this.#cipher, secret);
    return tls12Keys(this.#cipher, secret, { client, server }, direction === this.clientDirection);
  }

  updated(keys: TrafficKeys): TrafficKeys {
    return this.#cipher === null ? keys : updatedKeys(this.#cipher, keys);
  }

  /** The name that a secret has in a key log. */
  labelOf(direction: StreamDirection, phase: KeyPhase): string {
    if (!this.isTls13) return 'CLIENT_RANDOM';
    const role = direction === this.clientDirection ? 'CLIENT' : 'SERVER';
    return phase === 'handshake' ? `${role}_HANDSHAKE_TRAFFIC_SECRET` : `${role}_TRAFFIC_SECRET_0`;
  }

  /** What there is not, of what must have been captured so that anything can be decrypted. */
  get progress(): string {
    const { client, server } = this.#randoms;
    if (client === null && server === null) return 'the handshake was not captured';
    if (server === null) return 'no ServerHello was captured';
    return client === null ? 'no ClientHello was captured' : 'no application data was captured';
  }

  /** The first few are kept. */
  problem(because: string): void {
    if (this.#problems.length < MAX_PROBLEMS && !this.#problems.includes(because)) this.#problems.push(because);
    this.#explain();
  }

  opensData(): void {
    if (this.draft.decrypted) return;
    this.draft.decrypted = true;
    this.#explain();
  }

  alert(direction: StreamDirection, level: number, description: number, from: ByteOrigin): void {
    this.#keepAlert(direction, alertLevel(level), alertDescription(description), from);
    const closings = this.#facts.closings;
    const isAgain = closings.some((closing) => closing.kind === 'close-notify' && closing.from === direction);
    if (description === CLOSE_NOTIFY && !isAgain)
      closings.push({ kind: 'close-notify', from: direction, frame: from.frame, timeNs: from.timeNs, code: null, reason: '' });
  }

  /** Up to TLS 1.2 one sees that a record is an alert, without seeing which. */
  sealedAlert(direction: StreamDirection, from: ByteOrigin): void {
    this.#keepAlert(direction, 'encrypted', 'unknown', from);
  }

  nameOf(direction: StreamDirection): string {
    if (this.clientDirection === null) return direction === 0 ? 'the first end' : 'the second end';
    return direction === this.clientDirection ? 'the client' : 'the server';
  }

  #keepAlert(direction: StreamDirection, level: string, description: string, { frame }: ByteOrigin): void {
    if (this.draft.alerts.length < MAX_ALERTS) this.draft.alerts.push({ from: direction, frame, level, description });
  }

  #learned(): void {
    this.#keyState = null;
    this.#explain();
  }

  #findKeyState(): KeyState {
    const { client, server } = this.#randoms;
    if (client === null && server === null) return this.#unavailable(this.progress);
    if (this.#keyLog === null) return this.#unavailable('no key log');
    if (client === null || server === null) return 'awaited';
    const secrets = this.#keyLog.secretsOf(client.toString('hex'));
    if (secrets === undefined) return this.#unavailable('the key log does not know this connection');
    if (this.#cipher === null) return this.#unavailable(`cipher ${cipherSuiteName(this.#suite)} is neither AES-GCM nor ChaCha20-Poly1305`);
    this.#secrets = secrets;
    return 'ready';
  }

  #unavailable(because: string): KeyState {
    this.problem(because);
    return 'unavailable';
  }

  #explain(): void {
    const without = this.draft.decrypted ? null : this.progress;
    this.draft.because = this.#problems.length > 0 ? this.#problems.join('; ') : without;
  }
}
