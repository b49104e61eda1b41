import type { ConfigLine } from '../../harness/model/service.ts';
import { backendsOf, isFront, settingOf, type Section, type Statement } from './config-sections.ts';

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time of the config in milliseconds (manual, section 2.5; without a unit: milliseconds); null when it is no plain time. */
export function readTimeMs(text: string | undefined): number | null {
  const match = /^(\d{1,15})(us|ms|[smhd])?$/.exec(text ?? '');
  return match === null ? null : Number(match[1]) * (UNIT_MS[match[2] ?? 'ms'] ?? 1);
}

export const timeInWords = (limitMs: number | null): string => {
  if (limitMs === null) return 'the time it names';
  return limitMs < 1000 ? `${limitMs} ms` : `${limitMs / 1000} s`;
};

interface Limit {
  readonly statement: Statement;
  readonly explain: (time: string) => string;
  /** Position of the time in the statement. */
  readonly at: number;
  /** First letter of the termination state when this limit expired: whose side was waited for. */
  readonly termination?: 'c' | 's';
}

const tunnelLimit = (statement: Statement): Limit => ({
  statement,
  explain: (time) => `\`timeout tunnel\` cuts a tunnel in which nothing has moved for ${time}`,
  at: 2,
});

const requestLimit = (statement: Statement, side: 'client' | 'server'): Limit => ({
  statement,
  explain: (time) => `no \`timeout tunnel\` applies here, so \`timeout ${side}\` cuts a WebSocket in which nothing has moved for ${time}`,
  at: 2,
  termination: side === 'client' ? 'c' : 's',
});

const ruleLimit = (statement: Statement): Limit => ({
  statement,
  explain: (time) => `this rule sets the idle limit of the requests it matches to ${time}`,
  at: 3,
});

/**
 * The limits of a tunnel between a front section and a backend. `timeout tunnel` is read from the backend's side only, replaces
 * `timeout client` and `timeout server`, and counts as absent when it is 0 (measured).
 */
function limitsBetween(front: Section, back: Section): readonly Limit[] {
  const rules = [...new Set([...front.own, ...back.own])].filter(
    ({ words }) => words[0] === 'http-request' && words[1] === 'set-timeout' && /^(?:tunnel|server)$/.test(words[2] ?? ''),
  );
  const tunnel = settingOf(back, 'timeout', 'tunnel');
  if (tunnel !== null && readTimeMs(tunnel.words[2]) !== 0) {
    return [tunnelLimit(tunnel), ...rules.filter(({ words }) => words[2] === 'tunnel').map(ruleLimit)];
  }
  const client = settingOf(front, 'timeout', 'client');
  const server = settingOf(back, 'timeout', 'server');
  return [
    ...(client === null ? [] : [requestLimit(client, 'client')]),
    ...(server === null ? [] : [requestLimit(server, 'server')]),
    ...rules.map(ruleLimit),
  ];
}

/** Every line that can cut an idle tunnel, with its limit; scoped to a backend when it governs only some of those in use. */
export function idleLines(sections: readonly Section[], file: string): readonly ConfigLine[] {
  const governed = new Map<number, { readonly limit: Limit; readonly backends: Set<string> }>();
  const inUse = new Set<string>();
  for (const front of sections.filter(isFront)) {
    for (const back of backendsOf(front, sections)) {
      inUse.add(back.name);
      for (const limit of limitsBetween(front, back)) {
        const entry = governed.get(limit.statement.line) ?? { limit, backends: new Set() };
        entry.backends.add(back.name);
        governed.set(limit.statement.line, entry);
      }
    }
  }
  return [...governed.values()].flatMap(({ limit: { statement, explain, at, termination }, backends }) => {
    const limitMs = readTimeMs(statement.words[at]);
    // Zero means no limit.
    if (limitMs === 0) return [];
    const { line, column, text } = statement;
    const place = { symptom: 'cuts-idle' as const, file, line, column, text, explanation: explain(timeInWords(limitMs)) };
    const common = limitMs === null ? place : { ...place, limitMs };
    const ended = termination === undefined ? {} : { termination };
    if (backends.size < inUse.size) return [...backends].map((logName) => ({ ...common, scope: { logName, ...ended } }));
    return [termination === undefined ? common : { ...common, scope: ended }];
  });
}
