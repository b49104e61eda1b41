import { defineScenario, isImpaired, type LivePath, playCases, sideBySide } from '../../harness/index.ts';
import { handshakeCases } from './cases.ts';
import { driveCases } from './drive-cases.ts';
import type { HandshakeCase } from './handshake-case.ts';
import { entryCases } from './entry-cases.ts';
import { responseCases } from './responses.ts';

interface Options {
  /** How long an attempt may take before it counts as a timeout. */
  readonly deadlineMs: number;
  /** The same where a link impairs packets: a lost SYN and a lost request cost a second or more each (RFC 6298 section 2). */
  readonly impairedDeadlineMs: number;
  /** Pause between the two writes of a request in two segments. */
  readonly segmentDelayMs: number;
  /** Handshakes that are under way on one path at a time. */
  readonly atOnce: number;
  /** Only this one of the handshakes, counted from 1, and no answers; 0: all. */
  readonly onlyCase: number;
}

/** So many paths are asked side by side. */
const PATHS_AT_ONCE = 3;
const quick = handshakeCases.filter(({ isSlow }) => isSlow !== true);
const slow = handshakeCases.filter(({ isSlow }) => isSlow === true);
const quickAnswers = responseCases.filter((response) => response.slow !== true);
const slowAnswers = responseCases.filter((response) => response.slow === true);

/** Sends every handshake case over every path, has the origin give every answer, and records both ends byte by byte. */
export const openingHandshake = defineScenario<Options>({
  id: 'opening-handshake',
  title: 'Opening handshake',
  about: `${handshakeCases.length} opening handshakes and ${responseCases.length} answers to one, right and wrong, with the RFC section that each exercises; what the client sent, the origin received, the origin sent and the client received is compared per hop.`,
  defaults: { deadlineMs: 2000, impairedDeadlineMs: 6000, segmentDelayMs: 20, atOnce: 12, onlyCase: 0 },
  async run(context) {
    const { deadlineMs, impairedDeadlineMs, segmentDelayMs, atOnce, onlyCase } = context.options;
    const settings = (live: LivePath) => ({
      scenario: 'opening-handshake',
      seed: context.seed,
      deadlineMs: isImpaired(live.path) ? impairedDeadlineMs : deadlineMs,
      segmentDelayMs,
      atOnce,
    });
    // They take up to 600 ms themselves, and all paths are busy with them.
    const patient = (live: LivePath) => ({ ...settings(live), deadlineMs: 2 * settings(live).deadlineMs });
    const playing = {
      scenario: 'opening-handshake',
      atOnce,
      patience: (live: LivePath) => (isImpaired(live.path) ? impairedDeadlineMs / deadlineMs : 1),
    };
    const entries = context.paths.filter(({ path }) => path.foreign === true);
    const own = context.paths.filter(({ path }) => path.foreign !== true);
    const chosen = (cases: readonly HandshakeCase[]): readonly HandshakeCase[] =>
      onlyCase === 0 ? cases : cases.slice(onlyCase - 1, onlyCase);
    if (entries.length > 0) await context.stimulus(entries, () => driveCases(context, entries, chosen(entryCases), settings));
    if (own.length === 0 || context.signal.aborted) return;
    if (onlyCase > 0) {
      await context.stimulus(own, () => driveCases(context, own, chosen(handshakeCases), settings));
      return;
    }
    const what = `${quick.length} handshakes and ${quickAnswers.length} answers`;
    await sideBySide({ ...context, paths: own }, { atOnce: PATHS_AT_ONCE, what }, (group) =>
      context.stimulus(group, async () => {
        // By itself, because everything on its way is cold: in a crowd the first would wait for the slowest.
        await driveCases(context, group, quick.slice(0, 1), settings);
        await Promise.all([driveCases(context, group, quick.slice(1), settings), playCases(context, group, quickAnswers, playing)]);
      }),
    );
    if (context.signal.aborted) return;
    context.progress(`slow handshakes on ${own.length} paths`, 0, 1);
    await context.stimulus(own, async () => {
      await Promise.all([driveCases(context, own, slow, patient), playCases(context, own, slowAnswers, playing)]);
    });
  },
});
