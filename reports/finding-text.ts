import type { JudgedFinding } from '../harness/model/record.ts';
import { blameLine, configPlace } from './blame-words.ts';

/** A finding as plain lines (untrusted text, not escaped yet) for reports that carry no markup. */
export function findingLines(finding: JudgedFinding): readonly string[] {
  const { blame } = finding;
  return [
    finding.summary,
    ...(blame === null ? [] : [`blame: ${blameLine(blame)}`, `because: ${blame.because}`]),
    ...(blame?.config ? [`config: ${configPlace(blame.config)}: ${blame.config.text}`, `        ${blame.config.explanation}`] : []),
    ...(blame?.innocent ?? []).map((sentence) => `cleared: ${sentence}`),
    ...finding.evidence.map(({ file, line }) => `evidence: ${file}:${String(line)}`),
    `reproduce: ${finding.reproduce}`,
  ];
}
