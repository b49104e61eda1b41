import { describe, expect, it } from 'vitest';
import { checkHeadline } from '../../../harness/gate/check-headline.ts';
import type { SubjectFacts } from '../../../harness/model/world.ts';
import { entryAt, REFUSED, sampleSubject, seen } from '../../fixtures/record-sample-subjects.ts';
import { fails, finding, gate, pathExpecting } from './gate-builders.ts';

const of = (entries: SubjectFacts['entries'], more: Partial<SubjectFacts> = {}): SubjectFacts => sampleSubject({ entries, ...more });

describe('the headline of a check', () => {
  it('counts the entries that open, and names the line of those that do not', () => {
    expect(checkHeadline([of([entryAt('a')])])).toBe('1 entry of edge.conf opens');
    expect(checkHeadline([of([entryAt('a'), entryAt('b')])])).toBe('2 entries of edge.conf open');
    expect(checkHeadline([of([entryAt('a'), entryAt('b'), entryAt('c', {}, REFUSED)])])).toBe(
      '3 entries of edge.conf: 2 open, 1 does not, by edge.conf:131',
    );
    expect(checkHeadline([sampleSubject()])).toBe(
      '4 entries of edge.conf: 1 opens, 1 does not, by edge.conf:131, 1 not tried, 1 for ordinary requests',
    );
  });

  it('says that nothing opens, and by how many lines', () => {
    const at = (line: number): typeof REFUSED => ({
      ...REFUSED,
      refusedBy: { ...REFUSED.refusedBy!, line: { ...REFUSED.refusedBy!.line!, line } },
    });
    const all = [1, 2, 3].map((line) => entryAt(`e${line}`, {}, at(line)));
    expect(checkHeadline([of(all)])).toBe('3 entries of edge.conf: 3 do not open, by edge.conf:1 and 2 more lines');
    expect(checkHeadline([of(all.slice(0, 2))])).toBe('2 entries of edge.conf: 2 do not open, by edge.conf:1 and edge.conf:2');
    expect(checkHeadline([of([entryAt('a', {}, seen({ handshake: 'timeout' }))])])).toBe('1 entry of edge.conf: 1 does not open');
  });

  it('tells several configs one by one, and counts the rest', () => {
    const [good, bad] = [of([entryAt('a')], { label: 'a.cfg' }), of([entryAt('b', {}, REFUSED)], { label: 'b.cfg' })];
    const none = of([], { label: 'c.cfg', note: 'it is a template' });
    expect(checkHeadline([good, none, bad, bad])).toBe(
      '1 entry of a.cfg opens; no entry of c.cfg could be tried: it is a template; 1 entry of b.cfg: 1 does not open, by edge.conf:131; 1 more config: 1 with an entry that does not open',
    );
  });

  it('adds what fails elsewhere, in a clause without proofs and names of the lab, and hides nothing', () => {
    const blame = {
      host: 'haproxy',
      leg: null,
      direction: null,
      confidence: 'likely',
      because: 'HAProxy (host haproxy) did it; so',
      config: null,
      innocent: [],
    } as const;
    const bad = finding('fail', { auditId: 'z', summary: 'HAProxy (host haproxy) did it; so (the log)', blame });
    const subjects = [of([entryAt('subject')])];
    expect(gate(pathExpecting(), [bad, fails], { subjects }).headline).toBe(
      '1 entry of edge.conf opens. wss://chat.example.com/subject: HAProxy did it (and 1 more)',
    );
    expect(gate(pathExpecting(), [bad], { subjects: [of([entryAt('subject', {}, REFUSED)])] })).toMatchObject({
      verdict: 'fail',
      headline: '1 entry of edge.conf: 1 does not open, by edge.conf:131',
    });
    expect(gate(pathExpecting(), [finding('pass')], { subjects: [of([entryAt('subject', {}, null)])] }).headline).toBe(
      '1 path, all as declared',
    );
  });
});

describe('the command that shows a finding of a check again', () => {
  it('checks the entry, with the flags that the config was checked with', () => {
    const subjects = [of([entryAt('subject', { target: "/a b?x='1'" })], { flags: ['--root', '.'] })];
    const { findings } = gate(pathExpecting(), [fails], { subjects, invocation: { lab: 'netns', spec: 'etc/nginx/conf.d/edge.conf' } });
    const start = 'npx hopscope check etc/nginx/conf.d/edge.conf --root .';
    expect(findings[1]?.reproduce).toBe(String.raw`${start} --url 'wss://chat.example.com/a b?x='\''1'\'''`);
    expect(findings[0]?.reproduce).toBe(start);
  });
});
