import { type EntryMark, entryMark } from '../measure/entry-mark.ts';
import { shortLabels } from '../measure/short-labels.ts';
import type { JudgedFinding } from '../model/record.ts';
import type { SubjectFacts } from '../model/world.ts';

/** More configs than these are only counted. */
const TOLD_CONFIGS = 3;

/** What a check saw, config by config: `3 entries of nginx.conf: 2 open, 1 does not, by nginx.conf:31`. */
export function checkHeadline(subjects: readonly SubjectFacts[]): string {
  const short = shortLabels(filesOf(subjects));
  const told = subjects.slice(0, TOLD_CONFIGS).map((subject) => sentenceOf(subject, short));
  const rest = subjects.slice(TOLD_CONFIGS);
  return [...told, ...(rest.length === 0 ? [] : [restOf(rest)])].join('; ');
}

/** The first clause of what a finding says, with the line behind it: its proofs, and the names of hosts in the lab, are for the report. */
export function briefly({ summary, blame }: Pick<JudgedFinding, 'summary' | 'blame'>, subjects: readonly SubjectFacts[]): string {
  const end = blame === null || blame.because === '' ? -1 : summary.indexOf(blame.because);
  const sentence = blame === null || end < 0 ? summary : summary.slice(0, end + blame.because.length);
  const clause = (sentence.split('; ')[0] ?? sentence).replaceAll(/ \(host [^()\s]+\)/g, '');
  const line = blame?.config ?? null;
  return line === null ? clause : `${clause}, by ${shortLabels([...filesOf(subjects), line.file])(line.file)}:${line.line}`;
}

const filesOf = (subjects: readonly SubjectFacts[]): readonly string[] =>
  subjects.flatMap(({ label, entries }) => [label, ...entries.flatMap(({ seen }) => seen?.refusedBy?.line?.file ?? [])]);

function sentenceOf(subject: SubjectFacts, short: (label: string) => string): string {
  const name = short(subject.label);
  const all = subject.entries;
  if (all.length === 0) return `no entry of ${name} could be tried${subject.note === null ? '' : `: ${subject.note}`}`;
  const of = Map.groupBy(all, (one) => entryMark(one, subject));
  const count = (mark: EntryMark): number => of.get(mark)?.length ?? 0;
  const head = `${all.length} ${all.length === 1 ? 'entry' : 'entries'} of ${name}`;
  const verb = (many: number, one: string, more: string): string => (many === 1 ? one : more);
  if (count('opens') === all.length) return `${head} ${verb(all.length, 'opens', 'open')}`;
  const parts = [
    ...(count('opens') === 0 ? [] : [`${count('opens')} ${verb(count('opens'), 'opens', 'open')}`]),
    ...(count('refused') === 0
      ? []
      : [
          `${count('refused')} ${verb(count('refused'), 'does not', 'do not')}${count('opens') === 0 ? ' open' : ''}${placesOf(of.get('refused') ?? [], short)}`,
        ]),
    ...(count('untried') === 0 ? [] : [`${count('untried')} not tried`]),
    ...(count('ordinary') === 0 ? [] : [`${count('ordinary')} for ordinary requests`]),
  ];
  return `${head}: ${parts.join(', ')}`;
}

function placesOf(refused: SubjectFacts['entries'], short: (label: string) => string): string {
  const lines = refused.flatMap(({ seen }) => seen?.refusedBy?.line ?? []);
  const places = [...new Set(lines.map(({ file, line }) => `${short(file)}:${line}`))];
  const [first, second] = places;
  if (first === undefined) return '';
  if (second === undefined) return `, by ${first}`;
  return `, by ${first} and ${places.length === 2 ? second : `${places.length - 1} more lines`}`;
}

function restOf(subjects: readonly SubjectFacts[]): string {
  const refusing = subjects.filter((subject) => subject.entries.some((one) => entryMark(one, subject) === 'refused')).length;
  const words = refusing === 0 ? 'no entry refuses' : `${refusing} with an entry that does not open`;
  return `${subjects.length} more ${subjects.length === 1 ? 'config' : 'configs'}: ${words}`;
}
