import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../../../harness/analyze/read-capture.ts';
import { PacketDecoder } from '../../../../harness/wire/capture/packet-decoder.ts';
import { newContentBudget } from '../../../../harness/wire/content/content-budget.ts';
import type { ContentFacts } from '../../../../harness/wire/content/content-facts.ts';
import { StreamContent } from '../../../../harness/wire/content/stream-content.ts';
import { StreamLabels } from '../../../../harness/wire/tcp/stream-labels.ts';
import { StreamTable } from '../../../../harness/wire/tcp/stream-table.ts';
import { TcpSegment } from '../../../../harness/wire/tcp/tcp-segment.ts';

/** Captures that others made or that were made for this, with what tshark 4.0.17 says about them. They are not part of the project. */
const CAPTURES = '../shared/captures/';
const areThere = existsSync(`${CAPTURES}truth.json`);

interface RequestTruth {
  readonly frame: number;
  readonly uri: string;
  readonly upgrade: string | null;
  readonly response_in: string | null;
  readonly status?: string;
}

interface Truth {
  readonly http: {
    readonly requests: number;
    readonly upgrade_requests: readonly RequestTruth[];
    readonly first_requests: readonly RequestTruth[];
  };
  readonly websocket: { readonly frames: number; readonly by_opcode: Readonly<Record<string, number>> };
}

const truth: Readonly<Record<string, Truth>> = areThere
  ? (JSON.parse(readFileSync(`${CAPTURES}truth.json`, 'utf8')) as { captures: Record<string, Truth> }).captures
  : {};

const contents = new Map<string, Promise<readonly ContentFacts[]>>();

/** Each capture is read once. */
function contentOf(name: string): Promise<readonly ContentFacts[]> {
  const content = contents.get(name) ?? readContent(name);
  contents.set(name, content);
  return content;
}

async function readContent(name: string): Promise<readonly ContentFacts[]> {
  const budget = newContentBudget();
  const decoder = new PacketDecoder();
  const segment = new TcpSegment();
  const table = new StreamTable(() => ({ labels: new StreamLabels(0), content: new StreamContent({ keyLog: null, budget }) }));
  await readCapture(CAPTURES + name, {
    packet(packet) {
      if (!decoder.decode(packet, segment)) return;
      const { labels, content } = table.find(segment);
      labels.observe(segment, table.direction);
      content.observe(segment, table.direction);
    },
  });
  return table.streams.map(({ content }) => content.finish());
}

const framesOf = (streams: readonly ContentFacts[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { webSocket } of streams) {
    for (const [opcode, count] of webSocket?.byOpcode.entries() ?? []) if (count > 0) sums[opcode] = (sums[opcode] ?? 0) + count;
  }
  return sums;
};

/** The snapshot length cut these, and tshark invents frames in what is left. */
const isWhole = (name: string): boolean => !/needle|router-any/.test(name);
/** The last one cuts request heads: tshark shows every packet of it twice, and the heads without their ends. */
const withHttp = Object.keys(truth).filter((name) => (truth[name]?.http.requests ?? 0) > 0 && !name.includes('router-any'));
const withFrames = Object.keys(truth).filter((name) => (truth[name]?.websocket.frames ?? 0) > 0 && isWhole(name));
const listed = (names: readonly string[]): readonly string[] => (areThere ? names : ['(the captures are not here)']);

describe.skipIf(!areThere)('beside tshark', { timeout: 60_000 }, () => {
  it.each(listed(withFrames))('the WebSocket frames of %s are the same', async (name) => {
    const streams = await contentOf(name);
    expect(framesOf(streams)).toEqual(truth[name]?.websocket.by_opcode);
    expect(streams.flatMap(({ webSocket }) => webSocket?.unreadable ?? [])).toEqual([]);
  });

  it.each(listed(withHttp))('the requests of %s are the same', async (name) => {
    const exchanges = (await contentOf(name)).flatMap((facts) => facts.exchanges);
    const http = truth[name]?.http;
    expect(exchanges).toHaveLength(http?.requests ?? 0);
    for (const { frame, uri, status } of http?.upgrade_requests ?? []) {
      const found = exchanges.find((exchange) => exchange.frame === frame);
      expect([found?.target, found?.isUpgrade, found?.response?.status]).toEqual([
        uri,
        true,
        status === undefined ? undefined : Number(status),
      ]);
    }
    for (const { uri } of http?.first_requests ?? []) expect(exchanges.map(({ target }) => target)).toContain(uri);
  });

  it('answers to upgrades come in the same frames, where their bodies do not go on in others', async () => {
    for (const name of ['own/upgrades-client.pcap', 'own/needle-client.pcap.gz', 'public/zeek__fragmented-http-reply.pcap']) {
      const exchanges = (await contentOf(name)).flatMap((facts) => facts.exchanges);
      for (const { frame, uri, response_in: answeredIn } of truth[name]?.http.upgrade_requests ?? []) {
        const found = exchanges.find((exchange) => exchange.frame === frame)?.response?.frame ?? null;
        // tshark waits for the end of a body: this one ends with the connection, two frames on.
        const later = uri === '/h1.0' ? 2 : 0;
        expect(found).toBe(answeredIn === null ? null : Number(answeredIn) - later);
      }
    }
  });

  it('the one request in 90,000 packets that lost its Upgrade header is found, with its answer', async () => {
    const exchanges = (await contentOf('own/needle-client.pcap.gz')).flatMap((facts) => facts.exchanges);
    const refused = exchanges.filter(({ isUpgrade, response }) => isUpgrade && response?.status !== 101);
    expect(refused).toMatchObject([
      { frame: 8435, target: '/socket', response: { frame: 16_942, status: 400, bodyStart: 'Upgrade header missing at backend\n' } },
    ]);
  });

  it('frames behind what the snapshot cut are not invented', async () => {
    const streams = await contentOf('own/needle-client.pcap.gz');
    expect(Object.keys(framesOf(streams))).toEqual(['2']);
    expect(streams.every(({ webSocket }) => webSocket === null || webSocket.unreadable.length <= 2)).toBe(true);
  });

  it('heads that the snapshot cut are read as far as they go', async () => {
    const exchanges = (await contentOf('own/router-any.pcap.gz')).flatMap((facts) => facts.exchanges);
    expect(exchanges.filter(({ isUpgrade }) => isUpgrade)).toHaveLength(5);
    expect(exchanges.every(({ isCut, response }) => isCut === true && response !== null)).toBe(true);
  });
});
