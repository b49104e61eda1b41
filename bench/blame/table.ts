import { cpus, release } from 'node:os';
import type { BenchResult } from './run-bench.ts';
import type { Scored } from './score.ts';

const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const head = (cells: readonly string[]): readonly string[] => [row(cells), row(cells.map((_, index) => (index === 0 ? '---' : '---:')))];

/** The whole result as Markdown: totals, who was named by family, which cause was found for which, and what was not got right. */
export function tableOf(result: BenchResult, { verbose }: { readonly verbose: boolean }): string {
  return `${[...totals(result), '', ...byFamily(result), '', ...causes(result.faults), '', ...misses(result, verbose)].join('\n').trimEnd()}\n`;
}

function totals({ totals: all, seconds, runs }: BenchResult): readonly string[] {
  return [
    ...head(['what', 'count', 'share']),
    row(['faults', all.faults, '']),
    row(['right host', all.rightHost, percent(all.rightHost, all.faults)]),
    row(['nobody named', all.unknownHost, percent(all.unknownHost, all.faults)]),
    row(['**wrong host**', all.wrongHost, percent(all.wrongHost, all.faults)]),
    row(['right cause (with its line, where one is at fault)', all.rightCause, percent(all.rightCause, all.faults)]),
    row([
      'right direction, where there is one',
      `${all.rightDirection} of ${all.askedDirection}`,
      percent(all.rightDirection, all.askedDirection),
    ]),
    row(['right config line, where one is at fault', `${all.rightLine} of ${all.askedLine}`, percent(all.rightLine, all.askedLine)]),
    row(['healthy runs', all.healthy, '']),
    row(['**false accusations**', all.falseAccusations, percent(all.falseAccusations, all.healthy)]),
    '',
    `${all.meetsTarget ? 'The target is met' : 'The target is missed'} (at least 95 % right hosts, 90 % right causes, no wrong host, no false accusation). ` +
      `${runs} runs, ${Math.round(seconds)} s, ${cpus().length} cores, Linux ${release().split('-', 1)[0]}, Node ${process.version}.`,
  ];
}

function byFamily({ faults, healthy }: BenchResult): readonly string[] {
  const families = [...Map.groupBy(faults, ({ family }) => family)].toSorted(([a], [b]) => a.localeCompare(b));
  const count = (group: readonly Scored[], fits: (one: Scored) => boolean): number => group.filter(fits).length;
  return [
    ...head(['family', 'faults', 'right host', 'nobody named', 'nothing found', 'wrong host', 'right cause']),
    ...families.map(([family, group]) =>
      row([
        family,
        group.length,
        count(group, ({ host }) => host === 'right'),
        count(group, ({ host }) => host === 'unknown'),
        count(group, ({ host }) => host === 'missed'),
        count(group, ({ host }) => host === 'wrong'),
        count(group, ({ cause, line }) => cause && line !== false),
      ]),
    ),
    row([
      'healthy',
      healthy.length,
      '',
      healthy.filter(({ unnamed }) => unnamed.length > 0).length,
      '',
      healthy.filter(({ accused }) => accused.length > 0).length,
      '',
    ]),
  ];
}

/** Rows: what is at fault (the first of the causes that are right); columns: what was answered. */
function causes(faults: readonly Scored[]): readonly string[] {
  const answerOf = ({ answer, expected, host }: Scored): string =>
    answer === null ? 'none' : host === 'right' && expected.causes.includes(answer) ? (expected.causes[0] ?? answer) : answer;
  const columns = [...new Set(faults.map(answerOf))].toSorted();
  const rows = [...Map.groupBy(faults, ({ expected }) => expected.causes[0] ?? '')].toSorted(([a], [b]) => a.localeCompare(b));
  return [
    ...head(['cause \\ answer', ...columns]),
    ...rows.map(([cause, group]) => row([cause, ...columns.map((column) => group.filter((one) => answerOf(one) === column).length || '')])),
  ];
}

function misses({ faults, healthy }: BenchResult, verbose: boolean): readonly string[] {
  const bad = faults.filter(({ host, cause, line, direction }) => host !== 'right' || !cause || line === false || direction === false);
  const lines = bad.flatMap(({ id, family, host, cause, line, direction, expected, said }) => [
    `- ${family}/${id}: host ${host}${host === 'right' && !cause ? ', wrong cause' : ''}${line === false ? ', wrong or no line' : ''}${direction === false ? ', wrong or no direction' : ''}; it is ${expected.host}, ${expected.causes.join(' or ')}`,
    ...(verbose ? said.map((one) => `    - ${one}`) : []),
  ]);
  const accused = healthy.flatMap(({ id, family, accused: wrongly, unnamed }) =>
    wrongly.length + unnamed.length === 0
      ? []
      : [
          `- ${family}/${id}: healthy, and ${wrongly.length > 0 ? 'accused' : 'found failing without a name'}`,
          ...(verbose ? [...wrongly, ...unnamed].map((one) => `    - ${one}`) : []),
        ],
  );
  return lines.length + accused.length === 0 ? [] : ['Not got right:', '', ...lines, ...accused];
}
