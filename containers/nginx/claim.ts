import type { ConfigLine } from '../../harness/model/service.ts';
import type { Directive } from './config-tree.ts';

/** A config line before it has its place in the file's text: what the readers of each kind of block produce. */
export interface Claim extends Omit<ConfigLine, 'file' | 'line' | 'column' | 'text'> {
  readonly at: Directive;
}
