import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { nowMs } from '../measure/clock.ts';
import { dial } from './dial.ts';
import { openOverHttp2 } from './http2-socket.ts';
import type { TransportReply, TransportRequest } from './protocol.ts';
import type { Attempt, Facts, Opened } from './transport-attempt.ts';
import { openByUpgrade } from './upgraded-socket.ts';

type Attempted = TransportReply['attempts'][number];

/** Drives every attempt, `atOnce` at a time. Never rejects for what a path does. */
export async function driveTransport({ attempts, atOnce, deadlineMs }: TransportRequest): Promise<TransportReply> {
  const deadlineAtMs = nowMs() + deadlineMs;
  const attempted: Attempted[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next; index < attempts.length; index = next) {
      next += 1;
      const attempt = attempts[index];
      if (attempt !== undefined) attempted[index] = await driveAttempt(attempt, Math.min(deadlineAtMs, nowMs() + attempt.limitMs));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, attempts.length) }, work));
  return { attempts: attempted };
}

async function driveAttempt(attempt: Attempt, untilMs: number): Promise<Attempted> {
  const startedAtMs = nowMs();
  const manner = { alpn: attempt.alpn, preface: Buffer.from(attempt.prefaceBase64, 'base64') };
  const dialled = await dial(attempt.endpoint, untilMs, manner);
  if (dialled.kind === 'failed') {
    const { outcome } = dialled;
    const words = outcome.kind === 'connect-failed' ? outcome.code : '';
    return { startedAtMs, endedAtMs: nowMs(), outcome, echoed: null, closeCode: null, words, facts: {} };
  }
  const { socket, raw } = dialled;
  const facts = tlsFacts(socket);
  const opened = await open(attempt, socket, String(facts['alpn'] ?? ''), untilMs);
  socket.destroy();
  raw.destroy();
  const { outcome, framed, words } = opened;
  return {
    startedAtMs,
    endedAtMs: nowMs(),
    outcome,
    echoed: framed === null ? null : framed.echoed > 0 && framed.echoed >= framed.sent - 1,
    closeCode: framed?.closeCode ?? null,
    words,
    facts: { ...facts, ...opened.facts },
  };
}

/** In the protocol that the attempt asks for. */
async function open(attempt: Attempt, socket: Socket, agreed: string, untilMs: number): Promise<Opened> {
  const speaksHttp2 = attempt.speak === 'http2' || (attempt.speak === 'agreed' && agreed === 'h2');
  if (!speaksHttp2) return openByUpgrade(attempt, socket, untilMs);
  if (attempt.endpoint.tls && agreed !== 'h2') {
    const words = 'HTTP/2 was not agreed on, and the client speaks nothing else';
    return { outcome: { kind: 'closed', afterMs: 0 }, framed: null, words, facts: { leftByClient: true } };
  }
  return openOverHttp2(attempt, socket, untilMs);
}

function tlsFacts(socket: Socket): Facts {
  if (!(socket instanceof TLSSocket)) return {};
  const name = socket.getPeerCertificate().subject?.CN;
  return {
    alpn: socket.alpnProtocol === false || socket.alpnProtocol === null ? '' : socket.alpnProtocol,
    tlsVersion: socket.getProtocol() ?? '',
    certificateName: typeof name === 'string' ? name.slice(0, 100) : '',
  };
}
