import type { ConfigLine } from '../../harness/model/service.ts';
import type { ConfigTree } from '../../harness/model/surroundings.ts';
import { readLimits } from './config-limits.ts';
import { readConfig } from './config-lines.ts';
import { configFilesOf } from './whole-config.ts';

const MAX_FOUND = 1_000;

/**
 * The lines of a config that matter to a WebSocket, and those that set limits, each with the label of its file. Several files are read as
 * one, since a `defaults` section goes on into the next. Never throws.
 */
export function readTree(tree: ConfigTree): readonly ConfigLine[] {
  const files = configFilesOf(tree);
  const texts = files.map(({ text }) => text.replace(/\n$/, ''));
  const whole = texts.join('\n');
  let before = 0;
  const starts = texts.map((text) => {
    const start = before;
    before += text.split('\n').length;
    return start;
  });
  return [...readConfig(whole, ''), ...readLimits(whole, '')].slice(0, MAX_FOUND).flatMap((found) => {
    const index = starts.findLastIndex((start) => start < found.line);
    const file = files[index];
    return file === undefined || file.isWrapper === true ? [] : [{ ...found, file: file.label, line: found.line - (starts[index] ?? 0) }];
  });
}
