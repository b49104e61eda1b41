import type { StreamedHttpEvidence } from '../model/client-evidence.ts';

/** How much longer each event of a stream was on its way than the quickest part of any answer on the same path, in milliseconds; null: it never came. */
export type EventDelays = ReadonlyMap<string, readonly (number | null)[]>;

/**
 * By case. Origin and client are programs with clocks of their own; the quickest part bounds their difference, because nothing comes before it was sent.
 * What is late by the same time always does not show, and is not what holding back looks like.
 */
export function eventDelays(streams: readonly StreamedHttpEvidence[]): EventDelays {
  const apart = ({ sentAtMs, cameAtMs }: StreamedHttpEvidence['events'][number]): number | null =>
    sentAtMs === null || cameAtMs === null ? null : cameAtMs - sentAtMs;
  const least = Math.min(...streams.flatMap(({ events }) => events.flatMap((event) => apart(event) ?? [])));
  return new Map(
    streams.map(({ caseId, events }) => [
      caseId,
      events.map((event) => {
        const ms = apart(event);
        return ms === null ? null : ms - least;
      }),
    ]),
  );
}

/** Less is what a busy machine does by itself. */
const MIN_HELD_MS = 25;

/**
 * Whether most events of a whole stream came later than they do on the control path. One late moment holds up events as well, but not most of them, and the
 * time for which the client itself was late does not count.
 */
export function isHeldBack({ lagMs }: StreamedHttpEvidence, here: readonly (number | null)[], there: readonly (number | null)[]): boolean {
  const usual = medianOf(there);
  if (usual === null || here.some((ms) => ms === null)) return false;
  const late = here.filter((ms) => ms !== null && ms - usual > MIN_HELD_MS + lagMs);
  return late.length > here.length / 2;
}

function medianOf(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
