import { describe, expect, it } from 'vitest';
import { checkedSubjects, entryMark, refusedPaths } from '../../../harness/measure/entry-mark.ts';
import { entryAt, REFUSED, sampleSubject } from '../../fixtures/record-sample-subjects.ts';

const markOf = (subject: Parameters<typeof entryMark>[1], path: string): string | undefined => {
  const one = subject.entries.find((entry) => entry.path === path);
  return one === undefined ? undefined : entryMark(one, subject);
};

describe('the mark of an entry', () => {
  it('tells an entry that refuses from one that owes nobody a socket', () => {
    const subject = sampleSubject();
    expect(subject.entries.map(({ path }) => markOf(subject, path))).toEqual(['opens', 'ordinary', 'refused', 'untried']);
    expect([...refusedPaths([subject])]).toEqual(['live']);
  });

  it('expects sockets of likely entries only where the config declares none', () => {
    const likely = entryAt('a', { kind: 'likely' }, REFUSED);
    expect(markOf(sampleSubject({ entries: [likely] }), 'a')).toBe('refused');
    expect(markOf(sampleSubject({ entries: [likely, entryAt('b')] }), 'a')).toBe('ordinary');
  });
});

describe('checked subjects', () => {
  it('are none in a run that is a part of a check, where nothing was seen at any entry', () => {
    const part = sampleSubject({ entries: [entryAt('a', {}, null)] });
    expect(checkedSubjects([part])).toEqual([]);
    expect(checkedSubjects(undefined)).toEqual([]);
  });

  it('are told where nothing could be tried', () => {
    const broken = sampleSubject({ entries: [] });
    expect(checkedSubjects([broken, sampleSubject()])).toHaveLength(2);
    expect(checkedSubjects([broken])).toEqual([broken]);
  });
});
