import type { Shrunk } from '../../harness/model/search-results.ts';
import { plural } from '../numbers.ts';
import { configText, costWords } from './search-words.ts';

export interface ShrinkReport {
  readonly shrunk: Shrunk;
  /** What the lines still show: "refused-upgrade in opening-handshake". */
  readonly shows: string;
  readonly elapsedMs: number;
}

/** What is left of a config, with the place of each line in the original. Lines of untrusted text: the caller escapes each. */
export function shrinkText({ shrunk, shows, elapsedMs }: ShrinkReport): readonly string[] {
  const { kept, lines, before, isMinimal } = shrunk;
  const places = kept.map(({ file, line }) => `${file}:${line}`);
  const width = Math.max(0, ...places.map((place) => place.length));
  return [
    ...kept.map(({ text }, index) => `${(places[index] ?? '').padEnd(width)}  ${configText(text)}`.trimEnd()),
    '',
    `${plural(before, 'line')} -> ${lines} in ${costWords(shrunk, elapsedMs)}`,
    isMinimal
      ? `These still show ${shows}; without any one of them they no longer do.`
      : `These still show ${shows}. The search ended early: some of them may not be needed.`,
  ];
}
