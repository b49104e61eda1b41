import type { KneeEvidence } from '../model/load.ts';
import { defineAudit } from './audit.ts';
import { refsOf, scenarioFindings } from './scenario-findings.ts';

/** Whether a search for the most that a path sustains found anything. What it broke at accuses nobody: it was asked for. */
export const unkeptLimit = defineAudit({
  id: 'unkept-limit',
  title: 'The limit was kept at some load',
  failureTitle: 'The limit was kept at no load',
  cite: 'hopscope knee, --limit',
  requires: ['knees'],
  judges: ['knees'],
  // The control path is asked for one load only.
  standsAlone: true,
  evaluate: ({ path, subject: { knees } }) =>
    knees.map((knee) => {
      const findings = scenarioFindings('unkept-limit', path, knee.scenario);
      const rest = { evidence: refsOf([knee]), measures: measuresOf(knee) };
      const unit = knee.of === 'messages' ? 'messages a second' : 'connections';
      if (knee.sustainable !== null) return findings.pass(`\`${knee.limit}\` was kept at ${knee.sustainable} ${unit}`, rest);
      const last = knee.steps.at(-1);
      if (last === undefined) return findings.inconclusive('no load of the search was made to its end', rest);
      const words = `\`${knee.limit}\` was not kept at ${last.value} ${unit}, the least that was tried: ${last.because}`;
      // One load on the control path is there to compare with.
      return path.proxies.length === 0 && knee.steps.every(({ value }) => value === last.value) && knee.path === path.control
        ? findings.pass(words, rest)
        : findings.inconclusive(words, rest);
    }),
});

const measuresOf = ({ sustainable, brokeAt }: KneeEvidence): Readonly<Record<string, number>> => ({
  ...(sustainable === null ? {} : { sustainable }),
  ...(brokeAt === null ? {} : { brokeAt }),
});
