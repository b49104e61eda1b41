import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A TUN device: packets that are sent come into the kernel from it. */
export interface TunDevice {
  /** Sets the reader of what the kernel routes to it; until there is one packets are lost. */
  onPacket(reader: (packet: Buffer) => void): void;
  send(packet: Buffer): void;
  close(): void;
}

const LOOPBACK = '127.0.0.1';
const READY_TRIES = 2000;
const TRY_EVERY_MS = 5;
/** What a burst may have waiting, in every queue on the way: a packet that finds one full is lost, and no rule of the link said so. The kernel gives what it allows. */
const QUEUE_BYTES = 4 << 20;

/**
 * Makes the device. socat joins it to a UDP port, one datagram a packet, because Node cannot open a TUN device itself. `port` and the next
 * one are used on the loopback. Resolves once the device is up and takes routes. `onEnd`: socat did not start or ended by itself, so nothing works any more.
 */
export async function openTun(device: string, port: number, onEnd: (reason: unknown) => void): Promise<TunDevice> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(port, LOOPBACK, resolve));
  socket.setRecvBufferSize(QUEUE_BYTES);
  const ends = [
    `TUN,tun-name=${device},iff-no-pi,iff-up`,
    `UDP4-DATAGRAM:${LOOPBACK}:${port},bind=${LOOPBACK}:${port + 1},rcvbuf=${QUEUE_BYTES}`,
  ];
  const socat = spawn('socat', ['-b', '65536', ...ends], { stdio: ['ignore', 'inherit', 'inherit'] });
  const hasEnded = (code: number | null): void => onEnd(`socat ended with exit code ${String(code)}`);
  socat.once('error', onEnd);
  socat.once('exit', hasEnded);
  // socat opens its second end only when the first, the device, is up; one that is merely there takes no route yet.
  for (let tries = 0; !isBound(port + 1); tries++) {
    if (tries === READY_TRIES) onEnd(`socat did not open ${device} within ${(READY_TRIES * TRY_EVERY_MS) / 1000} s`);
    await sleep(TRY_EVERY_MS);
  }
  return {
    onPacket: (reader) => socket.on('message', reader),
    send: (packet) => socket.send(packet, port + 1, LOOPBACK),
    close: () => {
      socat.off('exit', hasEnded);
      socat.kill('SIGKILL');
    },
  };
}

/** Whether somebody has this UDP port, on any address: the second word of a line of /proc/net/udp is the address and the port, in hexadecimal (proc(5)). */
const isBound = (port: number): boolean =>
  readFileSync('/proc/net/udp', 'latin1').includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 `);
