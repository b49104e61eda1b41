import type { ExchangeSeen, HeaderSeen } from '../../harness/model/content-analysis.ts';
import { clip } from '../visible-text.ts';

/** One line of a head as it is shown; `key` is the name of its header in lower case, and what the start line is called in differences. */
export interface HeadLine {
  readonly key: string;
  readonly text: string;
}

const LINE_LIMIT = 300;
const LINES = 40;

const fields = (headers: readonly HeaderSeen[]): readonly HeadLine[] => {
  const shown = headers
    .slice(0, LINES)
    .map(({ name, value }) => ({ key: name.toLowerCase(), text: clip(`${name}: ${value}`, LINE_LIMIT) }));
  const left = headers.length - shown.length;
  return left > 0 ? [...shown, { key: '', text: `… ${String(left)} more headers` }] : shown;
};

/** The head of a request, line by line. Untrusted: escape it. */
export const requestLines = ({ method, target, protocol, headers }: ExchangeSeen): readonly HeadLine[] => [
  { key: 'start', text: clip(`${method} ${target} ${protocol}`, LINE_LIMIT) },
  ...fields(headers),
];

/** The head of the answer; of the status line what the capture analysis keeps. Empty when none came. */
export const responseLines = ({ response }: ExchangeSeen): readonly HeadLine[] =>
  response === null
    ? []
    : [{ key: 'start', text: clip(`${String(response.status)} ${response.reason}`.trimEnd(), LINE_LIMIT) }, ...fields(response.headers)];

/** First bytes of the body of a refusal, as they came. */
export const bodyStartOf = ({ response }: ExchangeSeen): string => clip(response?.bodyStart ?? '', LINE_LIMIT);
