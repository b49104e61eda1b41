import type { CaptureAnalysis, CaptureSeen, StreamSeen } from '../model/capture-analysis.ts';
import type { StreamPlace } from '../measure/connections.ts';
import { groupedDigits } from '../measure/grouped-digits.ts';
import { bounded } from '../wire/redact.ts';

/** Everything that the answer is made from. */
export type AnalysisFacts = Omit<CaptureAnalysis, 'answer'>;

/** A sentence of the answer; when there are too many, those of the highest rank are left out. */
export interface Told {
  readonly rank: number;
  readonly text: string;
}

/** `12,000` */
export const counted = (value: number): string => groupedDigits(value);

/** `1 stream`, `2,000 streams` */
export const many = (count: number, one: string, several = `${one}s`): string => `${counted(count)} ${count === 1 ? one : several}`;

/** `0.42 ms`, `213 ms`, `60.0 s`, `12 min`. */
export function lasting(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  return ms < 600_000 ? `${(ms / 1000).toFixed(1)} s` : `${counted(ms / 60_000)} min`;
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;

/** `10.0.0.1` of `10.0.0.1:51000`, `2001:db8::1` of `[2001:db8::1]:443`. */
export const addressOf = (endpoint: string): string => endpoint.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/** How captures, endpoints and places are called in sentences. */
export interface Names {
  readonly file: (capture: number) => string;
  /** With the name that the capture knows for the address: `10.0.0.2:9000 (origin)`. */
  readonly endpoint: (capture: number, endpoint: string) => string;
  /** `stream 3, frame 12`; with the capture where there are several. */
  readonly place: (capture: number, stream: number, frame?: number | null) => string;
}

export function namesOf(captures: readonly CaptureSeen[]): Names {
  const short = captures.map(({ file }) => file.split('/').at(-1) ?? file);
  const distinct = new Set(short).size === short.length;
  const file = (capture: number): string => bounded((distinct ? short : captures.map((it) => it.file))[capture] ?? 'the capture', 80);
  return {
    file,
    endpoint(capture, endpoint) {
      const names = captures[capture]?.hostNames ?? {};
      const address = addressOf(endpoint);
      return Object.hasOwn(names, address) ? `${endpoint} (${bounded(names[address] ?? '', 60)})` : endpoint;
    },
    place(capture, stream, frame) {
      const where = `stream ${String(stream)}${frame === undefined || frame === null ? '' : `, frame ${String(frame)}`}`;
      return captures.length > 1 ? `${file(capture)}, ${where}` : where;
    },
  };
}

/** What sentences about one upgrade are made with. */
export interface TellingContext {
  readonly analysis: AnalysisFacts;
  readonly names: Names;
  readonly finder: (at: StreamPlace) => StreamSeen | undefined;
}
