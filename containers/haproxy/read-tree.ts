import type { ConfigLine } from '../../harness/model/service.ts';
import type { ConfigTree, Entry } from '../../harness/model/surroundings.ts';
import { readLimits } from './config-limits.ts';
import { readConfig } from './config-lines.ts';
import { sectionsOnTheWay } from './on-the-way.ts';
import { configFilesOf, readWhole } from './whole-config.ts';

const MAX_FOUND = 1_000;

/**
 * The lines of a config that matter to a WebSocket, and those that set limits, each with the label of its file. Several files are read as
 * one, since a `defaults` section goes on into the next. With an entry, limits are those of the sections that its sockets come through. Never throws.
 */
export function readTree(tree: ConfigTree, entry?: Entry): readonly ConfigLine[] {
  const files = configFilesOf(tree);
  const texts = files.map(({ text }) => text.replace(/\n$/, ''));
  const whole = texts.join('\n');
  let before = 0;
  const starts = texts.map((text) => {
    const start = before;
    before += text.split('\n').length;
    return start;
  });
  const own = entry === undefined ? whole : onTheWay(tree, whole, entry);
  const isLimit = ({ symptom }: ConfigLine): boolean => symptom === 'cuts-idle';
  const lines = [...readConfig(whole, '').filter((line) => !isLimit(line)), ...readConfig(own, '').filter(isLimit), ...readLimits(own, '')];
  return lines.slice(0, MAX_FOUND).flatMap((found) => {
    const index = starts.findLastIndex((start) => start < found.line);
    const file = files[index];
    return file === undefined || file.isWrapper === true ? [] : [{ ...found, file: file.label, line: found.line - (starts[index] ?? 0) }];
  });
}

/** The text without the other front and back sections; every line stays where it is. */
function onTheWay(tree: ConfigTree, whole: string, entry: Entry): string {
  const config = readWhole(tree);
  const kept = sectionsOnTheWay(config, entry);
  if (kept === null) return whole;
  const heads = config.blocks.map(({ head }) => head.line);
  const others = config.sections.filter((section) => section.kind !== 'defaults' && !kept.has(section)).map(({ head }) => head.line);
  const dropped = new Set(others);
  let isDropped = false;
  const isHead = new Set(heads);
  return whole
    .split('\n')
    .map((line, index) => {
      if (isHead.has(index + 1)) isDropped = dropped.has(index + 1);
      return isDropped ? '' : line;
    })
    .join('\n');
}
