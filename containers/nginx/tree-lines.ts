import type { ConfigLine } from '../../harness/model/service.ts';
import type { ConfigTree } from '../../harness/model/surroundings.ts';
import { parseTree } from './config-files.ts';
import { limitClaims } from './config-limits.ts';
import { claimsToLines, configClaims } from './config-lines.ts';

/**
 * The lines of `readConfig` and `readLimits` over all files of a config, each with the label of its own file. None is of a file that came
 * with Hopscope. Never throws.
 */
export function readTree(tree: ConfigTree): readonly ConfigLine[] {
  const main = parseTree(tree);
  const isUsers = ({ at }: { readonly at: { readonly file?: { readonly isWrapper?: true } } }): boolean => at.file?.isWrapper !== true;
  const linesOf = (claims: ReturnType<typeof configClaims>): readonly ConfigLine[] => claimsToLines(claims.filter(isUsers), '', tree.main);
  return [...linesOf(configClaims(main)), ...linesOf(limitClaims(main))];
}
