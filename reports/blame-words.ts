import type { Blame, Confidence } from '../harness/model/finding.ts';
import type { Direction } from '../harness/model/impairment.ts';
import type { ExpectationResult } from '../harness/model/record.ts';
import type { ConfigLine } from '../harness/model/service.ts';

export const CONFIDENCE_WORDS: Readonly<Record<Confidence, string>> = {
  certain: 'two independent instruments agree',
  likely: 'one instrument says so and none against',
  unknown: 'the evidence does not decide',
};

export const DIRECTION_WORDS: Readonly<Record<Direction, string>> = {
  'to-origin': 'towards the origin',
  'to-client': 'towards the client',
};

/** `configs/haproxy.cfg:14:5`, as editors understand it. */
export const configPlace = ({ file, line, column }: ConfigLine): string => `${file}:${String(line)}:${String(column)}`;

/** Who did it and where, in one line: `haproxy (certain), leg client-haproxy, towards the client`. */
export function blameLine(blame: Blame): string {
  const parts = [
    blame.host === 'unknown' ? 'unknown host: the evidence does not decide' : `${blame.host} (${blame.confidence})`,
    blame.leg === null ? null : `leg ${blame.leg}`,
    blame.direction === null ? null : DIRECTION_WORDS[blame.direction],
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** An expectation that was not met, in one sentence. */
export const unmetSentence = ({ audit, scenario, because, seen }: ExpectationResult): string =>
  `declared failure ${audit}${scenario === null ? '' : ` in ${scenario}`} was not met: ${because}; seen instead: ${seen}`;

/**
 * Names that the innocent sentences of a blame clear. A sentence starts with the name and a colon:
 * `firewall: the same 3.1 % of segments were resent on the control path`.
 */
export const clearedNames = (blame: Blame | null): readonly string[] =>
  (blame?.innocent ?? []).flatMap((sentence) => /^([^\s:]+):\s/.exec(sentence)?.[1] ?? []);
