import { describe, expect, it } from 'vitest';
import { blameSlowLink } from '../../../harness/blame/slow-link.ts';
import type { Impairment } from '../../../harness/model/impairment.ts';
import { controlLeg, leg, serverLeg, transit } from '../audits/leg-builders.ts';
import { control, pathWith } from '../audits/path-builders.ts';

const path = pathWith(['haproxy']);
const over = (...impairments: readonly Impairment[]) => ({
  ...path,
  links: path.links.map((link, index) => ({ ...link, impairments: index === 0 ? impairments : [] })),
});
const JITTER: Impairment = { kind: 'jitter', ms: 40, direction: 'both', subject: true };
const taking = (meanMs: number) =>
  transit({ transitMs: { nearToFar: { meanMs, maxMs: 2 * meanMs }, farToNear: { meanMs, maxMs: 2 * meanMs } } });
const blamed = (of: typeof path, clientMs: number, serverMs: number, addedMs = 40) =>
  blameSlowLink({
    path: of,
    controlPath: control(path),
    subject: [leg({ transit: taking(clientMs) }), serverLeg({ transit: taking(serverMs) })],
    control: [controlLeg({ transit: taking(0.1) })],
    addedMs,
    because: 'echoes are slower',
  });

describe('blameSlowLink', () => {
  it('names the link under test when packets spent most of the time on it', () => {
    expect(blamed(over(JITTER), 20, 0.1)).toMatchObject({
      host: 'firewall',
      leg: 'client-haproxy',
      confidence: 'certain',
      because:
        'echoes are slower; packets took 40.0 ms over firewall and back, by the captures at both ends, and 0.2 ms on the control path',
    });
  });

  it('names neither the link nor the proxy when the time was not spent there', () => {
    expect(blamed(over(JITTER), 2, 0.1)?.host).toBe('unknown');
    expect(blamed(over(JITTER), 20, 0.1, Infinity)?.host).toBe('unknown');
  });

  it('never names a link that the control path crosses as it is', () => {
    expect(blamed(over(JITTER), 0.1, 20)?.host).toBe('unknown');
  });

  it('accuses nobody where links cost time by chance, and says nothing where they do not', () => {
    expect(blamed(over({ kind: 'loss', percent: 2, direction: 'both' }), 20, 0.1)?.host).toBe('unknown');
    expect(blamed(over({ kind: 'delay', ms: 3, direction: 'both' }), 3, 0.1)).toBeNull();
  });
});
