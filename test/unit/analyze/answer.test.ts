import { describe, expect, it } from 'vitest';
import { answerOf } from '../../../harness/analyze/answer.ts';
import type { CaptureAnalysis, StreamSeen } from '../../../harness/model/capture-analysis.ts';
import {
  aCapture,
  aLeg,
  analysisOf,
  anUpgrade,
  aResponse,
  aStream,
  resent,
  START_MS,
  withExchange,
} from '../../fixtures/analysis-builders.ts';
import {
  aWebSocket,
  badAnalysis,
  closedAnalysis,
  contrastAnalysis,
  emptyAnalysis,
  goodAnalysis,
  hostileAnalysis,
  wellEnded,
} from '../../fixtures/analysis-sample.ts';

const text = ({ answer }: CaptureAnalysis): string => answer.join('\n');

describe('answerOf, upgrades', () => {
  it('leads with how many were asked for and accepted', () => {
    expect(goodAnalysis().answer[0]).toBe('1 WebSocket upgrade was asked for, and accepted.');
    expect(contrastAnalysis().answer[0]).toBe('2 WebSocket upgrades were asked for: 1 accepted and 1 refused.');
  });

  it('says of a refusal who asked whom for what, where, and who answered what', () => {
    const refused = withExchange(anUpgrade(), {
      response: aResponse(400, 'Bad Request', { headers: [{ name: 'Server', value: 'nginx' }] }),
    });
    expect(analysisOf({ streams: [aStream()], upgrades: [refused] }).answer[1]).toBe(
      'GET /live/socket (stream 0, frame 4): 10.20.1.8:8080 answered 400 Bad Request (Server: nginx) to 10.20.0.1:51000 after 12 ms.',
    );
  });

  it('says what the request lacked', () => {
    const bare = withExchange(anUpgrade(), {
      headers: [
        { name: 'Connection', value: 'close' },
        { name: 'Sec-WebSocket-Key', value: 'x' },
      ],
      response: aResponse(400, 'Bad Request'),
    });
    expect(text(analysisOf({ streams: [aStream()], upgrades: [bare] }))).toContain(
      'the request came without Upgrade, Connection: Upgrade and Sec-WebSocket-Version.',
    );
  });

  it('says of a reset how late it came, without naming a culprit', () => {
    const stream = aStream({
      resets: [
        {
          frame: 9,
          from: 'b',
          atMs: START_MS + 701,
          provokedBy: { frame: 4, what: 'data', agoMs: 700 },
          rttMs: 0.2,
          isLate: true,
          oddities: ['TTL 3, its other packets have 64'],
        },
      ],
    });
    const upgrade = { ...withExchange(anUpgrade(), { response: null }), outcome: 'reset' } as const;
    const told = text(analysisOf({ streams: [stream], upgrades: [upgrade] }));
    expect(told).toContain(
      "the RST came from the server's end 700 ms after data of the other end, far more than the round trip of 0.20 ms",
    );
    expect(told).toContain('so something between may have made it');
  });

  it('tells refusals of one kind once, odd and frequent ones first, and counts the rest', () => {
    const upgrades = [401, 403, 404, 500, 502].flatMap((status, index) =>
      Array.from({ length: index + 1 }, (_, n) => withExchange(anUpgrade({ stream: index * 10 + n }), { response: aResponse(status, '') })),
    );
    const { answer } = analysisOf({ streams: [aStream()], upgrades });
    expect(answer[1]).toContain('answered 502 to');
    expect(answer[1]).toContain('4 more requests ended the same way.');
    expect(answer[4]).toBe('3 more requests were not accepted (403 and 401): see the table.');
  });

  it('says plainly that there was none, and what could not be read', () => {
    expect(emptyAnalysis().answer).toEqual(['No WebSocket upgrade was seen: the capture holds no packets.']);
    expect(closedAnalysis().answer[0]).toBe(
      'No WebSocket upgrade was seen in 3 TCP streams; 3 streams of TLS could not be read (no key log was given): give --keylog with the secrets of these sessions.',
    );
    const other = analysisOf({ captures: [aCapture({ packets: 7, tcpPackets: 0, notAnalysed: { UDP: 5, ARP: 2 } })] });
    expect(other.answer).toEqual(['No WebSocket upgrade was seen: the capture holds 7 packets, none of them TCP (UDP and ARP).']);
  });

  it('says what a proxy asked the next host, and what it left out', () => {
    const clientLeg = withExchange(anUpgrade(), { response: aResponse(400, 'Bad Request') });
    const serverLeg = withExchange(anUpgrade({ stream: 1, client: '10.20.1.8:40000', server: '10.20.2.9:9000' }), {
      headers: clientLeg.exchange.headers.filter(({ name }) => name !== 'Upgrade'),
      response: aResponse(400, 'Bad Request', { frame: 21 }),
    });
    const because = 'both carry the same Sec-WebSocket-Key';
    const proxies = [{ clientLeg: { capture: 0, stream: 0 }, serverLeg: { capture: 0, stream: 1 }, because }];
    const told = text(analysisOf({ streams: [aStream(), aStream({ index: 1 })], upgrades: [clientLeg, serverLeg], proxies }));
    expect(told).toContain(
      'Behind it, 10.20.1.8 asked 10.20.2.9:9000 without Upgrade and was answered 400 Bad Request (stream 1, frame 21).',
    );
    expect(told.match(/answered 400/g)).toHaveLength(2);
  });
});

