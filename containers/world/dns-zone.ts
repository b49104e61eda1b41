import { addressData, DNS_CODE, DNS_TYPE, type DnsAnswer, type DnsQuery, type DnsRecord, opcodeOf, serviceData } from './dns-message.ts';

/** Seconds. Short: whoever looks twice should be seen to look twice. */
const TTL = 5;
/** What a service name leads to: HAProxy fills one slot of a `server-template` for each distinct target. */
const SERVICE_TARGETS = 3;
const SERVICE_PORT = 80;
/** 198.18.0.0/15 (RFC 2544) without its first and last address. */
const FIRST = ((198 << 24) | (18 << 16) | 1) >>> 0;
const LAST = ((198 << 24) | (19 << 16) | 0xfffe) >>> 0;
const NOTHING: DnsAnswer = { code: DNS_CODE.noError, answers: [], additional: [] };

/**
 * What every name means in a world: the address that it was given, that of the known name which it continues (`api.svc.local` for `api`: a
 * search domain was put behind it), else the next free one, which it keeps. There is no name that does not exist.
 */
export class DnsZone {
  readonly #addresses = new Map<string, string>();
  readonly #used: Set<string>;
  /** As given: only these may be continued. */
  readonly #names: ReadonlySet<string>;
  #next = FIRST;

  constructor(names: Readonly<Record<string, string>>) {
    for (const [name, address] of Object.entries(names)) this.#addresses.set(canonical(name), address);
    this.#names = new Set(this.#addresses.keys());
    this.#used = new Set(this.#addresses.values());
  }

  /** The IPv4 address of a name. */
  addressOf(name: string): string {
    const asked = canonical(name);
    const known = this.#addresses.get(asked) ?? this.#continued(asked);
    if (known !== null) return known;
    const address = this.#nextFree();
    if (this.#next < LAST) this.#addresses.set(asked, address);
    return address;
  }

  answer(query: DnsQuery): DnsAnswer {
    const { question, edns } = query;
    if (opcodeOf(query.flags) !== 0) return { ...NOTHING, code: DNS_CODE.notImplemented };
    if (question === null) return { ...NOTHING, code: DNS_CODE.formatError };
    if (edns !== null && edns.version > 0) return { ...NOTHING, code: DNS_CODE.badVersion };
    if (!question.isInternet) return NOTHING;
    if (question.type === DNS_TYPE.a || question.type === DNS_TYPE.any) return { ...NOTHING, answers: [this.#record(null, question.name)] };
    return question.type === DNS_TYPE.srv ? this.#service(question.name) : NOTHING;
  }

  /** `_http._tcp.backend`: targets below the name without its service and protocol, with their addresses. */
  #service(name: string): DnsAnswer {
    const base = name.replace(/^(?:_[^.]*\.)+/, '');
    const targets = Array.from({ length: SERVICE_TARGETS }, (_, index) => `${index + 1}.${base}`);
    const pointers = targets.map((target) => ({ name: null, type: DNS_TYPE.srv, ttl: TTL, data: serviceData(SERVICE_PORT, target) }));
    return { ...NOTHING, answers: pointers, additional: targets.map((target) => this.#record(target, target)) };
  }

  #record(name: string | null, of: string): DnsRecord {
    return { name, type: DNS_TYPE.a, ttl: TTL, data: addressData(this.addressOf(of)) };
  }

  #continued(asked: string): string | null {
    for (let dot = asked.lastIndexOf('.'); dot > 0; dot = asked.lastIndexOf('.', dot - 1)) {
      const start = asked.slice(0, dot);
      if (this.#names.has(start)) return this.#addresses.get(start) ?? null;
    }
    return null;
  }

  /** When none is left the last one is everybody's: all lead to the same origin. */
  #nextFree(): string {
    while (this.#next < LAST && this.#used.has(dotted(this.#next))) this.#next += 1;
    return dotted(this.#next < LAST ? this.#next++ : LAST);
  }
}

const canonical = (name: string): string => name.toLowerCase().replace(/\.$/, '');
const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
