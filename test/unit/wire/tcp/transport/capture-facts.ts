import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../../../../../harness/analyze/read-capture.ts';
import { PacketDecoder } from '../../../../../harness/wire/capture/packet-decoder.ts';
import { TcpOptions } from '../../../../../harness/wire/tcp/options.ts';
import { StreamLabels } from '../../../../../harness/wire/tcp/stream-labels.ts';
import { StreamTable } from '../../../../../harness/wire/tcp/stream-table.ts';
import { TcpSegment } from '../../../../../harness/wire/tcp/tcp-segment.ts';
import { StreamTransport } from '../../../../../harness/wire/tcp/transport/stream-transport.ts';
import type { TransportFacts } from '../../../../../harness/wire/tcp/transport/transport-facts.ts';
import { SHARED_CAPTURES } from '../../../../fixtures/read-packets.ts';

interface Stream {
  readonly labels: StreamLabels;
  readonly transport: StreamTransport;
}

/** Transport facts of each stream of a capture, in order of appearance. */
export const captureFacts = async (file: string): Promise<readonly TransportFacts[]> => {
  const decoder = new PacketDecoder();
  const segment = new TcpSegment();
  const options = new TcpOptions();
  let lastNs = Number.NEGATIVE_INFINITY;
  const table = new StreamTable<Stream>(() => ({ labels: new StreamLabels(0), transport: new StreamTransport(0, options) }));
  await readCapture(join(SHARED_CAPTURES, file), {
    packet(packet) {
      lastNs = Math.max(lastNs, packet.timeNs);
      if (!decoder.decode(packet, segment)) return;
      const { labels, transport } = table.find(segment);
      transport.observe(segment, table.direction, labels.observe(segment, table.direction));
    },
  });
  return table.streams.map((stream) => stream.transport.finish(lastNs));
};

/** What the kernel of one end counted: from the text of a run, or from the JSON of the small cases. */
export const kernelCounters = (run: string, end: 'client' | 'server'): ReadonlyMap<string, number> => {
  const text = join(SHARED_CAPTURES, 'own', `${run}-counters.txt`);
  if (existsSync(text)) {
    const lines = readFileSync(text, 'utf8')
      .split('\n')
      .map((line) => line.split(' '));
    return new Map(lines.filter(([host]) => host === end).map(([, , name, value]) => [name ?? '', Number(value)]));
  }
  const cases = JSON.parse(readFileSync(join(SHARED_CAPTURES, 'own', 'cases-counters.json'), 'utf8')) as Record<
    string,
    Record<string, object>
  >;
  return new Map(Object.entries(cases[run]?.[end] ?? {}).map(([name, value]) => [name.split(':')[1] ?? '', Number(value)]));
};