describe('answerOf, retransmissions', () => {
  const noisy = (capture: number, segs: number): StreamSeen =>
    aStream({ capture, packets: { aToB: 10_000, bToA: 1000 }, resent: { aToB: resent(segs), bToA: resent(0) } });
  const sides = (good: number, bad: number, outcome: 'refused' | 'reset' = 'refused'): CaptureAnalysis => {
    const refused = withExchange(anUpgrade({ capture: 1, stream: 1, key: 'bm8gc2hhcmVkIGtleSBoZQ==' }), {
      response: outcome === 'reset' ? null : aResponse(403, 'Forbidden'),
    });
    return analysisOf({
      captures: [aCapture({ file: 'good.pcap' }), aCapture({ file: 'bad.pcap' })],
      streams: [
        noisy(0, good),
        noisy(1, bad),
        aStream({ capture: 1, index: 1, resent: { aToB: resent(outcome === 'reset' ? 3 : 0), bToA: resent(0) } }),
      ],
      upgrades: [anUpgrade(), { ...refused, outcome }],
    });
  };

  it('clears them when the path that works has as many', () => {
    expect(text(sides(214, 220))).toContain(
      'Retransmissions are not the cause: 220 segments were sent again in bad.pcap (1.8 % of 12,200) and 214 in good.pcap (1.9 % of 11,000), where the same request was accepted.',
    );
    expect(text(sides(0, 0))).toContain('Retransmissions are not the cause: no segment was sent again in bad.pcap or good.pcap.');
  });

  it('states both numbers and clears nothing when the refused side has more', () => {
    const told = text(sides(20, 900));
    expect(told).not.toContain('not the cause');
    expect(told).toContain(
      '900 segments were sent again in bad.pcap (7.4 % of 12,200) and 20 in good.pcap (0.2 % of 11,000). None of them on the stream of the refused upgrade.',
    );
  });

  it('clears nothing when no answer came and the stream itself was hit', () => {
    expect(text(sides(214, 220, 'reset'))).not.toContain('not the cause');
  });

  it('says how many were needless, and what filled holes', () => {
    const stream = aStream({ resent: { aToB: resent(10, { needlessSegs: 9 }), bToA: resent(0, { holeFills: 30 }) } });
    expect(text(analysisOf({ streams: [stream] }))).toContain(
      '10 segments were sent again, 0.8 % of 1,200; 9 of them needlessly, the receiver had them already. 30 more segments filled a hole',
    );
  });
});

