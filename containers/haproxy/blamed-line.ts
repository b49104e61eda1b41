import type { ConfigEdit } from '../../harness/model/remedy.ts';
import type { RemedyRequest } from '../../harness/model/service.ts';
import type { Section, Statement } from './config-sections.ts';

/** A config with the blamed line in it. */
export interface Blamed {
  readonly request: RemedyRequest;
  readonly sections: readonly Section[];
  /** Section that the line stands in; undefined for `global` and the like, and for a line that is the head of a section. */
  readonly section: Section | undefined;
  /** The line's own statement. */
  readonly statement: Statement;
  /** Lines of the config without their ends. */
  readonly lines: readonly string[];
}

/** Replaces one line by another. */
export const rewritten = ({ lines }: Blamed, line: number, change: (text: string) => string): ConfigEdit => ({
  line,
  remove: 1,
  insert: [change(lines[line - 1] ?? '')],
});
