import { quantityWords } from '../measure/quantity.ts';
import type { Measured } from '../measure/threshold-expression.ts';
import type { Finding } from '../model/finding.ts';
import type { LadderEvidence } from '../model/limit-evidence.ts';
import type { Path } from '../model/path.ts';
import { type MeasureGround, type MeasureTaken, notTaken } from './measure-ground.ts';

interface Seen {
  readonly measured: Measured;
  readonly because: string;
}

/** A timer fires this much off at the most, as a share and in milliseconds; then the value of the config is the truth. */
const NEAR = 0.15;
const NEAR_MS = 300;

/**
 * The lowest time after which an idle socket is cut, in milliseconds of the configs as written: measured, or set by a config and beyond what was watched.
 * Where none was cut and none is set it is at least as long as was watched.
 */
export function idleLimit(path: Path, { ladders, findings, isTimeScaled }: MeasureGround): MeasureTaken {
  const rungs = ladders.filter((rung) => rung.path === path.id && rung.mode === 'idle');
  const held = findings.filter(({ path: id, auditId }) => id === path.id && auditId === 'idle-cutoff');
  const seen = [...rungs.flatMap(ofRung), ...(isTimeScaled ? [] : held.flatMap(ofFinding))];
  const exact = seen.filter(({ measured }) => measured.atLeast !== true).toSorted((a, b) => a.measured.value - b.measured.value);
  const open = seen.filter(({ measured }) => measured.atLeast === true).toSorted((a, b) => b.measured.value - a.measured.value);
  const told = exact[0] ?? open[0];
  if (told !== undefined) return told;
  return notTaken(
    isTimeScaled && held.length > 0
      ? 'no idle socket was watched whose time can be multiplied back'
      : 'no idle socket was watched on the path in this run',
  );
}

function ofRung({ limitMs, watchedMs, configured, timeScale, slackMs = 0 }: LadderEvidence): readonly Seen[] {
  const times = timeScale === 1 ? '' : `, times ${timeScale}`;
  const [least] = configured.toSorted((a, b) => a.limitMs - b.limitMs);
  const place = (one: typeof least): string => (one === undefined ? '' : `${one.host}, ${one.line.file}:${one.line.line}`);
  if (limitMs !== null) {
    const near = configured.filter((one) => Math.abs(one.limitMs - limitMs) <= Math.max(NEAR * one.limitMs, NEAR_MS) + slackMs);
    const [by] = near.toSorted((x, y) => Math.abs(x.limitMs - limitMs) - Math.abs(y.limitMs - limitMs));
    const cut = `an idle socket was cut after ${quantityWords(limitMs, 'ms')}${times}`;
    // Which of several hosts with such a line it was is the audits' to say.
    const isOne = new Set(near.map(({ host }) => host)).size === 1;
    const because = by === undefined ? cut : isOne ? `${cut}, as ${place(by)} says` : `${cut}, as more than one config says`;
    return [{ measured: { value: (by?.limitMs ?? limitMs) * timeScale }, because }];
  }
  if (least !== undefined && least.limitMs >= watchedMs)
    return [
      {
        measured: { value: least.limitMs * timeScale },
        because: `${place(least)} says so; an idle socket was watched for ${quantityWords(watchedMs, 'ms')}${times} and stayed open`,
      },
    ];
  const because = `an idle socket stayed open for the ${quantityWords(watchedMs, 'ms')}${times} that it was watched`;
  return [{ measured: { value: watchedMs * timeScale, atLeast: true }, because }];
}

function ofFinding({ outcome, measures, scenario }: Finding): readonly Seen[] {
  const { limitMs, holdMs } = measures;
  if (outcome === 'fail' && limitMs !== undefined)
    return [{ measured: { value: limitMs }, because: `an idle socket was cut after ${quantityWords(limitMs, 'ms')} (${scenario})` }];
  if (outcome !== 'pass' || holdMs === undefined) return [];
  return [
    {
      measured: { value: holdMs, atLeast: true },
      because: `an idle socket stayed open for the ${quantityWords(holdMs, 'ms')} that it was watched (${scenario})`,
    },
  ];
}