describe('answerOf, endings and stalls', () => {
  it('tells the oddest ending first: who, how, after what silence', () => {
    expect(text(badAnalysis())).toContain(
      'The server 10.20.2.9:9000 ended 2 WebSockets first, with RST and no Close frame, in answer to the first packet after 60.0 s of silence (first stream 1, frame 951)',
    );
    expect(text(goodAnalysis())).toContain('The client 10.20.0.1 ended 1 WebSocket first, with Close 1000 "bye" (stream 0, frame 1190).');
  });

  it('compares several equal silences with an idle limit, and one alone with nothing', () => {
    const cut = (index: number): StreamSeen =>
      aStream({
        index,
        webSocket: aWebSocket(),
        idleGaps: [{ startedAtMs: START_MS, gapMs: 60_000 + index, endedBy: 'fin', endedByEnd: 'b', frame: 50 + index }],
        closing: [{ kind: 'fin', from: 'b', frame: 50 + index, atMs: START_MS + 60_000, code: null, reason: '' }],
      });
    expect(text(analysisOf({ streams: [cut(0), cut(1)] }))).toContain(
      'after 60.0 s without a packet, as an idle limit does (first stream 0, frame 50).',
    );
    expect(text(analysisOf({ streams: [cut(0)] }))).toContain('after 60.0 s without a packet (stream 0, frame 50).');
  });

  it('tells of resets where no WebSocket could be seen, and of refused connections', () => {
    const rst = (what: 'syn' | 'data'): StreamSeen =>
      aStream({
        resets: [
          { frame: 9, from: 'b', atMs: START_MS + 1, provokedBy: { frame: 8, what, agoMs: 0.1 }, rttMs: 0.2, isLate: false, oddities: [] },
        ],
        closing: [{ kind: 'rst', from: 'b', frame: 9, atMs: START_MS + 1, code: null, reason: '' }],
      });
    expect(text(analysisOf({ streams: [rst('data')] }))).toContain(
      'The server 10.20.1.8:8080 ended 1 connection first, with RST (stream 0, frame 9).',
    );
    expect(text(analysisOf({ streams: [rst('syn')] }))).toContain(
      '10.20.1.8:8080 answered the SYN of 1 connection with RST (stream 0, frame 9).',
    );
  });

  it('tells of a receiver without room, of segments that are too large for the path, and of a flawed capture', () => {
    const told = text(badAnalysis());
    expect(told).toContain('10.20.0.1:51000 had no room to receive for 5.2 s at the longest (stream 4, frame 640)');
    expect(told).toContain('Segments of 1,448 bytes from 10.20.1.8:8080 were sent 7 times and never acknowledged');
    expect(told).toContain(
      'The capture lost 120 packets itself, ends in the middle of a record, has 44 packets twice (counted once), shows one direction only of 1 stream',
    );
  });

  it('keeps quiet about ordinary waits', () => {
    const short = wellEnded({
      stalls: [
        { kind: 'zero-window', by: 'a', count: 1, longestMs: 20, totalMs: 20, frame: 5 },
        { kind: 'delayed-ack', by: 'b', count: 1, longestMs: 40, totalMs: 40, frame: 6 },
      ],
    });
    expect(text(analysisOf({ streams: [short] }))).not.toMatch(/room|put off/);
  });
});

describe('answerOf, two captures of one connection', () => {
  const captures = [aCapture({ file: 'client.pcap' }), aCapture({ file: 'server.pcap' })];
  const both = [wellEnded(), wellEnded({ capture: 1, index: 4 })];
  const told = (leg: Parameters<typeof aLeg>[0]): string =>
    text(analysisOf({ captures, streams: both, upgrades: [anUpgrade(), anUpgrade({ capture: 1, stream: 4 })], legs: [aLeg(leg)] }));

  it('counts what both saw once', () => {
    expect(told({})).toContain('1 WebSocket upgrade was asked for, and accepted.');
    expect(told({})).toContain('ended 1 WebSocket first');
    expect(told({})).toContain('23 segments were sent again, 1.9 % of 1,200');
  });

  it('tells of a reset that nobody sent, and of one that was held back', () => {
    const reset = { arrivedAt: 'near', frame: 77, atMs: START_MS, transitMs: null, leastTransitMs: 0.2 } as const;
    expect(told({ resets: [reset] })).toContain(
      'A reset arrived that the other end never sent (client.pcap, stream 0, frame 77): something between the two captures made it.',
    );
    expect(told({ resets: [{ ...reset, transitMs: 200 }] })).toContain(
      'A reset took 200 ms on its way (client.pcap, stream 0, frame 77), where the quickest packet took 0.20 ms',
    );
    expect(told({ resets: [{ ...reset, transitMs: 0.3 }] })).not.toContain('A reset');
  });

  it('tells of a connection that one direction of which was dropped from some moment on', () => {
    const deafness = { sinceMs: START_MS, lostPackets: 7, resends: 6, areLongest: false, lastedMs: 30_000, silentForMs: 61_000, frame: 88 };
    expect(told({ deaf: { nearToFar: deafness, farToNear: null } })).toContain(
      'After 61.0 s of silence nothing that client.pcap shows being sent of 10.20.0.1:51000 and 10.20.2.9:9000 reached server.pcap any more (client.pcap, stream 0, frame 88): 7 packets, 6 repeats among them, over 30.0 s.',
    );
  });
});

describe('answerOf, as a whole', () => {
  it('is at most eight entries, each of bounded length whatever the packets say', () => {
    for (const analysis of [badAnalysis(), hostileAnalysis(), contrastAnalysis()]) {
      expect(analysis.answer.length).toBeLessThanOrEqual(8);
      for (const sentence of analysis.answer) expect(sentence.length).toBeLessThan(2500);
    }
  });

  it('does not depend on the answer that is there already', () => {
    const analysis = contrastAnalysis();
    expect(answerOf(analysis)).toEqual(analysis.answer);
  });
});
