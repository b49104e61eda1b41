import type { OriginFault, OriginFaultKind } from '../../harness/model/origin-fault.ts';
import { acceptFor } from '../../harness/wire/handshake.ts';

/** What is replaced in the 101, and by what. */
const SPOILT: Readonly<Partial<Record<OriginFaultKind, readonly [RegExp, string]>>> = {
  'wrong-accept': [/^Sec-WebSocket-Accept: .*$/m, `Sec-WebSocket-Accept: ${acceptFor('another key')}`],
  'no-accept': [/^Sec-WebSocket-Accept: .*\r\n/m, ''],
  'no-upgrade-header': [/^Upgrade: .*\r\n/m, ''],
  'no-connection-header': [/^Connection: .*\r\n/m, ''],
  'wrong-protocol': [/^(?:Sec-WebSocket-Protocol: .*\r\n)?\r\n/m, 'Sec-WebSocket-Protocol: graphql-ws\r\n\r\n'],
};

/** What a fault of the origin makes of its 101. */
export function spoilSwitch(bytes: Buffer, fault: OriginFault | null): Buffer {
  const [pattern, by] = (fault === null ? undefined : SPOILT[fault.kind]) ?? [];
  return pattern === undefined || by === undefined ? bytes : Buffer.from(bytes.toString('latin1').replace(pattern, by), 'latin1');
}

/** No extension of ours has it. */
const RSV2 = 0x20;

/** What it makes of the bytes of a session; null: nothing is sent. Every write of a session begins with a frame. */
export function spoilSession(bytes: Buffer, fault: OriginFault | null): Buffer | null {
  if (fault?.kind === 'mute') return null;
  if (fault?.kind !== 'bad-frame') return bytes;
  const spoilt = Buffer.from(bytes);
  spoilt[0] = (spoilt[0] ?? 0) | RSV2;
  return spoilt;
}
