import type { Path } from '../model/path.ts';
import { loadComparisons, loadSummary } from './load-summary.ts';
import { type MeasureGround, type MeasureTaken, notTaken } from './measure-ground.ts';

const words = (ms: number): string => `${Number(ms.toPrecision(3))} ms`;

/**
 * How much later a percentile of the echoes comes than on the control path, in milliseconds: the most of all loads that were compared. Unknown where the
 * generator, or the origin, had nothing left in one of them: such latency is not the path's.
 */
export function addedLatency(percentile: number, path: Path, { loads, usages }: MeasureGround): MeasureTaken {
  const short = loadSummary(path, loads);
  const compared = [
    ...(short === null
      ? []
      : [{ name: 'short loads', differences: short.differences, doubt: short.generatorWasBottleneck ? short.generatorNote : null }]),
    ...loadComparisons([path], loads, usages).map((one) => ({
      name: `load ${one.profile}`,
      differences: one.differences,
      doubt: one.inconclusiveBecause ?? (one.generatorWasBottleneck ? one.generatorNote : null),
    })),
  ].filter(({ differences }) => differences.length > 0);
  if (compared.length === 0) return notTaken('no load was compared with the control path in this run');
  const doubted = compared.find(({ doubt }) => doubt !== null);
  if (doubted !== undefined) return notTaken(`${doubted.name}: the generator had nothing left (${doubted.doubt ?? ''})`);
  const found = compared.flatMap(({ name, differences }) => {
    const difference = differences.find((one) => one.percentile === percentile);
    return difference === undefined ? [] : [{ name, difference }];
  });
  const [most] = found.toSorted((a, b) => b.difference.deltaMs - a.difference.deltaMs);
  if (most === undefined) return notTaken(`no load had enough echoes for a p${percentile}`);
  const { subjectMs, controlMs, deltaMs, lowMs, highMs } = most.difference;
  return {
    measured: { value: deltaMs },
    because: `${most.name}: p${percentile} ${words(subjectMs)} against ${words(controlMs)} on ${path.control}, 99 % interval of the difference ${words(lowMs)} to ${words(highMs)}`,
  };
}
