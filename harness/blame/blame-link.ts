import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Blame, Confidence } from '../model/finding.ts';
import type { Direction } from '../model/impairment.ts';
import type { Path } from '../model/path.ts';
import { unknownBlame } from './unknown-blame.ts';

/**
 * Blames what stands between the two ends of a leg: packets left one end and never came to the other, or came without having been sent. Nobody is
 * named where a leg crosses several links.
 */
export function blameLinkOf(leg: Pick<LegEvidence, 'leg' | 'links'>, direction: Direction, because: string, confidence: Confidence): Blame {
  const [link, another] = leg.links;
  if (link === undefined || another !== undefined)
    return unknownBlame(`${because}; the leg crosses ${leg.links.length} links, and the captures cannot tell which`);
  return { host: link, leg: leg.leg, direction, confidence, because, config: null, innocent: [] };
}

/**
 * How the control path crosses the links of a leg: `same` when every one of them does there what it does here, `other` when one of them does not (it is under
 * test), `absent` when the control path does not cross them all and so says nothing.
 */
export function onControlPath({ links }: Pick<LegEvidence, 'links'>, path: Path, control: Path): 'same' | 'other' | 'absent' {
  const pairs = links.map((name) => [linkOf(path, name), linkOf(control, name)] as const);
  if (pairs.some(([here, there]) => here === undefined || there === undefined)) return 'absent';
  return pairs.every(([here, there]) => JSON.stringify(here?.impairments) === JSON.stringify(there?.impairments)) ? 'same' : 'other';
}

const linkOf = (path: Path, name: string) => path.links.find((link) => link.name === name);
