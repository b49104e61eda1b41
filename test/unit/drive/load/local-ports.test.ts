import { describe, expect, it } from 'vitest';
import { LocalPorts } from '../../../../harness/drive/load/local-ports.ts';

const take = (ports: LocalPorts, address: string, count: number): readonly number[] =>
  Array.from({ length: count }, () => ports.next(address));

describe('LocalPorts', () => {
  it('gives each port of the range once, and then begins again', () => {
    const ports = take(new LocalPorts({ index: 0, of: 1 }, [5000, 5003]), '192.0.2.1', 6);
    expect(ports).toEqual([5000, 5001, 5002, 5003, 5000, 5001]);
  });

  it('gives shards ports that no other shard gets', () => {
    const shards = [0, 1, 2].map((index) => take(new LocalPorts({ index, of: 3 }, [5000, 5009]), `192.0.2.2${index}`, 5));
    expect(shards).toEqual([
      [5000, 5003, 5006, 5000, 5003],
      [5001, 5004, 5007, 5001, 5004],
      [5002, 5005, 5008, 5002, 5005],
    ]);
  });

  it('goes on from load to load, for the ports of the last one may not be free yet', () => {
    const shard = { index: 0, of: 1 };
    take(new LocalPorts(shard, [6000, 6999]), '192.0.2.3', 3);
    expect(new LocalPorts(shard, [6000, 6999]).next('192.0.2.3')).toBe(6003);
  });

  it("takes the kernel's range without one", () => {
    expect(new LocalPorts({ index: 0, of: 1 }).next('192.0.2.4')).toBeGreaterThan(1023);
  });
});
