import { describe, expect, it } from 'vitest';
import { lostOnReload } from '../../../harness/audits/lost-on-reload.ts';
import type { SurvivalEvidence } from '../../../harness/model/action-evidence.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { pathWith } from './path-builders.ts';
import { cutAfter, survival, survivor } from './survival-builders.ts';

const judged = (sockets: SurvivalEvidence['sockets']) =>
  findingsOf(lostOnReload, pathWith(['haproxy']), { survivals: [onControl(survival()), survival({ sockets })] });

describe('lost-on-reload', () => {
  it('counts what was under way when a socket ended as a measure', () => {
    expect(judged([cutAfter(5, { lost: 2 }), survivor()])).toMatchObject([
      { outcome: 'pass', measures: { lostMessages: 2, survivedPercent: 50 }, details: [{ kind: 'table' }] },
    ]);
  });

  it('fails when a socket that stayed open lost messages or had one twice, and accuses nobody', () => {
    expect(judged([survivor({ lost: 1 }), survivor({ duplicated: 2 })])).toMatchObject([
      { outcome: 'fail', blame: { host: 'unknown' }, cases: ['reload'], measures: { lostMessages: 1, duplicatedMessages: 2 } },
    ]);
  });
});
