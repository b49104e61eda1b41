import type { ConfigLine } from '../../harness/model/service.ts';
import type { ConfigTree, Entry } from '../../harness/model/surroundings.ts';
import { parseTree } from './config-files.ts';
import { limitClaims } from './config-limits.ts';
import { claimsToLines, configClaims } from './config-lines.ts';
import type { Claim } from './claim.ts';
import type { Directive } from './config-tree.ts';
import { entryBlocks } from './entry-blocks.ts';

/**
 * The lines of `readConfig` and `readLimits` over all files of a config, each with the label of its own file. None is of a file that came
 * with Hopscope. With an entry, what cuts idle tunnels is that of its own server and location. Never throws.
 */
export function readTree(tree: ConfigTree, entry?: Entry): readonly ConfigLine[] {
  const main = parseTree(tree);
  const own = entry === undefined ? main : entryBlocks(main, entry);
  const isUsers = ({ at }: { readonly at: { readonly file?: { readonly isWrapper?: true } } }): boolean => at.file?.isWrapper !== true;
  const linesOf = (read: (from: readonly Directive[]) => readonly Claim[]): readonly ConfigLine[] => {
    const all = read(main);
    const claims = own === main ? all : [...all.filter((claim) => !cutsIdle(claim)), ...read(own).filter(cutsIdle)];
    return claimsToLines(claims.filter(isUsers), '', tree.main);
  };
  return [...linesOf(configClaims), ...linesOf(limitClaims)];
}

const cutsIdle = ({ symptom, modes }: Claim): boolean => symptom === 'cuts-idle' || (modes?.includes('idle') ?? false);
