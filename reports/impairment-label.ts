import type { Impairment } from '../harness/model/impairment.ts';

function effectOf(impairment: Impairment): string {
  switch (impairment.kind) {
    case 'loss':
      return `${String(impairment.percent)} % loss`;
    case 'loss-nth':
      return `1 packet in ${String(impairment.every)} lost`;
    case 'loss-burst':
      return `${String(impairment.inRow)} in a row of ${String(impairment.every)} packets lost`;
    case 'loss-tail':
      return `end of 1 write in ${String(impairment.every)} lost`;
    case 'jitter':
      return `up to ${String(impairment.ms)} ms jitter`;
    case 'reorder':
      return `1 segment in ${String(impairment.every)} late by ${String(impairment.byMs)} ms`;
    case 'duplicate-acks':
      return `1 acknowledgement in ${String(impairment.every)} repeated ${String(impairment.copies)} times`;
    case 'connlimit':
      return `no more than ${String(impairment.above)} flows (${impairment.refusal})`;
    case 'drop-text':
      return `packets with ${JSON.stringify(impairment.text)} dropped`;
    case 'delay':
      return `${String(impairment.ms)} ms delay`;
    case 'rate':
      return `${String(impairment.kbitPerSecond)} kbit/s`;
    case 'hold-rst':
      return `RST held ${String(impairment.ms)} ms`;
    case 'mtu-blackhole':
      return `silent MTU of ${String(impairment.bytes)} bytes`;
    case 'forget-flows':
      return `flows forgotten after ${String(impairment.afterMs)} ms of silence`;
    case 'inject-rst':
      return `RSTs injected ${String(impairment.afterMs)} ms after ${JSON.stringify(impairment.onText)}`;
  }
}

const DIRECTION = { both: 'both ways', 'to-origin': 'to origin', 'to-client': 'to client' } as const;

/** `2 % loss, both ways`; `RST held 200 ms, to client`. */
export const impairmentLabel = (impairment: Impairment): string =>
  `${effectOf(impairment)}, ${DIRECTION[impairment.direction]}${impairment.subject === true ? ' (under test)' : ''}`;
