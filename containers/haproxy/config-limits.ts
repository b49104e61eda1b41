import type { LadderMode } from '../../harness/model/ladder-mode.ts';
import type { ConfigLine } from '../../harness/model/service.ts';
import { idleLines, readTimeMs, timeInWords } from './config-idle.ts';
import { backendsOf, isFront, isHttp, readSections, settingOf, type Section, type Statement } from './config-sections.ts';
import { countLines } from './config-counts.ts';

const MAX_FOUND = 500;
const MAX_TEXT = 300;

/** Which quiet a statement ends, gathered over all pairs of front and back sections that it governs. */
type Governed = Map<Statement, Map<LadderMode, string>>;

const WHEN: Readonly<Record<'connect-silent' | 'head-unfinished' | 'keep-alive-idle' | 'head-unanswered', string>> = {
  'connect-silent': 'ends a connection that sends nothing',
  'head-unfinished': 'ends a request head that is not whole',
  'keep-alive-idle': 'ends a connection that is kept for a next request',
  'head-unanswered': 'answers 504 for a server that does not answer',
};

/** Limits of time and of number of an HAProxy config, in the order of the file. Never throws. */
export function readLimits(text: string, file: string): readonly ConfigLine[] {
  const sections = readSections(text);
  return [...timeLines(sections, file), ...countLines(text, sections, file)].toSorted((a, b) => a.line - b.line).slice(0, MAX_FOUND);
}

function timeLines(sections: readonly Section[], file: string): readonly ConfigLine[] {
  const governed: Governed = new Map();
  const fronts = sections.filter(isFront);
  for (const front of fronts.filter(isHttp)) governFront(governed, front, sections);
  const idles = idleLines(sections, file).map(
    (line): ConfigLine => ({ ...line, symptom: 'limits-time', modes: fronts.some(isHttp) ? ['idle'] : LAYER_4 }),
  );
  const named = [...governed].map(([statement, modes]) =>
    lineOf(statement, file, [...modes.keys()], [...new Set(modes.values())].join(', and ')),
  );
  const taken = new Set([...idles.map(({ line }) => line), ...named.flatMap((line) => (line === null ? [] : [line.line]))]);
  const others = sections.flatMap(({ own }) =>
    own.flatMap((statement) =>
      statement.words[0] === 'timeout' && !taken.has(statement.line)
        ? [lineOf(statement, file, [], 'ends none of the watched connections by itself')]
        : [],
    ),
  );
  return [...idles, ...[...named, ...others].filter((line) => line !== null)];
}

/** In `mode tcp` nothing is known of heads: a connection is a tunnel from the start. A head that goes on is traffic. */
const LAYER_4: readonly LadderMode[] = ['idle', 'connect-silent', 'head-unanswered', 'keep-alive-idle'];

/**
 * Manual, section 4.2: `timeout http-keep-alive` falls back on `timeout http-request`. `timeout client` ends a connection that is silent
 * before its first byte or between two requests as well, whichever is shorter, but counts anew with every byte of a head (measured with 2.6).
 */
function governFront(governed: Governed, front: Section, sections: readonly Section[]): void {
  const request = settingOf(front, 'timeout', 'http-request');
  const client = settingOf(front, 'timeout', 'client');
  const kept = settingOf(front, 'timeout', 'http-keep-alive');
  for (const statement of [request, client]) govern(governed, statement, 'connect-silent');
  govern(governed, request, 'head-unfinished');
  for (const statement of [kept ?? request, client]) govern(governed, statement, 'keep-alive-idle');
  for (const back of backendsOf(front, sections)) govern(governed, settingOf(back, 'timeout', 'server'), 'head-unanswered');
}

function govern(governed: Governed, statement: Statement | null, mode: keyof typeof WHEN): void {
  if (statement === null) return;
  const modes = governed.get(statement) ?? new Map<LadderMode, string>();
  governed.set(statement, modes.set(mode, WHEN[mode]));
}

function lineOf(statement: Statement, file: string, modes: readonly LadderMode[], does: string): ConfigLine | null {
  const { line, column, text, words } = statement;
  const limitMs = readTimeMs(words[2]);
  if (limitMs === 0) return null;
  const explanation = `\`timeout ${words[1] ?? ''}\` ${does}, after ${timeInWords(limitMs)}`;
  const found = { symptom: 'limits-time' as const, file, line, column, text: text.slice(0, MAX_TEXT), explanation, modes };
  return limitMs === null ? found : { ...found, limitMs };
}
