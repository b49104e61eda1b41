import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EvidenceSet } from '../../../harness/audits/audit.ts';
import { auditRun } from '../../../harness/audits/run-audits.ts';
import { driveOutsideEntry } from '../../../harness/cli/outside-entry.ts';
import { OUTSIDE_SCENARIO, outsidePath } from '../../../harness/cli/outside-facts.ts';
import { localDriver } from '../../../harness/fleet/local-driver.ts';
import { outsideUrl } from '../../../harness/fleet/outside-url.ts';
import { EVIDENCE_KINDS, type EvidenceByKind, type EvidenceKind } from '../../../harness/model/evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { encodeClose, encodeFrame, type Frame, OPCODE } from '../../../harness/wire/frame.ts';
import { FrameReader } from '../../../harness/wire/frame-reader.ts';
import { acceptFor } from '../../../harness/wire/handshake.ts';

type Answer = (frame: Frame, socket: Socket) => void;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A server that answers every upgrade with 101, whatever it is, and each frame as it is told to. */
async function server(answer: Answer, extension = ''): Promise<string> {
  const sockets = new Set<Socket>();
  const http = createServer((_, response) => response.end('page')).on('upgrade', (request, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const accept = acceptFor(request.headers['sec-websocket-key'] ?? '');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nServer: wrong/1\r\n${extension}Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const reader = new FrameReader({ expectMasked: true });
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) if (frame.kind === 'frame') answer(frame, socket);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    http.close();
    await once(http, 'close');
  });
  return `ws://127.0.0.1:${String((http.address() as { readonly port: number }).port)}/socket`;
}

/** What the audits say of an entry that was really driven. */
async function checked(text: string, { echoes = true, holdMs = 0 } = {}): Promise<readonly Finding[]> {
  const lists = Object.fromEntries(EVIDENCE_KINDS.map((kind) => [kind, []])) as unknown as Record<EvidenceKind, unknown[]>;
  const driver = localDriver(join(import.meta.dirname, '../../../harness/drive/main.ts'));
  stops.push(async () => {
    driver.client.close();
    await driver.end();
  });
  await driver.ready();
  const url = outsideUrl(text);
  await driveOutsideEntry(
    { path: 'outside', scenario: OUTSIDE_SCENARIO.id, url, echoes, holdMs, insecure: false, seed: 1 },
    {
      driver: driver.client,
      signal: new AbortController().signal,
      progress: () => undefined,
      record: <K extends EvidenceKind>(kind: K, value: EvidenceByKind[K]) =>
        void lists[kind].push({ ...value, ref: { file: `evidence/${kind}.ndjson`, line: lists[kind].length + 1 } }),
    },
  );
  const path = outsidePath('outside', url, { echoes, holdMs, lookup: null });
  return auditRun([path], lists as unknown as EvidenceSet).findings;
}

const summaries = (findings: readonly Finding[]): string => findings.map(({ outcome, summary }) => `${outcome}: ${summary}`).join('\n');

const right: Answer = (frame, socket) => {
  if (frame.opcode === OPCODE.ping) socket.write(encodeFrame({ opcode: OPCODE.pong, payload: frame.payload }));
  else if (frame.opcode === OPCODE.close) socket.end(encodeClose(1000));
  else socket.write(encodeFrame({ opcode: frame.opcode, payload: frame.payload, fin: frame.fin }));
};

describe('an entry outside the lab', { timeout: 20_000 }, () => {
  it('that changes echoes, answers a Ping with something else and ends without a Close frame fails in all of it, and blames nobody', async () => {
    const findings = await checked(
      await server((frame, socket) => {
        if (frame.opcode === OPCODE.ping) return void socket.write(encodeFrame({ opcode: OPCODE.pong, payload: Buffer.from('HOPSCOPE') }));
        if (frame.opcode === OPCODE.close) return void socket.end();
        if (frame.payload.length > 0) frame.payload[0] = (frame.payload[0] ?? 0) ^ 1;
        return right(frame, socket);
      }),
    );
    const told = summaries(findings);
    expect(told).toContain('accepts what is no opening handshake: a handshake without a key');
    expect(told).toContain('does not answer a Ping: a Ping was answered with another payload');
    expect(told).toContain('does not close cleanly: a Close frame was not answered with one; the connection was ended by the other side');
    expect(told).toMatch(/does not give back .*1 of 6 came back, 5 came that are not what was sent/);
    expect(told).toContain('a binary message of 1048576 bytes: came back changed');
    expect(new Set(findings.map(({ auditId }) => auditId))).toEqual(new Set(['unopened-entry']));
    expect(findings.every(({ outcome, blame }) => outcome === 'fail' && blame?.host === 'unknown')).toBe(true);
  });

  it('that takes no large message is told with the code it closed with', async () => {
    const findings = await checked(
      await server((frame, socket) => (frame.payload.length > 100_000 ? void socket.end(encodeClose(1009)) : right(frame, socket))),
    );
    expect(summaries(findings)).toMatch(/a text message of 1048576 bytes: 0 of 1 came back; the other side sent Close 1009/);
    expect(summaries(findings)).not.toContain('65536 bytes');
  });

  it('that cuts a large echo in frames was not compared whole, which is neither right nor wrong', async () => {
    const findings = await checked(
      await server((frame, socket) => {
        if (frame.payload.length < 65_536) return right(frame, socket);
        const half = frame.payload.length / 2;
        socket.write(encodeFrame({ opcode: frame.opcode, payload: frame.payload.subarray(0, half), fin: false }));
        return void socket.write(encodeFrame({ opcode: OPCODE.continuation, payload: frame.payload.subarray(half) }));
      }),
    );
    expect(summaries(findings)).not.toContain('does not give back');
    const rows = findings.flatMap(({ details }) => details.flatMap((detail) => (detail.kind === 'table' ? detail.rows : [])));
    expect(rows).toContainEqual(['echo', expect.stringContaining('1048576 bytes: came back in other frames')]);
  });

  it('that forgets its sockets in the hold is told, although they look open', async () => {
    let hasPinged = 0;
    const findings = await checked(
      await server((frame, socket) => {
        if (frame.opcode === OPCODE.ping && frame.payload.toString() !== 'hopscope') hasPinged += 1;
        else right(frame, socket);
      }),
      { echoes: false, holdMs: 200 },
    );
    expect(hasPinged).toBeGreaterThan(1);
    expect(summaries(findings)).toMatch(/does not keep an idle socket: without a word: looked open for 200 ms, and then answered nothing/);
  });

  it('that accepts an extension nobody offered answers wrong', async () => {
    const url = await server(right, 'Sec-WebSocket-Extensions: x-unknown\r\n');
    expect(summaries(await checked(url))).toMatch(/fail: .* does not open: .*extension that was not offered: x-unknown/);
  });
});
