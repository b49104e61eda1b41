import type { HostActionKind } from '../../harness/index.ts';

/** Something that is done to a host while sockets are open through it. */
export interface ReloadCase {
  readonly id: string;
  readonly title: string;
  readonly on: 'proxy' | 'origin';
  /** One after the other; the first is what the case is about. */
  readonly does: readonly [HostActionKind, ...HostActionKind[]];
  /** What may be expected of it, in our words. */
  readonly requirement: string;
  readonly cite: string;
}

export const reloadCases: readonly ReloadCase[] = [
  {
    id: 'reload',
    title: 'A proxy reads its config anew',
    on: 'proxy',
    does: ['reload'],
    requirement:
      'New processes take new connections at once; old ones serve the sockets they have until these end, or until the limit that the config sets.',
    cite: 'HAProxy management guide 4; nginx control.html',
  },
  {
    id: 'upgrade',
    title: 'A new program takes over from the old one',
    on: 'proxy',
    does: ['upgrade'],
    requirement:
      'The listeners are handed over without a gap; the old program serves its sockets until these end, or until the limit that the config sets.',
    cite: 'nginx control.html, upgrading executable on the fly',
  },
  {
    id: 'stop-start',
    title: 'A proxy is stopped in order and started again',
    on: 'proxy',
    does: ['stop', 'start'],
    requirement:
      "By design nobody is served between the two; whether open sockets are served on is the program's own choice. RFC 6455 has a Close frame with 1001 for it.",
    cite: 'RFC 6455 section 7.4.1',
  },
  {
    id: 'kill-start',
    title: 'A proxy is killed and started again',
    on: 'proxy',
    does: ['kill', 'start'],
    requirement: 'By design every socket is lost; new ones open as soon as the program listens again.',
    cite: 'RFC 6455 section 7.1.7',
  },
  {
    id: 'origin-kill',
    title: 'The origin is killed and comes back',
    on: 'origin',
    does: ['kill', 'start'],
    requirement:
      'Every socket is lost, and each proxy tells its client at once; new handshakes are passed on as soon as the origin listens again.',
    cite: 'RFC 6455 section 7.1.7',
  },
  {
    id: 'origin-drain',
    title: 'The origin says goodbye, ends, and comes back',
    on: 'origin',
    does: ['stop', 'start'],
    requirement: 'The Close frame with 1001 that the origin sends to every socket reaches every client.',
    cite: 'RFC 6455 section 7.4.1',
  },
];
