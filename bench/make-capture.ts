import { steadyProfile } from '../harness/measure/steady-profile.ts';
import { Tcpdump } from '../harness/probes/tcpdump.ts';
import { openEchoPath } from './echo-path.ts';

const CONNECTIONS = 40;
const PAYLOAD_BYTES = 1000;
const MESSAGES_PER_SECOND = 5000;
/** One message and its echo in the file: two segments of 1 kB with their headers, 16 bytes of record head each. */
const FILE_BYTES_PER_MESSAGE = 2200;
const BUFFER_KIB = 256 * 1024;

export interface MadeCapture {
  readonly packets: number;
  /** Packets that tcpdump had no room for: the file must not be used when there are any. */
  readonly dropped: number;
  readonly echoed: number;
  readonly sent: number;
}

/**
 * Captures WebSocket echo traffic at the client: 40 connections, messages of 1 kB, 1 % of the packets lost in each direction. Takes 13 s for each
 * 150 MB. The file never grows beyond twice what was asked for.
 */
export async function makeCapture(file: string, megabytes: number): Promise<MadeCapture> {
  await using path = await openEchoPath([{ kind: 'loss', percent: 1, direction: 'both' }]);
  const capture = await Tcpdump.start(path.shells.client, {
    ...{ device: 'eth0', filter: 'tcp', snapLength: 0, bufferKib: BUFFER_KIB, batched: true },
    ...{ file, files: 1, fileMegabytes: Math.ceil(megabytes * 2) },
  });
  if (capture.failure !== null) throw new Error(capture.failure);
  const messages = (megabytes * 1e6) / FILE_BYTES_PER_MESSAGE;
  const durationMs = Math.ceil((messages / MESSAGES_PER_SECOND) * 1000);
  const shape = { connections: CONNECTIONS, messagesPerSecond: MESSAGES_PER_SECOND, durationMs, payloadBytes: PAYLOAD_BYTES, seed: 1 };
  const { sent, echoed } = await path.load(steadyProfile(shape));
  await capture.drain();
  await capture.stop();
  if (capture.counts === null) throw new Error(capture.failure ?? 'tcpdump did not say how many packets it took');
  return { packets: capture.counts.captured, dropped: capture.counts.dropped, sent, echoed };
}
