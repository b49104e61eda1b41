import type { LinkEvidence, TcpCounterEvidence } from '../model/evidence.ts';
import type { Path } from '../model/path.ts';
import { percent, share } from '../measure/proportion.ts';
import { clearlyExceeds, retransmissionsOf, sumOf } from './retransmission.ts';

export interface LinkCase {
  readonly path: Path;
  readonly links: readonly LinkEvidence[];
  readonly subject: readonly TcpCounterEvidence[];
  readonly control: readonly TcpCounterEvidence[];
}

/**
 * Sentences that clear the links that a suspicion would fall on: those with an impairment. A link is cleared when the control path
 * crosses it too and lost as much. Nothing is said when it was not measured at both.
 */
export function innocentLinks(link: LinkCase): readonly string[] {
  const suspects = link.path.links.filter(
    ({ name, impairments }) =>
      link.links.some((seen) => seen.link === name && seen.applied.length > 0) &&
      // The control path crosses the link without the device under test, so it says nothing of that device.
      impairments.every(({ subject }) => subject !== true),
  );
  const rates = suspects.length === 0 ? null : ratesOf(link);
  if (rates === null || clearlyExceeds(rates.subject, rates.control)) return [];
  const [here, there] = [share(rates.subject), share(rates.control)];
  return suspects.map(({ name }) =>
    rates.subject.hits === 0 && rates.control.hits === 0
      ? `${name}: innocent, no segment was retransmitted here and none on the control path through the same link`
      : `${name}: innocent, ${percent(here)} of segments were retransmitted here and ${percent(there)} on the control path through the same link`,
  );
}

/** All scenarios of the two paths together: a refused path sends little in any one of them. */
function ratesOf({ subject, control }: LinkCase) {
  const [here, there] = [retransmissionsOf(subject), retransmissionsOf(control)];
  return here === null || there === null ? null : { subject: sumOf(here), control: sumOf(there) };
}
