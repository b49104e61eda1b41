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

/** The analysis itself, pretty, with keys in one order. Its JSON Schema is analysis.schema.json beside this file. */
export const analysisJson = (analysis: CaptureAnalysis): string => orderedJson(analysis, FIRST);
