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

function analysed(packets: readonly BuiltPacket[]): readonly SeenStream[] {
  const analyser = new CaptureAnalyser({ keyLog: new KeyLogFile(), segments: null });
  const parser = new CaptureParser(analyser);
  parser.push(pcapFile(packets));
  parser.end();
  return [...analyser.summaries(0)];
}

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
});
