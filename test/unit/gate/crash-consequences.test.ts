import { describe, expect, it } from 'vitest';
import { blame, expectation, finding, gate, pathExpecting } from './gate-builders.ts';

const crash = finding('fail', { auditId: 'crashed-proxy' });
const lost = finding('fail', { auditId: 'lost-bytes', blame: blame('unknown') });

describe('consequences of a crash', () => {
  it('fail with it where it was not declared, and the crash is told', () => {
    const judged = gate(pathExpecting(), [crash, lost]);
    expect([judged.verdict, judged.exitCode]).toEqual(['fail', 1]);
    expect(judged.findings.map(({ expected }) => expected)).toEqual([false, false, false]);
  });

  it.each([[false], [true]])('are excused where it was declared (as a quirk: %s)', (quirk) => {
    const declared = expectation({ audit: 'crashed-proxy', scenario: 'opening-handshake', ...(quirk ? { quirk } : {}) });
    expect(gate(pathExpecting(declared), [crash, lost]).verdict).toBe('pass');
  });

  it('are none where somebody else is named, or the declared crash did not happen', () => {
    const declared = expectation({ audit: 'crashed-proxy', scenario: 'opening-handshake', quirk: true });
    const other = { ...lost, blame: blame('origin') };
    expect(gate(pathExpecting(declared), [crash, other]).verdict).toBe('fail');
    expect(gate(pathExpecting(declared), [lost]).verdict).toBe('fail');
  });

  it('are none in another scenario', () => {
    const declared = expectation({ audit: 'crashed-proxy', scenario: 'opening-handshake' });
    const later = { ...lost, scenario: 'idle-hold' };
    expect(
      gate(pathExpecting(declared), [crash, later], {
        scenarios: [
          { id: 'opening-handshake', title: '' },
          { id: 'idle-hold', title: '' },
        ],
      }).verdict,
    ).toBe('fail');
  });
});
