import { describe, expect, it } from 'vitest';
import { refusedDuringReload } from '../../../harness/audits/refused-during-reload.ts';
import type { SurvivalEvidence } from '../../../harness/model/action-evidence.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { hostOf, pathWith } from './path-builders.ts';
import { shaken, survival } from './survival-builders.ts';

const judged = (newHandshakes: SurvivalEvidence['newHandshakes'], proxies: readonly string[] = ['haproxy']) =>
  findingsOf(refusedDuringReload, pathWith(proxies), {
    survivals: [onControl(survival({ action: { host: 'origin', do: 'kill' } })), survival({ newHandshakes })],
    hosts: proxies.map((name) => hostOf(name, [])),
  });

describe('refused-during-reload', () => {
  it('passes when every new handshake goes through', () => {
    expect(judged([shaken(5), shaken(25)])).toMatchObject([{ outcome: 'pass' }]);
  });

  it('measures the gap and names the host that the client connects to', () => {
    expect(judged([shaken(5), shaken(25, 'connect-failed'), shaken(45, 'reset'), shaken(65)])).toMatchObject([
      {
        outcome: 'fail',
        blame: { host: 'haproxy', confidence: 'likely' },
        measures: { failedHandshakes: 2, gapMs: 45, firstHandshakeAfterMs: 70 },
      },
    ]);
  });

  it('names nobody when the handshakes never come back', () => {
    expect(judged([shaken(25, 'connect-failed')])[0]?.blame?.host).toBe('unknown');
  });

  it('names nobody for an answer that another host may have made', () => {
    expect(judged([shaken(25, '502'), shaken(45)])[0]?.blame?.host).toBe('unknown');
  });

  it('names nobody when the host acted on is not the one the client connects to', () => {
    expect(judged([shaken(25, 'reset'), shaken(45)], ['nginx', 'haproxy'])[0]?.blame?.host).toBe('unknown');
  });
});
