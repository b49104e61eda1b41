import { describe, expect, it } from 'vitest';
import {
  foreignAddresses,
  listenersOf,
  worldAddresses,
  worldRules,
  type WorldNetwork,
} from '../../../../harness/lab/netns/world-network.ts';

const NETWORK: WorldNetwork = {
  lab: '10.100.0.0/16',
  origin: { address: '10.100.1.130', port: 9000 },
  peers: ['10.100.1.131'],
  device: 'eth1',
  via: '10.100.1.2',
  address: '10.100.0.131',
};
const everywhere = (port: number) => ({ address: '0.0.0.0', port });

describe('the rules of a host with a world', () => {
  it('lead every connection to the origin but those to the proxy itself and to other hosts of the lab', () => {
    const rules = worldRules(NETWORK, [8080], [], null);
    const at = (text: string): number => rules.indexOf(text);
    expect(at('-p tcp -j DNAT --to-destination 10.100.1.130:9000')).toBeGreaterThan(at('--dst-type LOCAL -p tcp --dport 8080 -j RETURN'));
    expect(at('--dport 8080 -j RETURN')).toBeGreaterThan(at('-d 10.100.1.130/32 -p tcp --dport 9000 -j RETURN'));
    expect(rules).toContain('-d 10.100.1.131/32 -j RETURN');
  });

  it('drop what would leave the lab', () => {
    expect(worldRules(NETWORK, [], [], null).match(/-A OUTPUT -j DROP/g)).toHaveLength(2);
  });

  it('stay the same when the proxy listens where it was to listen', () => {
    const before = worldRules(NETWORK, [443, 80], [], null);
    expect(worldRules(NETWORK, [443, 80], [everywhere(80), everywhere(443)], null)).toBe(before);
  });

  it('leave a port to the origin on the addresses that the proxy does not listen on', () => {
    const rules = worldRules(NETWORK, [3000], [{ address: '203.0.113.5', port: 3000 }], null);
    expect(rules).toContain('-d 203.0.113.5 -p tcp --dport 3000 -j RETURN');
    expect(rules).not.toContain('--dst-type LOCAL');
  });

  it("lead clients of the host's address to the listener that the entry is about", () => {
    const listeners = ['203.0.113.5', '203.0.113.6'].map((address) => ({ address, port: 443 }));
    const entry = worldRules(NETWORK, [443], listeners, '203.0.113.6');
    expect(entry).toContain('-A PREROUTING -d 10.100.0.131/32 -p tcp --dport 443 -j DNAT --to-destination 203.0.113.6:443');
    expect(worldRules(NETWORK, [443], [...listeners, everywhere(443)], null)).not.toContain('-A PREROUTING');
  });

  it('take no number that is not a port', () => {
    expect(worldRules(NETWORK, [0, 70_000, Number.NaN], [], null)).not.toContain('LOCAL');
  });
});

describe('addresses that a host is given', () => {
  it('are those that a host can have', () => {
    const given = ['10.0.0.5', '10.0.0.5', '127.0.0.1', '0.0.0.0', '224.0.0.1', '::', '::1', 'fe80::1', '2001:db8::5', '1.2.3.4; reboot'];
    expect(foreignAddresses(given)).toEqual({ v4: ['10.0.0.5'], v6: ['2001:db8::5'] });
  });

  it('stand in the script beside the ways out', () => {
    const script = worldAddresses(NETWORK, { addresses: ['10.0.0.5', 'x'] });
    expect(script).toContain('route replace default via 10.100.1.2 dev eth1\naddress replace 10.0.0.5/32 dev lo\nEND');
  });
});

describe('listeners out of /proc/net', () => {
  const line = (local: string, state = '0A'): string =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 1`;

  it('have addresses of both families', () => {
    const text = [
      line('0100007F:1F90'),
      line('00000000:0050'),
      line('00000000000000000000000000000000:01BB'),
      line('B80D0120000000000000000005000000:01BB'),
      line('0000000000000000FFFF00000100007F:0051'),
    ].join('\n');
    expect(listenersOf(text)).toEqual([
      { address: '127.0.0.1', port: 8080 },
      { address: '0.0.0.0', port: 80 },
      { address: '::', port: 443 },
      { address: '2001:db8:0:0:0:0:0:5', port: 443 },
      { address: '127.0.0.1', port: 81 },
    ]);
  });

  it('are neither connections nor what answers for the world', () => {
    expect(listenersOf([line('0100007F:1F90', '01'), line('00000000:2745'), '  sl  local_address'].join('\n'))).toEqual([]);
  });
});
