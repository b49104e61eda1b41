import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A TUN device: packets that are sent come into the kernel from it. */
export interface TunDevice {
  /** Sets the reader of what the kernel routes to it; until there is one packets are lost. */
  onPacket(reader: (packet: Buffer) => void): void;
  send(packet: Buffer): void;
  close(): void;
}

const LOOPBACK = '127.0.0.1';
const READY_TRIES = 400;
/** What a burst may have waiting, in every queue on the way: a packet that finds one full is lost, and no rule of the link said so. The kernel gives what it allows. */
const QUEUE_BYTES = 4 << 20;

/**
 * Makes the device. socat joins it to a UDP port, one datagram a packet, because Node cannot open a TUN device itself. `port` and the next
 * one are used on the loopback. `onEnd`: socat ended by itself, so nothing works any more.
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
  socat.once('error', onEnd);
  socat.once('exit', onEnd);
  for (let tries = 0; !existsSync(`/proc/sys/net/ipv4/conf/${device}`) && tries < READY_TRIES; tries++) await sleep(5);
  return {
    onPacket: (reader) => socket.on('message', reader),
    send: (packet) => socket.send(packet, port + 1, LOOPBACK),
    close: () => {
      socat.off('exit', onEnd);
      socat.kill('SIGKILL');
    },
  };
}
