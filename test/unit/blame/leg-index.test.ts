import { describe, expect, it } from 'vitest';
import { indexLegs } from '../../../harness/blame/leg-index.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { leg, serverLeg, stream, upgradeExchange, upgradeStream } from '../audits/leg-builders.ts';
import { pathWith, T0 } from '../audits/path-builders.ts';

const path = pathWith(['haproxy']);
const socket = { clientPort: 40_001, fromMs: T0, untilMs: T0 + 100 };
const withKey = (of: LegEvidence, key: string): LegEvidence => {
  const exchange = upgradeExchange(101, { headers: [{ name: 'sec-websocket-key', value: key }] });
  const seen = stream({ exchanges: [exchange], exchangeCount: 1 });
  return { ...of, near: seen, far: seen };
};
const plain = { ...leg(), near: upgradeStream(101), far: upgradeStream(101) };

describe('indexLegs', () => {
  it('finds the client leg by port and time', () => {
    const index = indexLegs(path, [plain, leg({ clientPort: 40_002 })]);
    expect(index.clientLegOf(socket)).toBe(plain);
    expect(index.clientLegOf({ ...socket, clientPort: null })).toBeNull();
    expect(index.clientLegOf({ ...socket, fromMs: T0 + 9000, untilMs: T0 + 9100 })).toBeNull();
  });

  it('finds none when a port was used again within that time', () => {
    expect(indexLegs(path, [plain, leg({ startedAtMs: T0 + 60 })]).clientLegOf(socket)).toBeNull();
    const earlier = leg({ startedAtMs: T0 - 5000, endedAtMs: T0 - 4000 });
    expect(indexLegs(path, [plain, earlier]).clientLegOf(socket)).toBe(plain);
  });

  it('follows a handshake by its key', () => {
    const [one, other] = [withKey(serverLeg(), 'one'), withKey(serverLeg({ clientPort: 50_002 }), 'other')];
    const client = withKey(leg(), 'other');
    expect(indexLegs(path, [client, one, other]).chainFrom(client)).toEqual([client, other]);
  });

  it('ends where no leg carries the key, and is null where two do', () => {
    const client = withKey(leg(), 'lost');
    expect(indexLegs(path, [client, withKey(serverLeg(), 'one')]).chainFrom(client)).toEqual([client]);
    const twice = [client, withKey(serverLeg(), 'lost'), withKey(serverLeg({ clientPort: 50_002 }), 'lost')];
    expect(indexLegs(path, twice).chainFrom(client)).toBeNull();
  });

  it('takes the only connection of the time where no key can be read, as inside TLS', () => {
    const sealed = leg();
    expect(indexLegs(path, [sealed, serverLeg()]).chainFrom(sealed)).toEqual([sealed, serverLeg()]);
    expect(indexLegs(path, [sealed, serverLeg(), serverLeg({ clientPort: 50_002 })]).chainFrom(sealed)).toBeNull();
    expect(indexLegs(path, [sealed]).chainFrom(sealed)).toBeNull();
  });
});
