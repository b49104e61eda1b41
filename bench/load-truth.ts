/*
 * Whether a load tells the truth where the truth is known:
 *
 *   node bench/load-truth.ts [--seconds 60] [--per-second 1000] [--delay-seconds 5] [--only freeze|delay] [--json]
 *
 * `freeze`: on loopback the process of the echo origin is stopped for a second after every ten (SIGSTOP, SIGCONT), under an open loop and under a closed one
 * that sends as much while nothing stands in its way. The open loop's percentiles are held against arithmetic: what is due in a freeze waits until its end,
 * and every message takes what messages took in the undisturbed runs before and after. `delay`: in namespaces, a link that delays every packet towards the
 * origin by 1, 5 and 20 ms, against the same link without; needs what the netns lab needs. Exit code 1 when a target is missed. Run it on a quiet machine.
 */
import { parseArgs } from 'node:util';
import { Distribution } from '../harness/measure/distribution.ts';
import type { EncodedDistribution } from '../harness/model/distribution.ts';
import { differenceWords } from '../harness/measure/difference-words.ts';
import { measureDelay } from './delayed-link.ts';
import { expectedMaxMs, expectedOf, loadWhileFrozen, mergedLatency, profileOf, type FreezePlan, type FrozenRun } from './frozen-origin.ts';
import { openLoopbackEcho } from './loopback-echo.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    'per-second': { type: 'string', default: '1000' },
    'delay-seconds': { type: 'string', default: '5' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const MOST_OFF = 0.03;
/** Of what is far below a millisecond: the undisturbed runs, which are the truth there, differ by more than 3 % themselves. */
const MOST_OFF_MS = 0.2;
const DELAYS_MS = [1, 5, 20];
const PERCENTILES = [50, 90, 99, 100];

interface Row {
  readonly what: string;
  readonly expected: string;
  readonly measured: string;
  readonly off: string;
  readonly met: boolean | null;
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 3 : 1)} ms`;
const titleOf = (percentile: number): string => (percentile === 100 ? 'max' : `p${percentile}`);

/** What arithmetic says, by both undisturbed runs together and by each. */
interface Truth {
  readonly by: Distribution;
  readonly byEach: readonly Distribution[];
  readonly maxMs: number;
}

function openRow(percentile: number, { latency }: FrozenRun, { by, byEach, maxMs }: Truth): Row {
  const measured = latency.percentile(percentile) / 1000;
  const wanted = percentile === 100 ? maxMs : by.percentile(percentile) / 1000;
  const each = byEach.map((one) => one.percentile(percentile) / 1000);
  const off = measured - wanted;
  // Where no freeze decides, the truth is known as well as the undisturbed runs agree about it, and no better.
  const uncertainMs = wanted < 10 ? Math.max(MOST_OFF_MS, Math.max(...each) - Math.min(...each)) : 0;
  return {
    what: `open loop, ${titleOf(percentile)}`,
    expected: wanted < 10 ? `${ms(wanted)} (${each.map(ms).join(' and ')} by each undisturbed run)` : ms(wanted),
    measured: ms(measured),
    off: `${((off / wanted) * 100).toFixed(1)} %, ${ms(off)}`,
    met: Math.abs(off) <= Math.max(MOST_OFF * wanted, uncertainMs),
  };
}

function closedRow(percentile: number, { latency }: FrozenRun, { by, maxMs }: Truth): Row {
  const [measured, wanted] = [latency.percentile(percentile) / 1000, percentile === 100 ? maxMs : by.percentile(percentile) / 1000];
  return {
    what: `closed loop, ${titleOf(percentile)}`,
    expected: ms(wanted),
    measured: ms(measured),
    off: `${((measured / wanted - 1) * 100).toFixed(1)} %`,
    met: null,
  };
}

async function freezeRows(): Promise<readonly Row[]> {
  const plan: FreezePlan = {
    ...{ perSecond: Number(values['per-second']), connections: 64, seconds: Number(values.seconds), everyMs: 10_000, freezeMs: 1000 },
  };
  await using echo = await openLoopbackEcho();
  const calmPlan = { ...plan, seconds: Math.min(20, plan.seconds) };
  await echo.load(profileOf({ ...plan, seconds: 2 }, 'open', 1));
  const before = await echo.load(profileOf(calmPlan, 'open', 3));
  const open = await loadWhileFrozen(echo, plan, 'open');
  const after = await echo.load(profileOf(calmPlan, 'open', 4));
  const closed = await loadWhileFrozen(echo, plan, 'closed');
  const expected = (...of: readonly EncodedDistribution[]): Distribution => expectedOf(plan, open, mergedLatency(...of));
  const truth = {
    by: expected(before.latency, after.latency),
    byEach: [expected(before.latency), expected(after.latency)],
    maxMs: expectedMaxMs(open, mergedLatency(before.latency, after.latency)),
  };
  const frozenMs = open.freezes.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
  const sends = (run: FrozenRun): string => `${run.sent} sent, ${run.unanswered} unanswered`;
  process.stderr.write(
    `${open.freezes.length} freezes, ${(frozenMs / plan.seconds / 10).toFixed(1)} % of the time; open loop: ${sends(open)}; closed loop: ${sends(closed)}\n`,
  );
  return [...PERCENTILES.map((p) => openRow(p, open, truth)), ...PERCENTILES.map((p) => closedRow(p, closed, truth))];
}

async function delayRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const delayMs of DELAYS_MS) {
    const { injectedMs, added } = await measureDelay(delayMs, Number(values['delay-seconds']));
    // An injector that is not exact itself is no truth: the kernel's round trips say then what it really did.
    const isInexact = Math.abs(injectedMs - delayMs) > MOST_OFF_MS;
    const truthMs = isInexact ? injectedMs : delayMs;
    const off = added.deltaMs - truthMs;
    rows.push({
      what: `delay of ${delayMs} ms, added p50${isInexact ? ' (against the kernel)' : ''}`,
      expected: `${ms(truthMs)}${isInexact ? '' : `, by the kernel ${ms(injectedMs)}`}`,
      measured: differenceWords(added),
      off: ms(off),
      met: Math.abs(off) <= MOST_OFF_MS,
    });
  }
  return rows;
}

const rows = [...(values.only === 'delay' ? [] : await freezeRows()), ...(values.only === 'freeze' ? [] : await delayRows())];
if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else {
  const cells = rows.map(({ what, expected, measured, off, met }) => [
    what,
    expected,
    measured,
    off,
    met === null ? 'shown' : met ? 'met' : 'MISSED',
  ]);
  const table = [['what', 'expected', 'measured', 'off', 'target'], ...cells];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  for (const line of table)
    process.stdout.write(
      `${line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}
process.exitCode = rows.some(({ met }) => met === false) ? 1 : 0;
