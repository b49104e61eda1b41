import type { Reporter } from '../reporter.ts';
import type { TestCase } from '../test-case.ts';
import { testSuites } from '../test-suites.ts';
import { clip, visibleLine, visibleLines } from '../visible-text.ts';

const NAME_LIMIT = 300;
const MESSAGE_LIMIT = 500;
const DETAIL_LIMIT = 20_000;

/** Untrusted text in a line of TAP: a `#` would begin a directive. */
const tapText = (text: string): string => clip(visibleLine(text), NAME_LIMIT).replaceAll(/[\\#]/g, String.raw`\$&`);

/** A scalar of a diagnostic: JSON strings are YAML 1.2 flow scalars, and on one line, so none of it can end the block. */
const yamlLine = (key: string, value: string | number): string => `  ${key}: ${JSON.stringify(value)}`;

/** TAP version 14 (testanything.org): a test point for each scenario on each path, with what went wrong as YAML diagnostics. */
export const tapReport: Reporter = (record) => {
  const points = testSuites(record).flatMap(({ name, tests }) => tests.map((test) => ({ path: name, test })));
  const lines = points.flatMap(({ path, test }, index) => pointLines(`${index + 1} - ${tapText(`${path}: ${test.name}`)}`, test));
  return [
    'TAP version 14',
    `1..${points.length}${points.length === 0 ? ' # SKIP no path was run' : ''}`,
    ...lines,
    `# ${tapText(record.headline)}`,
    `# verdict: ${record.verdict}, exit code ${record.exitCode}`,
    '',
  ].join('\n');
};

function pointLines(point: string, test: TestCase): readonly string[] {
  switch (test.result) {
    case 'passed':
      return [`ok ${point}`, ...(test.note === '' ? [] : block([yamlLine('note', clip(visibleLines(test.note), DETAIL_LIMIT))]))];
    case 'skipped':
      return [`ok ${point} # SKIP ${tapText(test.message)}`];
    case 'failure':
    case 'error':
      return [`not ok ${point}`, ...block(diagnostics(test))];
  }
}

const block = (lines: readonly string[]): readonly string[] => ['  ---', ...lines, '  ...'];

const diagnostics = ({ result, type, message, detail, file, line }: TestCase): readonly string[] => [
  yamlLine('message', clip(visibleLine(message), MESSAGE_LIMIT)),
  yamlLine('severity', result === 'error' ? 'error' : 'fail'),
  yamlLine('type', visibleLine(type)),
  ...(file === undefined ? [] : [yamlLine('file', visibleLine(file))]),
  ...(line === undefined ? [] : [yamlLine('line', line)]),
  yamlLine('detail', clip(visibleLines(detail), DETAIL_LIMIT)),
];
