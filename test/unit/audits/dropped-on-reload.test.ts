import { describe, expect, it } from 'vitest';
import { droppedOnReload } from '../../../harness/audits/dropped-on-reload.ts';
import type { HostEvidence } from '../../../harness/model/evidence.ts';
import type { SurvivalEvidence } from '../../../harness/model/action-evidence.ts';
import type { ClosingEvent } from '../../../harness/model/capture-analysis.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { leg, serverLeg, stream } from './leg-builders.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { configLine, hostOf, pathWith, T0 } from './path-builders.ts';
import { cutAfter, oldUntil, survival, survivor } from './survival-builders.ts';

const path = pathWith(['haproxy']);
const line = configLine('cuts-on-reload', { line: 13, text: 'hard-stop-after 1s', limitMs: 1000 });
const onOrigin = onControl(survival({ caseId: 'origin-kill', action: { host: 'origin', do: 'kill' } }));

const judged = (survivals: readonly SurvivalEvidence[], hosts: readonly HostEvidence[] = [hostOf('haproxy', [line])]) =>
  findingsOf(droppedOnReload, path, { survivals: [onOrigin, ...survivals], hosts });

describe('dropped-on-reload', () => {
  it('passes when every socket lives through the watch', () => {
    expect(judged([survival()])).toMatchObject([
      { outcome: 'pass', measures: { survivedPercent: 100, lostMessages: 0, firstHandshakeAfterMs: 10 } },
    ]);
  });

  it('names the proxy and its line when config and processes agree, as likely without captures', () => {
    const cut = survival({ sockets: [cutAfter(1084), cutAfter(1086)], oldProcesses: oldUntil(1090) });
    expect(judged([cut])).toMatchObject([
      {
        outcome: 'fail',
        cases: ['reload'],
        blame: { host: 'haproxy', confidence: 'likely', config: { line: 13 } },
        measures: { survivedPercent: 0, cutAfterMs: 1084, cutSockets: 2, oldWorkerMs: 1050 },
      },
    ]);
  });

  it('names the proxy that said Close to both ends, and not the origin that answered it', () => {
    const close = (from: 'a' | 'b', afterMs: number): ClosingEvent => ({
      kind: 'close-frame',
      from,
      frame: 9,
      atMs: T0 + afterMs,
      code: 1001,
      reason: '',
    });
    const both = (of: (more: Partial<LegEvidence>) => LegEvidence, closing: readonly ClosingEvent[]): LegEvidence =>
      of({ scenario: 'reload', near: stream({ closing }), far: stream({ closing }) });
    const legs = [both(leg, [close('b', 150), close('a', 152)]), both(serverLeg, [close('a', 150), close('b', 160)])];
    const cut = survival({ sockets: [cutAfter(150, { end: 'close-frame', closeCode: 1001 })] });
    const [finding] = findingsOf(droppedOnReload, path, { survivals: [onOrigin, cut], hosts: [hostOf('haproxy')], legs });
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: 'haproxy', leg: 'client-haproxy' } });
  });

  it('names nobody when only the time of the action speaks against the proxy', () => {
    const [finding] = judged([survival({ sockets: [cutAfter(500), survivor()] })]);
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: 'unknown', config: null } });
  });

  it('does not take a limit that is not the measured one', () => {
    const cut = survival({ sockets: [cutAfter(500)], oldProcesses: oldUntil(510) });
    expect(judged([cut])[0]?.blame).toMatchObject({ host: 'unknown', config: null });
  });

  it('leaves what a stop or a kill cuts to be measured', () => {
    expect(judged([survival({ action: { host: 'haproxy', do: 'kill' }, sockets: [cutAfter(2)] })])).toEqual([]);
  });

  it('does not count a socket that ended before the action', () => {
    expect(judged([survival({ sockets: [cutAfter(-10), survivor()] })])).toMatchObject([{ outcome: 'pass' }]);
  });
});
