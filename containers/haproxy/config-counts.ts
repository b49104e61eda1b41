import type { ConfigLine, LimitedResource } from '../../harness/model/service.ts';
import { backendsOf, isFront, readStatements, settingOf, type Section, type Statement } from './config-sections.ts';

/** `http-request deny if { sc_conn_cur(0) gt 8 }`, `tcp-request connection reject if { src_conn_cur ge 8 }`. */
const PER_ADDRESS = /\b(?:sc[0-2]?|src)_conn_cur(?:\([^)]*\))?\s+(gt|ge)\s+(\d{1,9})\b/;
const MAX_TEXT = 300;

/** Limits of number: `maxconn` of the process, a frontend, a `bind` and a server, `backlog`, and rules on a client's connections. */
export function countLines(text: string, sections: readonly Section[], file: string): readonly ConfigLine[] {
  return [
    ...globalLines(text, file),
    ...sections.filter(isFront).flatMap((front) => [...frontLines(front, file), ...serverLines(front, sections, file)]),
    ...sections.flatMap((section) => section.own.flatMap((statement) => addressLine(statement, section, file) ?? [])),
  ];
}

function line(
  { line: number, column, text }: Statement,
  file: string,
  found: { resource: LimitedResource; limit: number; explanation: string },
): ConfigLine {
  return { symptom: 'limits-count', file, line: number, column, text: text.slice(0, MAX_TEXT), ...found };
}

const countOf = (text: string | undefined): number | null => (/^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : null);

/** Manual, section 3.1 `maxconn`: above it the process stops accepting, and the kernel's backlog goes on completing handshakes. */
function globalLines(text: string, file: string): readonly ConfigLine[] {
  const found: ConfigLine[] = [];
  let isGlobal = false;
  for (const statement of readStatements(text)) {
    const [first = '', second] = statement.words;
    if (statement.words.length <= 2 && /^(?:global|defaults)$/.test(first)) isGlobal = first === 'global';
    else if (/^(?:frontend|backend|listen)$/.test(first)) isGlobal = false;
    const limit = isGlobal && first === 'maxconn' ? countOf(second) : null;
    if (limit === null) continue;
    const explanation = `the whole process takes ${limit} connections of clients and then accepts no more; the kernel still completes their TCP handshakes`;
    found.push(line(statement, file, { resource: 'connections', limit, explanation }));
  }
  return found;
}

function frontLines(front: Section, file: string): readonly ConfigLine[] {
  const maxconn = settingOf(front, 'maxconn');
  const backlog = settingOf(front, 'backlog');
  const limit = countOf(maxconn?.words[1]);
  const waiting = countOf(backlog?.words[1]);
  const binds = front.own.flatMap((statement) => {
    const at = statement.words[0] === 'bind' ? statement.words.indexOf('maxconn') : -1;
    const own = at < 0 ? null : countOf(statement.words[at + 1]);
    if (own === null) return [];
    const explanation = `this listener takes ${own} connections and then accepts no more`;
    return [line(statement, file, { resource: 'connections', limit: own, explanation })];
  });
  const explanation = `${front.kind} \`${front.name}\` takes ${limit} connections and then accepts no more; the kernel still completes their TCP handshakes`;
  const queued = `the kernel holds ${waiting} connections that were not accepted yet`;
  return [
    ...(maxconn === null || limit === null ? [] : [line(maxconn, file, { resource: 'connections', limit, explanation })]),
    ...(backlog === null || waiting === null ? [] : [line(backlog, file, { resource: 'backlog', limit: waiting, explanation: queued })]),
    ...binds,
  ];
}

/** A WebSocket holds its slot of a server until it ends; what finds none waits in the queue (manual, section 5.2 `maxconn`). */
function serverLines(front: Section, sections: readonly Section[], file: string): readonly ConfigLine[] {
  return backendsOf(front, sections).flatMap((back) => {
    const servers = back.own.filter(({ words }) => words[0] === 'server');
    const limits = servers.map(({ words }) => (words.includes('maxconn') ? countOf(words[words.indexOf('maxconn') + 1]) : null));
    const first = servers.find((_, index) => limits[index] !== null);
    if (first === undefined || limits.includes(null)) return [];
    const limit = limits.reduce<number>((sum, one) => sum + (one ?? 0), 0);
    const wait = settingOf(back, 'timeout', 'queue') ?? settingOf(back, 'timeout', 'connect');
    const then =
      wait === null ? 'for as long as the client does' : `for \`${wait.words.slice(0, 3).join(' ')}\` (line ${wait.line}) and gets 503`;
    const explanation = `the servers of backend \`${back.name}\` take ${limit} requests at a time, and a WebSocket is one until it ends; the next waits in the queue ${then}`;
    const found = line(first, file, { resource: 'queue', limit, explanation });
    return [{ ...found, scope: { logName: back.name } }];
  });
}

function addressLine(statement: Statement, section: Section, file: string): ConfigLine | null {
  const { words } = statement;
  const match = PER_ADDRESS.exec(words.join(' '));
  const refuses = words.some((word) => word === 'deny' || word === 'reject' || word === 'silent-drop');
  if (match === null || !refuses) return null;
  const limit = Number(match[2]) - (match[1] === 'ge' ? 1 : 0);
  const explanation = `this rule of ${section.kind} \`${section.name}\` lets one address have ${limit} connections at a time`;
  return line(statement, file, { resource: 'connections-per-address', limit, explanation });
}
