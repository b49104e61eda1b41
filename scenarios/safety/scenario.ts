import { defineScenario, isImpaired, type LivePath, playCases } from '../../harness/index.ts';
import { driveCases } from '../opening-handshake/drive-cases.ts';
import { playOf } from '../opening-handshake/response-case.ts';
import { injectionCases } from './injection-cases.ts';
import { secretCases } from './secret-cases.ts';
import { sizeCases } from './size-cases.ts';
import { smugglingCases } from './smuggling-cases.ts';

interface Options {
  /** How long an attempt may take before it counts as a timeout. */
  readonly deadlineMs: number;
  /** The same where a link impairs packets. */
  readonly impairedDeadlineMs: number;
  /** Attempts that are under way on one path at a time. */
  readonly atOnce: number;
}

const requests = [...sizeCases, ...injectionCases, ...secretCases];
const plays = smugglingCases.map(playOf);

/** What an attacker tries against a proxy in front of WebSockets. It speaks only to hosts of the lab, and the origin is ours. */
export const safety = defineScenario<Options>({
  id: 'safety',
  title: 'Safety',
  about: `${requests.length + plays.length} requests that a careless proxy mishandles: tunnels that the origin has not granted, line ends in values, oversized heads, secrets on the way to a log, and the page of another site.`,
  isSpecial: true,
  isForLabConfigs: true,
  defaults: { deadlineMs: 1000, impairedDeadlineMs: 6000, atOnce: 12 },
  async run(context) {
    const { deadlineMs, impairedDeadlineMs, atOnce } = context.options;
    const settings = (live: LivePath) => ({
      scenario: 'safety',
      seed: context.seed,
      deadlineMs: isImpaired(live.path) ? impairedDeadlineMs : deadlineMs,
      segmentDelayMs: 0,
      atOnce,
    });
    const patience = (live: LivePath): number => (isImpaired(live.path) ? impairedDeadlineMs / deadlineMs : 1);
    for (const [index, live] of context.paths.entries()) {
      context.progress(`${live.path.id}: ${requests.length + plays.length} requests`, index, context.paths.length);
      await context.stimulus(live, async () => {
        await driveCases(context, [live], requests, settings);
        await playCases(context, live, plays, { scenario: 'safety', atOnce, patience });
      });
    }
  },
});
