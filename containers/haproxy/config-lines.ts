import type { ConfigLine } from '../../harness/model/service.ts';
import { answerLines } from './config-answers.ts';
import { headerLines } from './config-headers.ts';
import { idleLines } from './config-idle.ts';
import { reloadLines } from './config-reload.ts';
import { readSections } from './config-sections.ts';
import { transportLines } from './config-transport.ts';

const MAX_FOUND = 500;
const MAX_CHARS = 600;

const shorten = (text: string): string => (text.length <= MAX_CHARS ? text : `${text.slice(0, MAX_CHARS - 1)}…`);

/**
 * The lines of an HAProxy config that matter to a WebSocket, in the order of the file. Never throws; a text that is no HAProxy
 * config gives no lines. Limits: the first mebibyte, 20 000 lines, 500 results.
 */
export function readConfig(text: string, file: string): readonly ConfigLine[] {
  const sections = readSections(text);
  return [
    ...answerLines(sections, file),
    ...headerLines(sections, file),
    ...idleLines(sections, file),
    ...reloadLines(text, file),
    ...transportLines(text, file),
  ]
    .toSorted((a, b) => a.line - b.line)
    .slice(0, MAX_FOUND)
    .map((found) => ({ ...found, text: shorten(found.text), explanation: shorten(found.explanation) }));
}
