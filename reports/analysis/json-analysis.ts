import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import { orderedJson } from '../json/ordered-json.ts';

/** What a reader wants to see first. */
const FIRST: readonly (keyof CaptureAnalysis)[] = [
  'schemaVersion',
  'tool',
  'labelsAs',
  'answer',
  'captures',
  'tcp',
  'upgrades',
  'contrasts',
];

const NO_STREAMS = '\n  "streams": []';
const INDENT = '    ';

/**
 * The analysis itself, pretty, with keys in one order, in parts to be printed one after the other: the streams of a long capture are more than one string
 * can hold. Its JSON Schema is analysis.schema.json beside this file.
 */
export function* analysisJsonParts(analysis: CaptureAnalysis): Generator<string, undefined> {
  const whole = orderedJson({ ...analysis, streams: [] }, FIRST);
  const { streams } = analysis;
  // Line feeds stand between values only: in strings they are escaped.
  const at = whole.indexOf(NO_STREAMS) + NO_STREAMS.length - 1;
  if (streams.length === 0) {
    yield whole;
    return;
  }
  yield whole.slice(0, at);
  for (const [index, stream] of streams.entries()) {
    const lines = orderedJson(stream, []).trimEnd().replaceAll('\n', `\n${INDENT}`);
    yield `${index === 0 ? '' : ','}\n${INDENT}${lines}`;
  }
  yield `\n  ${whole.slice(at)}`;
}

/** All parts as one text, for captures of a usual size. */
export const analysisJson = (analysis: CaptureAnalysis): string => [...analysisJsonParts(analysis)].join('');
