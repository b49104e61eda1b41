import type { ConfigLine } from '../../harness/model/service.ts';
import type { ConfigTree } from '../../harness/model/surroundings.ts';
import { readLimits } from './config-limits.ts';
import { readConfig } from './config-lines.ts';

/** The lines of a user's program that matter to a WebSocket. Of its files only the main one is known to run. Never throws. */
export function readTree(tree: ConfigTree): readonly ConfigLine[] {
  const main = tree.files.get(tree.main);
  return main === undefined ? [] : [...readConfig(main.text, main.label), ...readLimits(main.text, main.label)];
}
