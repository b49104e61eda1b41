import type { CaptureSeen } from '../../harness/model/capture-analysis.ts';
import { formatCount } from '../numbers.ts';
import { clip } from '../visible-text.ts';

const NOTES = 5;

/** What is to be known of one capture, in sentences. Untrusted: escape them. */
export function captureNotes({ truncated, cutPackets, capturedTwice, notAnalysed, notes }: CaptureSeen): readonly string[] {
  const others = Object.entries(notAnalysed).map(([name, count]) => `${clip(name, 60)} ${formatCount(count)}`);
  return [
    ...(truncated ? ['The file ends in the middle of a record.'] : []),
    ...(cutPackets > 0 ? [`${formatCount(cutPackets)} packets are cut by the snapshot length.`] : []),
    ...(capturedTwice > 0 ? [`${formatCount(capturedTwice)} packets were captured twice and are counted once.`] : []),
    ...(others.length > 0 ? [`Not analysed: ${others.slice(0, 8).join(', ')}.`] : []),
    ...notes.slice(0, NOTES),
  ];
}
