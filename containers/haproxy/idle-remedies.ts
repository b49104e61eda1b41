import type { ConfigEdit, RemedyCandidate } from '../../harness/model/remedy.ts';
import { type Blamed, rewritten } from './blamed-line.ts';
import { backendsOf, isBack, isFront, settingOf, type Section } from './config-sections.ts';
import { indentOf, withWord } from './line-words.ts';

/** What the manual's own example sets for WebSockets; the application's pings are what keeps a socket open below it. */
const TUNNEL = '1h';
const TUNNEL_MS = 3_600_000;
const SOURCE = 'HAProxy Configuration Manual, section 4.2, timeout tunnel';
const TITLE = 'Let a tunnel be silent for an hour, whatever the limits of requests are: `timeout tunnel 1h`.';

/** `timeout tunnel` replaces the limits of requests once a tunnel is open. */
export function idleRemedies(blamed: Blamed): readonly RemedyCandidate[] {
  const { words, line } = blamed.statement;
  // Nobody is told to lower a limit.
  if ((blamed.request.line.limitMs ?? 0) >= TUNNEL_MS) return [];
  if (words[0] === 'http-request' && words[2] === 'tunnel') return [{ title: TITLE, edits: [replaced(blamed, line, 3)], source: SOURCE }];
  if (words[0] === 'timeout' && words[1] === 'tunnel') return [{ title: TITLE, edits: [replaced(blamed, line, 2)], source: SOURCE }];
  const edits = addedLimits(blamed);
  return edits.length === 0 ? [] : [{ title: TITLE, edits, source: SOURCE }];
}

const replaced = (blamed: Blamed, line: number, word: number): ConfigEdit =>
  rewritten(blamed, line, (text) => withWord(text, word, TUNNEL));

/**
 * `timeout tunnel` counts on the backend's side only, and 0 counts as none: such a line is replaced. Else it is added behind the blamed line
 * where a backend is or inherits, or at the top of each backend that the front section leads to.
 */
function addedLimits(blamed: Blamed): readonly ConfigEdit[] {
  const { section, sections, statement, lines } = blamed;
  // Limits of connecting and of requests end no tunnel.
  if (section === undefined || (statement.words[0] === 'timeout' && !/^(?:client|server)$/.test(statement.words[1] ?? ''))) return [];
  const backends = concerned(section, sections);
  const zero = new Set(backends.flatMap((back) => settingOf(back, 'timeout', 'tunnel')?.line ?? []));
  if (zero.size > 0) return [...zero].map((line) => replaced(blamed, line, 2));
  const behind = (line: number, indent: string): ConfigEdit => ({
    line: line + 1,
    remove: 0,
    insert: [`${indent}timeout tunnel ${TUNNEL}`],
  });
  const indent = indentOf(lines[statement.line - 1] ?? '');
  if (section.kind !== 'frontend' && statement.words[0] === 'timeout') return [behind(statement.line, indent)];
  return backends.map((back) => behind(back.head.line, back.own[0] === undefined ? indent : indentOf(lines[back.own[0].line - 1] ?? '')));
}

function concerned(section: Section, sections: readonly Section[]): readonly Section[] {
  if (section.kind === 'defaults')
    return sections.filter((one) => isBack(one) && one.inherited.some(({ line }) => section.own.some((own) => own.line === line)));
  return isFront(section) ? backendsOf(section, sections) : [section];
}

/** `hard-stop-after` ends what an old process still carries after a reload. */
export function reloadRemedies(blamed: Blamed): readonly RemedyCandidate[] {
  const { words, line } = blamed.statement;
  if (words[0] !== 'hard-stop-after') return [];
  return [
    {
      title: 'Let tunnels outlive a reload by an hour: `hard-stop-after 1h`.',
      edits: [replaced(blamed, line, 1)],
      source: 'HAProxy Configuration Manual, section 3.1, hard-stop-after',
    },
  ];
}
