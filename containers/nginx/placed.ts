import type { ConfigPlace } from '../../harness/model/surroundings.ts';
import type { Directive } from './config-tree.ts';
import type { Blocks } from './scope.ts';

/** A directive and the blocks around it, outermost first. */
export interface Placed {
  readonly directive: Directive;
  readonly blocks: Blocks;
}

/** Every directive of a config, blocks before what is in them. */
export const everyPlaced = (level: readonly Directive[], blocks: Blocks = []): readonly Placed[] =>
  level.flatMap((directive) => {
    const inner = directive.block === null ? [] : everyPlaced(directive.block, [...blocks, directive]);
    return [{ directive, blocks }, ...inner];
  });

export const placeOf = ({ file, line, column }: Directive): ConfigPlace => ({ file: file?.label ?? '', line, column });
