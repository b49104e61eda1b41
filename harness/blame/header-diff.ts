import type { HeaderChange, HopHeaderDiff } from '../model/finding.ts';
import { headerValues } from '../wire/http-head.ts';
import type { Header, RequestHead, ResponseHead } from '../wire/http-head.ts';
import { shownLine, shownValue } from '../wire/redact.ts';

interface Fields {
  readonly headers: readonly Header[];
}

/** Every header that was added, dropped, changed or re-cased between two points, in the order of the message that came first. */
export function diffRequest(from: string, to: string, before: RequestHead, after: RequestHead): HopHeaderDiff {
  const line = ({ method, target, version }: RequestHead): string => shownLine(`${method} ${target} ${version}`);
  return { from, to, message: 'request', startLine: { before: line(before), after: line(after) }, changes: changesBetween(before, after) };
}

/** The same for a response; seen from where it was sent. */
export function diffResponse(from: string, to: string, before: ResponseHead, after: ResponseHead): HopHeaderDiff {
  const line = ({ version, status, reason }: ResponseHead): string => shownLine(`${version} ${status} ${reason}`.trimEnd());
  return { from, to, message: 'response', startLine: { before: line(before), after: line(after) }, changes: changesBetween(before, after) };
}

function changesBetween(before: Fields, after: Fields): readonly HeaderChange[] {
  const names = new Map<string, string>();
  for (const { name } of [...before.headers, ...after.headers]) if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  return [...names.values()].flatMap((name) => changeOf(name, before, after) ?? []);
}

function changeOf(name: string, before: Fields, after: Fields): HeaderChange | null {
  const [was, is] = [headerValues(before, name), headerValues(after, name)];
  const [shownBefore, shownAfter] = [shownValue(name, was.join(', ')), shownValue(name, is.join(', '))];
  if (was.length === 0) return { kind: 'added', name, after: shownAfter };
  if (is.length === 0) return { kind: 'dropped', name, before: shownBefore };
  if (was.join('\n') !== is.join('\n')) return { kind: 'changed', name, before: shownBefore, after: shownAfter };
  const [spelt, respelt] = [spelling(before, name), spelling(after, name)];
  return spelt === respelt ? null : { kind: 'recased', before: spelt, after: respelt };
}

const spelling = ({ headers }: Fields, name: string): string =>
  headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.name ?? name;
