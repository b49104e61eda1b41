import type { EvidenceRef } from '../harness/model/finding.ts';

/** Evidence as a reader looks it up, one text a file: `evidence/handshakes.ndjson:392-399, 403`. */
export function evidenceRanges(refs: readonly EvidenceRef[]): readonly string[] {
  return [...Map.groupBy(refs, ({ file }) => file)].map(([file, lines]) => {
    const sorted = [...new Set(lines.map(({ line }) => line))].toSorted((a, b) => a - b);
    const runs: [number, number][] = [];
    for (const line of sorted) {
      const last = runs.at(-1);
      if (last !== undefined && line === last[1] + 1) last[1] = line;
      else runs.push([line, line]);
    }
    return `${file}:${runs.map(([from, to]) => (from === to ? String(from) : `${String(from)}-${String(to)}`)).join(', ')}`;
  });
}
