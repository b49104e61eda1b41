import { visibleLine, visibleLines } from '../visible-text.ts';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  /** Place in the repository, relative to its root. `col`, not `column`, is the key that the runner reads. */
  readonly file?: string;
  readonly line?: number;
  readonly col?: number;
}

const data = (text: string): string => visibleLines(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(visibleLine(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** A workflow command line: `::error file=...,line=...,title=...::message`, escaped as the runner's toolkit does. */
export function workflowCommand({ level, message, ...properties }: Annotation): string {
  const order = ['file', 'line', 'col', 'title'] as const;
  const pairs = order.flatMap((key) => (properties[key] === undefined ? [] : `${key}=${property(String(properties[key]))}`));
  return `::${level} ${pairs.join(',')}::${data(message)}`;
}
