import { describe, expect, it } from 'vitest';
import { CaptureAnalyser } from '../../../harness/analyze/capture-analyser.ts';
import type { SeenStream } from '../../../harness/analyze/stream-seen.ts';
import { CaptureParser } from '../../../harness/wire/capture/capture-parser.ts';
import { KeyLogFile } from '../../../harness/wire/content/tls/key-log.ts';
import { TCP_ACK, TCP_FIN, TCP_SYN } from '../../../harness/wire/tcp/tcp-segment.ts';
import { type BuiltPacket, pcapFile } from '../../fixtures/capture-builder.ts';
import { ethernetIpv4Tcp } from '../../fixtures/packet-builder.ts';

/** Longer than a stream may be silent before it rests. */
const STEP_NS = 5e9;
const REQUEST = Buffer.from('GET /a HTTP/1.1\r\nHost: a\r\n\r\n');

const client = (seq: number, ack: number, flags: number, payload = Buffer.alloc(0)): Buffer =>
  ethernetIpv4Tcp({ seq, ack, flags, payload });
const server = (seq: number, ack: number, flags: number, payload = Buffer.alloc(0)): Buffer =>
  ethernetIpv4Tcp({
    seq,
    ack,
    flags,
    payload,
    sourcePort: 80,
    destinationPort: 51_000,
    ip: { source: '10.0.0.2', destination: '10.0.0.1' },
  });

/** A slow conversation, in which the request is sent again. */
const SLOW: readonly BuiltPacket[] = [
  client(100, 0, TCP_SYN),
  server(500, 101, TCP_SYN | TCP_ACK),
  client(101, 501, TCP_ACK),
  client(101, 501, TCP_ACK, REQUEST),
  client(101, 501, TCP_ACK, REQUEST),
  server(501, 101 + REQUEST.length, TCP_ACK, Buffer.from('HTTP/1.1 204 No Content\r\n\r\n')),
  client(101 + REQUEST.length, 528, TCP_ACK | TCP_FIN),
  server(528, 102 + REQUEST.length, TCP_ACK | TCP_FIN),
].map((bytes, index) => ({ bytes, timeNs: index * STEP_NS }));

const between = (index: number): BuiltPacket => ({
  bytes: ethernetIpv4Tcp({ sourcePort: 40_000 + index, destinationPort: 81, flags: TCP_SYN }),
  timeNs: index * STEP_NS + STEP_NS / 2,
});

const read = (packets: readonly BuiltPacket[]): CaptureAnalyser => {
  const analyser = new CaptureAnalyser({ capture: 0, keyLog: new KeyLogFile(), segments: null });
  const parser = new CaptureParser(analyser);
  parser.push(pcapFile(packets));
  parser.end();
  return analyser;
};

const analysed = (packets: readonly BuiltPacket[]): readonly SeenStream[] => [...read(packets).summaries()];

/** SYNs that nobody answers, a tenth of a millisecond apart. */
const scan = (count: number): readonly BuiltPacket[] =>
  Array.from({ length: count }, (_, index) => ({
    bytes: ethernetIpv4Tcp({ sourcePort: 1024 + (index % 60_000), destinationPort: 1 + Math.floor(index / 60_000), flags: TCP_SYN }),
    timeNs: index * 1e5,
  }));

/** Without numbers of frames, which others share. */
const withoutFrames = (stream: SeenStream | undefined): unknown =>
  JSON.parse(JSON.stringify(stream, (key, value: unknown) => (/frame/i.test(key) ? undefined : value)));

describe('the streams of a capture', () => {
  it('are the same whether they rest between their packets, because others go on, or not', () => {
    const alone = analysed(SLOW);
    const amongOthers = analysed(SLOW.flatMap((packet, index) => [packet, between(index)]).slice(0, -1));
    expect(alone).toHaveLength(1);
    expect(amongOthers).toHaveLength(SLOW.length);
    expect(withoutFrames(amongOthers[0])).toEqual(withoutFrames(alone[0]));
    expect(alone[0]?.seen).toMatchObject({
      resent: { aToB: { frames: 1 } },
      exchangeCount: 1,
      closing: [{ kind: 'fin' }, { kind: 'fin' }],
    });
  });

  it('beyond the first 20,000 are counted and not listed when they are over and nothing happened on them', () => {
    const late = SLOW.map(({ bytes, timeNs = 0 }) => ({ bytes, timeNs: timeNs / 100 + 60_000 * 1e5 }));
    const analyser = read([...scan(60_000), ...late]);
    const listed = [...analyser.summaries()];
    expect(analyser.leftOut.streams).toBeGreaterThan(15_000);
    expect(listed.length + analyser.leftOut.streams).toBe(60_001);
    expect(listed.slice(0, 20_000).map(({ seen }) => seen.index)).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
    expect(listed.at(-1)?.seen).toMatchObject({ index: 60_000, exchangeCount: 1 });
  });

  it('are analysed again when one that was left out goes on after all', () => {
    const request = {
      bytes: ethernetIpv4Tcp({ sourcePort: 1024 + 30_000, destinationPort: 1, flags: TCP_ACK, payload: REQUEST }),
      timeNs: 7e9,
    };
    const listed = analysed([...scan(60_000), request]);
    expect(listed.find(({ seen }) => seen.index === 30_000)?.seen).toMatchObject({ exchangeCount: 1 });
  });
});
