import type { KeyLog } from '../content-facts.ts';

/** A line of a key log that could not be read. */
export interface KeyLogProblem {
  /** From 1, counted over everything that was added. */
  readonly line: number;
  readonly message: string;
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_SECRETS = 1_000_000;
const MAX_PROBLEMS = 100;
const LINE = /^([A-Za-z0-9_]{1,64}) ([0-9A-Fa-f]+) ([0-9A-Fa-f]+)$/;
const RANDOM_DIGITS = 64;
const MAX_SECRET_DIGITS = 512;

/**
 * TLS secrets in the NSS key log format (RFC 9850): what `SSLKEYLOGFILE`, `--keylog` and the Decryption Secrets Blocks of pcapng hold.
 * Labels that nobody knows are kept. Never throws: lines that are wrong are in `problems`, by number and without their content, which is
 * secret.
 */
export class KeyLogFile implements KeyLog {
  readonly #secrets = new Map<string, Map<string, Buffer>>();
  readonly #problems: KeyLogProblem[] = [];
  #lines = 0;
  #bytes = 0;
  #count = 0;

  /** The first 100. */
  get problems(): readonly KeyLogProblem[] {
    return this.#problems;
  }

  /** Takes whole lines and returns how many of them are secrets. At most 64 MiB and a million secrets are read in all. */
  add(text: string | Buffer): number {
    const before = this.#count;
    const all = typeof text === 'string' ? text : text.toString('latin1');
    const room = MAX_BYTES - this.#bytes;
    const read = all.length > room ? all.slice(0, all.lastIndexOf('\n', room) + 1) : all;
    this.#bytes += read.length;
    for (let at = 0; at < read.length; ) {
      const newline = read.indexOf('\n', at);
      const end = newline === -1 ? read.length : newline;
      this.#lines += 1;
      if (!this.#readLine(read.slice(at, end).trim())) break;
      at = end + 1;
    }
    if (read.length < all.length) this.#complain(`the key log is over ${MAX_BYTES} bytes; the rest is not read`);
    return this.#count - before;
  }

  secretsOf(clientRandomHex: string): ReadonlyMap<string, Buffer> | undefined {
    return this.#secrets.get(clientRandomHex.toLowerCase());
  }

  /** False: no more lines are taken. */
  #readLine(line: string): boolean {
    if (line === '' || line.startsWith('#')) return true;
    const [, label, random, secret] = LINE.exec(line) ?? [];
    if (label === undefined || random === undefined || secret === undefined) {
      this.#complain('expected a label, a client random and a secret, in hexadecimal and with one space between');
    } else if (label === 'RSA') {
      // Known by its encrypted premaster secret instead of a client random; no longer written by anything.
    } else if (random.length !== RANDOM_DIGITS) {
      this.#complain(`expected a client random of ${RANDOM_DIGITS} hexadecimal digits, saw ${random.length}`);
    } else if (secret.length % 2 !== 0 || secret.length > MAX_SECRET_DIGITS) {
      this.#complain(`expected a secret of an even number of hexadecimal digits up to ${MAX_SECRET_DIGITS}, saw ${secret.length}`);
    } else {
      if (this.#count >= MAX_SECRETS) {
        this.#complain(`more than ${MAX_SECRETS} secrets; the rest is not read`);
        return false;
      }
      this.#keep(label, random.toLowerCase(), Buffer.from(secret, 'hex'));
    }
    return true;
  }

  #keep(label: string, random: string, secret: Buffer): void {
    this.#count += 1;
    const known = this.#secrets.get(random);
    if (known === undefined) this.#secrets.set(random, new Map([[label, secret]]));
    else known.set(label, secret);
  }

  #complain(message: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ line: this.#lines, message });
  }
}
