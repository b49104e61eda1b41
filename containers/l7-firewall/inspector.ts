import type { Rule, Way } from './rules.ts';

/** What becomes of a read. `refused`: the firewall answers with this status instead. */
interface Inspected {
  readonly bytes: Buffer;
  readonly refused: number | null;
}

/** A head that is longer is passed on as it is. */
const MAX_HEAD_BYTES = 65_536;
/** A lone LF ends a line for many (RFC 9112 section 2.2). */
const HEAD_END = /\r?\n\r?\n/;

/** One direction of one connection: keeps the first head back until it is whole, and applies the rules to it and to what follows. */
export class Inspector {
  readonly #rules: readonly Rule[];
  #head: Buffer | null = Buffer.alloc(0);
  #isSwallowing = false;
  /** Start line of the head; null while it is not whole, or when it never was one. */
  startLine: string | null = null;

  constructor(rules: readonly Rule[], direction: Way) {
    this.#rules = rules.filter((rule) => rule.direction === direction);
  }

  /** What is passed on of the next read; nothing while the head is not whole. */
  take(read: Buffer): Inspected {
    if (this.#head === null) return { bytes: this.#follow(read), refused: null };
    const seen = Buffer.concat([this.#head, read]);
    const end = HEAD_END.exec(seen.toString('latin1', 0, MAX_HEAD_BYTES));
    if (end === null && seen.length <= MAX_HEAD_BYTES) {
      this.#head = seen;
      return { bytes: Buffer.alloc(0), refused: null };
    }
    this.#head = null;
    if (end === null) return { bytes: this.#follow(seen), refused: null };
    const split = end.index + end[0].length;
    const head = seen.toString('latin1', 0, split);
    this.startLine = head.slice(0, head.search(/\r?\n/));
    const refusal = this.#rules.find((rule) => rule.do === 'refuse' && head.includes(rule.text));
    if (refusal?.do === 'refuse') return { bytes: Buffer.alloc(0), refused: refusal.status };
    const stripped = this.#rules.reduce((text, rule) => (rule.do === 'strip-header' ? withoutHeader(text, rule.header) : text), head);
    return { bytes: this.#follow(Buffer.concat([Buffer.from(stripped, 'latin1'), seen.subarray(split)])), refused: null };
  }

  /** What was kept back of a head that never became whole. */
  rest(): Buffer {
    const rest = this.#head ?? Buffer.alloc(0);
    this.#head = null;
    return this.#follow(rest);
  }

  #follow(read: Buffer): Buffer {
    let bytes = read;
    for (const rule of this.#rules) {
      if (rule.do === 'swallow' && bytes.includes(rule.text)) this.#isSwallowing = true;
      if (rule.do === 'rewrite-text') bytes = replaced(bytes, rule.text, rule.with);
    }
    return this.#isSwallowing ? Buffer.alloc(0) : bytes;
  }
}

/** Header names are the same in any case (RFC 9110 section 5.1). */
const withoutHeader = (head: string, name: string): string =>
  head
    .split(/(?<=\n)/)
    .filter((line, index) => index === 0 || !line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    .join('');

function replaced(bytes: Buffer, text: string, by: string): Buffer {
  if (!bytes.includes(text)) return bytes;
  // latin1 keeps every byte as it is.
  const [from, to] = [text, by].map((one) => Buffer.from(one).toString('latin1'));
  return Buffer.from(
    bytes.toString('latin1').replaceAll(from ?? '', () => to ?? ''),
    'latin1',
  );
}
