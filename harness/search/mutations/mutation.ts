/** A way to alter a directive: its text, with the blanks and the line end around it, or null where it does not apply. */
export type Alteration = (text: string) => string | null;

/** A directive that matters to a WebSocket, and what is done to it beside leaving it out. */
export interface MutableDirective {
  /** Of a statement, trimmed. */
  readonly matches: RegExp;
  /** Clause after "because". */
  readonly because: string;
  /** Documentation. */
  readonly source: string;
  readonly alter?: readonly Alteration[];
  /** Nothing is told by leaving it out: only altered ones are made. */
  readonly isKept?: true;
}

/** Replaces what the pattern matches; null where that changes nothing. */
export const replaced =
  (pattern: RegExp, by: string): Alteration =>
  (text) => {
    const altered = text.replace(pattern, by);
    return altered === text ? null : altered;
  };

const UNIT_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** How much shorter: enough to cut what it should hold, and a duration still. */
const SHORTER = 100;

/** A number and its unit at the end of a directive, in front of a condition at most. */
const LAST = /(\d+(?:\.\d+)?)(us|ms|sec|s|min|m|h|d)?(?=[\s;,)}\]"']*(?:\s(?:if|unless)\s.*)?$)/;

/**
 * The last duration of a directive, a hundredth of it. `bareUnit`: unit of a number without one; `smallest`: the smallest that the language
 * takes; `pattern`: number and unit as its groups. Null where there is none, and for 0, which says that there is no limit.
 */
export const shortened =
  (bareUnit: 'ms' | 's', smallest: 'ms' | 's' = 'ms', pattern = LAST): Alteration =>
  (text) => {
    const found = pattern.exec(text.replace(/\s+#.*$/s, ''));
    if (found === null) return null;
    const [whole, number = '', unit = bareUnit] = found;
    const ms = (Number(number.replaceAll('_', '')) * (UNIT_MS[unit] ?? 1000)) / SHORTER;
    if (!(ms > 0)) return null;
    const least = smallest === 's' ? 1000 : 1;
    const shortMs = Math.max(Math.round(ms / least), 1) * least;
    if (shortMs >= ms * SHORTER) return null;
    const isBare = found[2] === undefined && bareUnit === smallest;
    const words = isBare ? `${shortMs / least}` : shortMs % 1000 === 0 ? `${shortMs / 1000}s` : `${shortMs}ms`;
    return `${text.slice(0, found.index)}${words}${text.slice(found.index + whole.length)}`;
  };
