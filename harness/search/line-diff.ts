/** A run of lines that two texts do not have in common: `before[from..to)` became `after[start..end)`. 0-based. */
export interface LineEdit {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** Edits beyond which texts are strangers: what is between their common ends is one edit. Bounds time and memory (its square). */
const MOST_EDITS = 2000;

/**
 * The shortest edit script of two lists of lines: E. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986).
 * Edits that touch are one.
 */
export function diffLines(before: readonly string[], after: readonly string[]): readonly LineEdit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const [a, b] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const matches = matchedLines(a, b) ?? [];
  const edits: LineEdit[] = [];
  let [x, y] = [0, 0];
  for (const [i, j] of [...matches, [a.length, b.length] as const]) {
    if (i > x || j > y) edits.push({ from: head + x, to: head + i, start: head + y, end: head + j });
    [x, y] = [i + 1, j + 1];
  }
  return edits;
}

type Match = readonly [number, number];

/** Pairs of lines that stay, ascending; null where the texts are too different. */
function matchedLines(a: readonly string[], b: readonly string[]): readonly Match[] | null {
  const limit = Math.min(a.length + b.length, MOST_EDITS);
  // Furthest x on each diagonal k = x - y, at k + limit + 1; one copy for each number of edits, to walk back on.
  const furthest = new Int32Array(2 * limit + 3);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= limit; edits += 1) {
    trace.push(furthest.slice(limit + 1 - edits - 1, limit + 1 + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const at = k + limit + 1;
      const [down, right] = [furthest[at + 1] ?? 0, furthest[at - 1] ?? 0];
      let x = k === -edits || (k !== edits && right < down) ? down : right + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      furthest[at] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a.length, b.length);
    }
  }
  return null;
}

function walkBack(trace: readonly Int32Array[], length: number, otherLength: number): readonly Match[] {
  const matches: Match[] = [];
  let [x, y] = [length, otherLength];
  for (let edits = trace.length - 1; edits > 0; edits -= 1) {
    const row = trace[edits];
    // The copy holds diagonals -edits - 1 to edits + 1.
    const reach = (k: number): number => row?.[k + edits + 1] ?? 0;
    const k = x - y;
    const isDown = k === -edits || (k !== edits && reach(k - 1) < reach(k + 1));
    const fromK = isDown ? k + 1 : k - 1;
    const [fromX, fromY] = [reach(fromK), reach(fromK) - fromK];
    const stop = isDown ? fromX : fromX + 1;
    while (x > stop) matches.push([(x -= 1), (y -= 1)]);
    [x, y] = [fromX, fromY];
  }
  while (x > 0 && y > 0) matches.push([(x -= 1), (y -= 1)]);
  return matches.toReversed();
}
