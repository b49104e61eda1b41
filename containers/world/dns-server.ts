import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { encodeAnswer, readQuery } from './dns-message.ts';
import type { DnsZone } from './dns-zone.ts';
import { LOCAL_ADDRESSES, listenOn } from './local-addresses.ts';

/** Whoever asks over TCP and then says nothing is let go (RFC 7766 section 6.2.3). */
const IDLE_MS = 10_000;

/** The answer of a zone to a query as it came; null: none is due. Never throws. */
export function answerQuery(bytes: Buffer, zone: DnsZone, overTcp: boolean): Buffer | null {
  const query = readQuery(bytes);
  return query === null ? null : encodeAnswer(query, zone.answer(query), overTcp);
}

/** Answers over UDP and TCP on every address of this host; port 0 lets the kernel choose. Gives the port. */
export async function serveDns(port: number, zone: DnsZone): Promise<number> {
  const tcp = createServer((socket) => serveTcp(socket, zone));
  const chosen = await listenOn(tcp, port);
  for (const address of LOCAL_ADDRESSES) await serveUdp(address, chosen, zone);
  return chosen;
}

async function serveUdp({ type, address, isOptional }: (typeof LOCAL_ADDRESSES)[number], port: number, zone: DnsZone): Promise<void> {
  const socket: UdpSocket = createSocket({ type, reuseAddr: true, ipv6Only: type === 'udp6' });
  socket.on('error', () => undefined);
  socket.on('message', (bytes, peer) => {
    const answer = answerQuery(bytes, zone, false);
    // Nobody waits for the outcome: whoever asked asks again.
    if (answer !== null) socket.send(answer, peer.port, peer.address, () => undefined);
  });
  try {
    socket.bind(port, address);
    await once(socket, 'listening');
  } catch (error) {
    if (!isOptional) throw error;
    socket.close();
  }
}

/** Each message has its length before it (RFC 1035 section 4.2.2). */
function serveTcp(socket: Socket, zone: DnsZone): void {
  let unread = Buffer.alloc(0);
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('drain', () => socket.resume());
  socket.on('data', (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    for (;;) {
      const length = unread.length < 2 ? null : unread.readUInt16BE(0);
      if (length === null || unread.length < 2 + length) return;
      const answer = answerQuery(unread.subarray(2, 2 + length), zone, true);
      unread = unread.subarray(2 + length);
      if (answer === null) return void socket.destroy();
      const size = Buffer.alloc(2);
      size.writeUInt16BE(answer.length);
      if (!socket.write(Buffer.concat([size, answer]))) socket.pause();
    }
  });
}
