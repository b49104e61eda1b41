import type { Blame } from '../harness/model/finding.ts';
import type { JudgedFinding } from '../harness/model/record.ts';

/** A summary in its parts, for reports that show the line of config and the log on lines of their own. */
export interface Claim {
  /** The sentence without those proofs. */
  readonly text: string;
  /** What the log of a program says: `HAProxy`, `PR--, the proxy itself refused the request`; null where the summary cites none. */
  readonly log: { readonly program: string; readonly words: string } | null;
  /** Whether the sentence holds all that `blame.because` says, so that it need not be said again. */
  readonly saysWhy: boolean;
}

const LOG_WORDS = /^([^:;()]{1,80}) log: (.*)$/s;

/**
 * Audits end a summary in brackets with what proves it: the log's words, then the line of config. A summary that does not read so is
 * kept as it is.
 */
export function claimOf({ summary, blame }: Pick<JudgedFinding, 'summary' | 'blame'>): Claim {
  const at = blame === null || blame.because === '' ? -1 : summary.indexOf(blame.because);
  if (blame === null || at < 0) return { text: summary, log: null, saysWhy: blame === null };
  const end = at + blame.because.length;
  const sentence = summary.slice(0, end);
  const proofs = /^ \((.*)\)$/s.exec(summary.slice(end))?.[1];
  if (proofs === undefined) return { text: summary, log: null, saysWhy: true };
  const rest = withoutConfig(proofs, blame);
  if (rest === '') return { text: sentence, log: null, saysWhy: true };
  const [, program, words] = LOG_WORDS.exec(rest) ?? [];
  if (program === undefined || words === undefined) return { text: `${sentence} (${rest})`, log: null, saysWhy: true };
  return { text: sentence, log: { program, words }, saysWhy: true };
}

function withoutConfig(proofs: string, { config }: Blame): string {
  const at = config === null ? -1 : proofs.lastIndexOf(`${config.file}:${String(config.line)} \``);
  if (at === 0) return '';
  return at > 0 && proofs.slice(0, at).endsWith('; ') ? proofs.slice(0, at - 2) : proofs;
}
