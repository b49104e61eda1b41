import type { Fingerprint, FingerprintDiff, FingerprintDifference } from '../model/fingerprint.ts';

/** Measured limits that differ by less than this share are the same. */
const TOLERANCE = 0.25;

/** What changed between two fingerprints: is this upgrade safe for my sockets? Pure. */
export function diffFingerprints(before: Fingerprint, after: Fingerprint): FingerprintDiff {
  const headers = (['request', 'response'] as const).flatMap((message) => headerDifferences(message, before, after));
  const cases = casePairs(before, after);
  const limits = numberPairs('limits', before.limitsMs, after.limitsMs);
  const measures = numberPairs('measures', before.measures, after.measures);
  const pairs = [...cases, ...limits, ...measures];
  const comparable = pairs.filter(({ isInBoth }) => isInBoth);
  return {
    before: nameOf(before),
    after: nameOf(after),
    differences: [...headers, ...comparable.filter(({ isSame }) => !isSame).map(({ difference }) => difference)],
    compared: comparable.length + new Set([...before.headers.request, ...after.headers.request]).size,
    incomparable: pairs.filter(({ isInBoth }) => !isInBoth).map(({ difference }) => `${difference.area} ${difference.what}`),
  };
}

/** `haproxy 2.6.12`, and of a chain `nginx 1.22.1, haproxy 2.6.12`. */
export const nameOf = ({ subjects, path }: Fingerprint): string =>
  subjects.map(({ service, version }) => (version === null ? service : `${service} ${version}`)).join(', ') || path;

interface Pair {
  readonly isInBoth: boolean;
  readonly isSame: boolean;
  readonly difference: FingerprintDifference;
}

function headerDifferences(message: 'request' | 'response', before: Fingerprint, after: Fingerprint): readonly FingerprintDifference[] {
  const [was, is] = [before.headers[message], after.headers[message]];
  const what = `${message} header`;
  return [
    ...was.filter((word) => !is.includes(word)).map((word) => ({ area: 'headers', what, before: word, after: null })),
    ...is.filter((word) => !was.includes(word)).map((word) => ({ area: 'headers', what, before: null, after: word })),
  ];
}

function casePairs(before: Fingerprint, after: Fingerprint): readonly Pair[] {
  const scenarios = new Set([...Object.keys(before.behaviours), ...Object.keys(after.behaviours)]);
  return [...scenarios].flatMap((area) => {
    const [was, is] = [before.behaviours[area] ?? {}, after.behaviours[area] ?? {}];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].map((what) => {
      const [a, b] = [was[what] ?? null, is[what] ?? null];
      return { isInBoth: a !== null && b !== null, isSame: a === b, difference: { area, what, before: a, after: b } };
    });
  });
}

function numberPairs(
  area: string,
  was: Readonly<Record<string, number | null>>,
  is: Readonly<Record<string, number | null>>,
): readonly Pair[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].map((what) => {
    const [a, b] = [was[what], is[what]];
    const difference = { area, what, before: shown(a), after: shown(b) };
    return { isInBoth: a !== undefined && b !== undefined, isSame: isClose(a, b), difference };
  });
}

const isClose = (a: number | null | undefined, b: number | null | undefined): boolean =>
  typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= TOLERANCE * Math.max(a, b) : a === b;

const shown = (value: number | null | undefined): string | null =>
  value === undefined ? null : value === null ? 'none in the watch' : String(value);
