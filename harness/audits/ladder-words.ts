import { formatConfigLine } from '../blame/config-line.ts';
import { programTitle } from '../blame/host-title.ts';
import type { HostEvidence } from '../model/evidence.ts';
import type { LadderMode } from '../model/ladder-mode.ts';
import type { ConfiguredLimit } from '../model/limit-evidence.ts';

/** What ends, in the words of a sentence: `idle sockets are cut after 2.0 s`. */
export const RUNG_WORDS: Readonly<Record<LadderMode, string>> = {
  idle: 'idle sockets',
  'client-to-origin': 'sockets with frames to the origin only',
  'origin-to-client': 'sockets with frames to the client only',
  ping: 'sockets with pings',
  busy: 'busy sockets',
  'connect-silent': 'silent connections',
  'head-unfinished': 'requests whose head does not end',
  'head-unanswered': 'handshakes that the origin does not answer',
  'keep-alive-idle': 'kept connections',
};

/** `2.0 s`, `350 ms`; with a time scale also what it stands for: `2.0 s (60 s unscaled)`. */
export function limitWords(ms: number, timeScale: number): string {
  return timeScale === 1 ? seconds(ms) : `${seconds(ms)} (${seconds(ms * timeScale)} unscaled)`;
}

export function seconds(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** ``nginx (nginx.conf:14 `proxy_read_timeout 2s`)``; a default that no line sets is said to be one. */
export function limitedBy({ host, line }: ConfiguredLimit, hosts: readonly HostEvidence[]): string {
  const place = line.isDefault === true ? `${line.file}:${line.line}, ${line.explanation}` : formatConfigLine(line);
  return `${programTitle(host, hosts)} (${place})`;
}
