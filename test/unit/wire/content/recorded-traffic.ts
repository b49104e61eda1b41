import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { ByteOrigin, Conversation } from '../../../../harness/wire/content/conversation.ts';
import type { StreamDirection } from '../../../../harness/wire/tcp/label.ts';

/** Bytes that went over a connection in one direction, as one read gave them. */
export interface Piece {
  readonly direction: StreamDirection;
  readonly bytes: Buffer;
}

export interface Recording {
  readonly port: number;
  /** Of the connections so far, in order. */
  readonly connections: readonly Piece[][];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A relay on loopback that passes bytes on to a port and remembers both directions in the order in which they came. */
export async function recordTraffic(targetPort: number): Promise<Recording> {
  const connections: Piece[][] = [];
  const sockets: { destroy(): void }[] = [];
  const server = createServer((client) => {
    const pieces: Piece[] = [];
    connections.push(pieces);
    const target = connect(targetPort, '127.0.0.1');
    sockets.push(client, target);
    client.on('data', (bytes) => {
      pieces.push({ direction: 0, bytes });
      target.write(bytes);
    });
    target.on('data', (bytes) => {
      pieces.push({ direction: 1, bytes });
      client.write(bytes);
    });
    client.on('end', () => target.end()).on('error', () => target.destroy());
    target.on('end', () => client.end()).on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Cuts pieces so that no chunk is longer than `sizes` says each time. */
export const recut = (pieces: readonly Piece[], sizes: () => number): readonly Piece[] =>
  pieces.flatMap(({ direction, bytes }) => {
    const cut: Piece[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + Math.max(1, Math.floor(sizes())));
      cut.push({ direction, bytes: bytes.subarray(at, end) });
      at = end;
    }
    return cut;
  });

/** Gives pieces to a conversation as a capture would; frames are numbered from 1. Each chunk is wiped afterwards: it is valid during the call only. */
export function feed(conversation: Conversation, pieces: readonly Piece[]): void {
  const from: ByteOrigin = { frame: 0, timeNs: 0 };
  for (const { direction, bytes } of pieces) {
    from.frame += 1;
    from.timeNs += 1000;
    const chunk = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]);
    conversation.bytes(direction, chunk, 6, 6 + bytes.length, from);
    chunk.fill(0xee);
  }
  conversation.end(0, 'fin', from);
  conversation.end(1, 'fin', from);
}

/** A conversation that only remembers: what came, where from, and what was missing. */
export class Remembered implements Conversation {
  readonly content: [Buffer[], Buffer[]] = [[], []];
  readonly frames: [number[], number[]] = [[], []];
  readonly missed: [number, number] = [0, 0];
  readonly ends: string[] = [];

  bytes(direction: StreamDirection, chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    this.content[direction].push(Buffer.from(chunk.subarray(start, end)));
    this.frames[direction].push(from.frame);
  }

  missing(direction: StreamDirection, count: number): void {
    this.missed[direction] += count;
  }

  end(direction: StreamDirection, how: 'fin' | 'rst' | 'capture'): void {
    this.ends.push(`${direction} ${how}`);
  }

  text(direction: StreamDirection): string {
    return Buffer.concat(this.content[direction]).toString('latin1');
  }
}
