/** Version of the fingerprint's shape. */
export const FINGERPRINT_VERSION = '1.0.0';

/** How one path behaves, without anything that differs between two runs of the same thing. */
export interface Fingerprint {
  readonly fingerprint: string;
  readonly path: string;
  /** From the client to the origin. */
  readonly subjects: readonly { readonly service: string; readonly version: string | null }[];
  /** What the path does to the headers of the plain opening handshake: `added X-Forwarded-For`, `recased upgrade to Upgrade`. */
  readonly headers: { readonly request: readonly string[]; readonly response: readonly string[] };
  /** Label of each case, by scenario and case. */
  readonly behaviours: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Milliseconds after which a socket is cut, by mode; null: it outlasted the watch. */
  readonly limitsMs: Readonly<Record<string, number | null>>;
  /** Bytes and milliseconds that audits measured: what a path buffers and how long it coalesces. */
  readonly measures: Readonly<Record<string, number>>;
}

/** One thing that two fingerprints do not have in common. */
export interface FingerprintDifference {
  /** `headers`, `limits`, `measures`, or the scenario of a case. */
  readonly area: string;
  /** The case, mode or header. */
  readonly what: string;
  /** Null: not there. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface FingerprintDiff {
  readonly before: string;
  readonly after: string;
  readonly differences: readonly FingerprintDifference[];
  /** How many things were compared. */
  readonly compared: number;
  /** Cases that only one of the two has: nothing is said about them. */
  readonly incomparable: readonly string[];
}
