import { checkedSubjects } from '../../harness/measure/entry-mark.ts';
import { entryUrl } from '../../harness/model/entry.ts';
import type { RunRecord } from '../../harness/model/record.ts';
import { idleLimitWords, placeWords, programOfSubject, reloadWords, resultWords } from '../entry-words.ts';
import { provisionsInOrder } from '../provision-words.ts';
import { clip, visibleLine } from '../visible-text.ts';

const told = (text: string): string => clip(visibleLine(text), 1000);

/** Of a path that is an entry of a checked config: what was seen there, and how much of the config's world is not the real one. */
export function subjectProperties(record: RunRecord, suite: string): Readonly<Record<string, string>> {
  const subject = checkedSubjects(record.subjects).find(({ entries }) => entries.some(({ path }) => path === suite));
  const one = subject?.entries.find(({ path }) => path === suite);
  if (subject === undefined || one === undefined) return {};
  const line = one.seen?.refusedBy?.line ?? null;
  return {
    config: told(subject.label),
    program: told(programOfSubject(subject)),
    ...(subject.note === null ? {} : { note: told(subject.note) }),
    entry: told(entryUrl(one.entry)),
    'entry.result': told(resultWords(one, subject)),
    ...(line === null ? {} : { 'entry.line': told(placeWords(record)(line)) }),
    ...(one.seen === null || one.seen.handshake !== '101'
      ? {}
      : { 'entry.idle-limit': idleLimitWords(one.seen.idle), 'entry.reload': reloadWords(one.seen.reload) }),
    ...Object.fromEntries(provisionsInOrder(subject).map(({ how, count }) => [`provided.${how}`, String(count)])),
  };
}
