import { describe, expect, it } from 'vitest';
import { entrySeen, type SeenRun } from '../../../harness/cli/entry-seen.ts';
import type { EvidenceByKind, EvidenceKind } from '../../../harness/model/evidence.ts';
import type { JudgedFinding } from '../../../harness/model/record.ts';
import { evidenceSet } from '../audits/evidence-builders.ts';
import { answer, client, handshake, head, originSaw, rejected, REQUEST, SWITCH } from '../audits/handshake-builders.ts';
import { cutRung, rung, timeLine } from '../audits/limit-builders.ts';
import { configLine, pathWith } from '../audits/path-builders.ts';
import { cutAfter, survival, survivor } from '../audits/survival-builders.ts';

const HOST = 'edge';
const path = pathWith([HOST]);

const runOf = (
  given: { readonly [K in EvidenceKind]?: readonly EvidenceByKind[K][] },
  findings: readonly Partial<JudgedFinding>[] = [],
): SeenRun => ({ saved: { facts: { paths: [path] }, evidence: evidenceSet(given) }, record: { findings } }) as unknown as SeenRun;

const opened = handshake({ caseId: 'entry-browser' });
const refused = handshake({
  caseId: 'entry-browser',
  outcome: rejected(403),
  client: client(head(REQUEST), head(answer(403))),
});

describe('what a check saw at an entry', () => {
  it('is nothing where nothing was tried', () => {
    expect(entrySeen('subject', runOf({}), null, [])).toEqual({
      handshake: null,
      refusedBy: null,
      headers: { request: [], response: [] },
      plain: null,
      idle: null,
      reload: null,
    });
  });

  it('is the ordinary handshake, whichever others there were', () => {
    const odd = handshake({ caseId: 'cut-before-empty-line', outcome: rejected(400) });
    expect(entrySeen('subject', runOf({ handshakes: [odd, opened] }), null, []).handshake).toBe('101');
    expect(entrySeen('subject', runOf({ handshakes: [odd, refused] }), null, []).handshake).toBe('403');
    expect(entrySeen('another', runOf({ handshakes: [opened] }), null, []).handshake).toBeNull();
  });

  it('names who refused only where somebody is blamed', () => {
    const line = configLine('answers-itself', { line: 7 });
    const blame = {
      host: HOST,
      leg: null,
      direction: null,
      confidence: 'certain',
      because: 'it said so',
      config: line,
      innocent: [],
    } as const;
    const finding = {
      path: 'subject',
      auditId: 'refused-upgrade',
      outcome: 'fail',
      blame,
      measures: {},
      scenario: 'opening-handshake',
    } as const;
    const seen = (more: object) => entrySeen('subject', runOf({ handshakes: [refused] }, [{ ...finding, ...more }]), null, []).refusedBy;
    expect(seen({})).toEqual({ host: HOST, because: 'it said so', line });
    expect(seen({ blame: { ...blame, host: 'unknown' } })).toBeNull();
    expect(seen({ path: 'another' })).toBeNull();
    expect(seen({ outcome: 'pass', blame: null })).toBeNull();
  });

  it('has the headers that are not the same at both ends', () => {
    const changed = handshake({
      caseId: 'entry-browser',
      client: client(head(REQUEST), head(SWITCH)),
      origin: [originSaw(head([...REQUEST, 'X-Forwarded-For: 10.0.0.1']), head(SWITCH))],
    });
    expect(entrySeen('subject', runOf({ handshakes: [changed] }), null, []).headers.request).toEqual(['added X-Forwarded-For']);
  });

  it('has the lowest idle limit of its lines, and how far it was proven', () => {
    const lines = [timeLine(60_000, { line: 3 }), timeLine(90_000, { line: 4 }), timeLine(1000, { modes: ['connect-silent'] })];
    const idle = (scaled: SeenRun | null) => entrySeen('subject', runOf({}), scaled, lines).idle;
    expect(idle(null)).toMatchObject({ limitMs: 60_000, line: { line: 3 }, proof: 'read', timeScale: 1 });
    expect(idle(runOf({ ladders: [cutRung(2000, { timeScale: 30 })] }))).toMatchObject({
      limitMs: 60_000,
      proof: 'measured',
      timeScale: 30,
    });
    expect(idle(runOf({ ladders: [rung({ timeScale: 30 })] }))).toMatchObject({ limitMs: 60_000, proof: 'outlasted' });
    expect(idle(null)?.safePingMs).toBeLessThan(60_000);
  });

  it('has a measured idle limit that no line sets, multiplied back, and none where none was met', () => {
    const idle = (scaled: SeenRun) => entrySeen('subject', runOf({}), scaled, []).idle;
    expect(idle(runOf({ ladders: [cutRung(2000, { timeScale: 30 })] }))).toMatchObject({ limitMs: 60_000, line: null });
    expect(idle(runOf({ ladders: [rung()] }))).toMatchObject({ limitMs: null, safePingMs: null, proof: 'outlasted' });
    expect(idle(runOf({ ladders: [cutRung(2000, { mode: 'busy' })] }))).toBeNull();
  });

  it('counts the sockets that lived through a reload, of the run whose durations are divided where there is one', () => {
    const half = survival({ sockets: [survivor(), cutAfter(10)] });
    expect(entrySeen('subject', runOf({ survivals: [survival()] }), runOf({ survivals: [half] }), []).reload).toEqual({
      survived: 1,
      of: 2,
    });
    expect(entrySeen('subject', runOf({ survivals: [half] }), null, []).reload).toEqual({ survived: 1, of: 2 });
    expect(entrySeen('subject', runOf({ survivals: [survival({ sockets: [] })] }), null, []).reload).toBeNull();
    const restart = survival({ action: { host: HOST, do: 'restart' } as never });
    expect(entrySeen('subject', runOf({ survivals: [restart] }), null, []).reload).toBeNull();
  });
});
