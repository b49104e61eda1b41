import type { CaptureEvidence } from '../model/wire-evidence.ts';
import { captureOf } from './capture-trust.ts';

/** `captures/opening-handshake/client.pcap frame 12`. Of several files of one interface frames are counted through all, in order of time. */
export function framePlace(file: string | null, frame: number, captures: readonly CaptureEvidence[]): string {
  if (file === null) return `frame ${frame}`;
  const count = captureOf(file, captures)?.files.length ?? 1;
  return count === 1 ? `${file} frame ${frame}` : `${file} and ${count - 1} more, frame ${frame} in order of time`;
}

/** The command that tells the same again, from the captures alone. */
export function analyzeCommand(files: readonly (string | null)[], captures: readonly CaptureEvidence[]): string {
  const all = files.flatMap((file) => (file === null ? [] : (captureOf(file, captures)?.files ?? [file])));
  return `hopscope analyze ${[...new Set(all)].join(' ')}`;
}
