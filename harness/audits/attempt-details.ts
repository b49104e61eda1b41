import type { ProxyPackets } from '../blame/attempt-packets.ts';
import { framePlace } from '../blame/packet-place.ts';
import type { CaptureEvidence } from '../model/wire-evidence.ts';
import type { FindingDetail } from '../model/finding.ts';
import { analyzeDetail } from './end-details.ts';

const ONWARD: Readonly<Record<ProxyPackets['sentOn'], string>> = {
  sent: 'passed on',
  'no-request': 'no such request left in that time',
  'no-connection': 'no connection in that time',
  unknown: 'cannot be told',
};

/** In which packets the request of a handshake came to each proxy, and its answer left. Empty without captures. */
export function attemptDetails(packets: readonly ProxyPackets[], captures: readonly CaptureEvidence[]): readonly FindingDetail[] {
  if (packets.length === 0) return [];
  const rows = packets.map(({ host, clientLeg, request, sentOn, serverLeg }) => [
    host,
    framePlace(clientLeg.farFile, request.frame, captures),
    request.response === null ? 'none' : `${request.response.status}, ${framePlace(clientLeg.farFile, request.response.frame, captures)}`,
    sentOn === 'sent' && serverLeg !== null ? `passed on to port ${serverLeg.serverPort} of ${serverLeg.to}` : ONWARD[sentOn],
  ]);
  const legs = packets.flatMap(({ clientLeg, serverLeg }) => [clientLeg, ...(serverLeg === null ? [] : [serverLeg])]);
  return [
    {
      kind: 'table',
      title: 'Packets of the clearest case',
      columns: ['proxy', 'the request came in', 'its answer left in', 'on the server leg'],
      rows,
    },
    analyzeDetail(legs, captures),
  ];
}
