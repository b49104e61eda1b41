import type { HostEvidence } from '../model/evidence.ts';
import type { Blame } from '../model/finding.ts';
import { legsOf, type Path } from '../model/path.ts';
import type { Direction } from '../model/impairment.ts';
import type { SocketEvidence, SocketSample } from '../model/wire-evidence.ts';
import { hostTitle } from './host-title.ts';

/** A program that read no more from a connection, by its kernel: bytes came, and stayed. */
interface Unread {
  readonly host: string;
  readonly leg: string;
  /** Of the bytes that it did not read. */
  readonly direction: Direction;
  readonly sockets: number;
  readonly unreadBytes: number;
  /** What the host before it could not get rid of on the same connections, by its own kernel; 0 while there was room. */
  readonly unsentBytes: number;
}

const CLIENT = 'client';
/** Looks in a row, to the end of the watch, in which nothing was read. */
const MIN_LOOKS = 3;
const MIN_LASTED_MS = 500;

/**
 * Who stopped reading, as its kernel tells it: the receive queue of its sockets is never empty from some look on and only grows, while its own send
 * queues are empty. A proxy that cannot pass on what it has stops reading too, but then its send queue towards the next host is not empty. Null where
 * nobody did, or several hosts did so apart from each other. The client is never named: it reads slowly where it was asked to.
 */
function unreadBy(path: Path, sockets: readonly SocketEvidence[]): Unread | null {
  const found = legsOf(path).flatMap(({ name, from, to }) => [
    ...unreadOn(sockets, { leg: name, reader: to, sender: from, direction: 'to-origin' }),
    ...unreadOn(sockets, { leg: name, reader: from, sender: to, direction: 'to-client' }),
  ]);
  const [first, other] = found.filter(({ host }) => host !== CLIENT);
  return first !== undefined && other === undefined ? first : null;
}

interface Place {
  readonly leg: string;
  readonly reader: string;
  readonly sender: string;
  readonly direction: Direction;
}

function unreadOn(sockets: readonly SocketEvidence[], { leg, reader, sender, direction }: Place): readonly Unread[] {
  const pairs = sockets
    .filter(({ host }) => host === sender)
    .flatMap((far) => {
      const near = sockets.find((one) => one.host === reader && one.local === far.peer && one.peer === far.local);
      return near === undefined ? [] : [{ near, far }];
    });
  const unread = pairs.filter(({ near, far }) => hasStopped(near.samples, far.samples));
  if (unread.length === 0) return [];
  // What it had to write itself and could not explains why it did not read.
  const isHeldUp = sockets.some(({ host, samples }) => host === reader && hasUnsent(samples));
  if (isHeldUp) return [];
  const last = (of: (sample: SocketSample) => number | undefined, samples: readonly SocketSample[]): number => {
    const sample = samples.at(-1);
    return sample === undefined ? 0 : (of(sample) ?? 0);
  };
  return [
    {
      host: reader,
      leg,
      direction,
      sockets: unread.length,
      unreadBytes: unread.reduce((sum, { near }) => sum + last(({ recvQueueBytes }) => recvQueueBytes, near.samples), 0),
      unsentBytes: unread.reduce((sum, { far }) => sum + last(({ sendQueueBytes }) => sendQueueBytes, far.samples), 0),
    },
  ];
}

/** A peer that has gone leaves its bytes behind too, so only an established connection tells of its reader. */
function hasStopped(samples: readonly SocketSample[], ofSender: readonly SocketSample[]): boolean {
  const open = samples.filter(isOpen);
  const from = open.findLastIndex(({ recvQueueBytes }, index) => {
    const next = open[index + 1]?.recvQueueBytes;
    return recvQueueBytes === undefined || recvQueueBytes === 0 || (next !== undefined && next < recvQueueBytes);
  });
  const unread = open.slice(from + 1);
  const lastedMs = (unread.at(-1)?.atMs ?? 0) - (unread[0]?.atMs ?? 0);
  const hasGrown = (unread.at(-1)?.recvQueueBytes ?? 0) > (unread[0]?.recvQueueBytes ?? 0);
  return unread.length >= MIN_LOOKS && lastedMs >= MIN_LASTED_MS && (hasGrown || hasUnsent(ofSender));
}

const isOpen = ({ state }: SocketSample): boolean => state === 'ESTAB';

const hasUnsent = (samples: readonly SocketSample[]): boolean => {
  const open = samples.filter(isOpen);
  return open.length > 0 && open.slice(-MIN_LOOKS).every(({ sendQueueBytes }) => (sendQueueBytes ?? 0) > 0);
};

/** Blames who stopped reading, `because` being what was missed; null where the sockets do not tell. Two kernels that agree make it certain. */
export function blameUnread({ path, sockets, hosts, because }: UnreadCase): Blame | null {
  const unread = unreadBy(path, sockets);
  if (unread === null) return null;
  const { host, leg, direction, unreadBytes, unsentBytes } = unread;
  const count = unread.sockets === 1 ? '1 socket' : `${unread.sockets} sockets`;
  const behind = unsentBytes === 0 ? '' : `, and ${unsentBytes} more waited at the other end, by the kernel there`;
  const words = `${hostTitle(host, hosts)} stopped reading: ${unreadBytes} bytes lay unread in ${count} of the leg ${leg}, by its kernel${behind}`;
  const confidence = unsentBytes === 0 ? 'likely' : 'certain';
  return { host, leg, direction, confidence, because: `${because}; ${words}`, config: null, innocent: [] };
}

interface UnreadCase {
  readonly path: Path;
  /** Of one scenario. */
  readonly sockets: readonly SocketEvidence[];
  readonly hosts: readonly HostEvidence[];
  readonly because: string;
}
