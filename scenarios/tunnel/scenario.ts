import { defineScenario, isImpaired, type LivePath, playAll, type PlayCase, playCases } from '../../harness/index.ts';
import { compressionCases } from './compression.ts';
import { controlCases } from './control-frames.ts';
import { bulkCases, coalescingCases, directionCases } from './directions.ts';
import { fragmentCases } from './fragments.ts';
import { pressureCases } from './pressure.ts';
import { reservedCases } from './reserved-bits.ts';
import { sizeCases } from './sizes.ts';

interface Options {
  /** How many connections are under way on one path at a time. */
  readonly atOnce: number;
  /** By which deadlines are multiplied where a link impairs packets. */
  readonly impairedPatience: number;
}

interface BulkOptions extends Options {
  /** Of each of the bulk cases, in millions of bytes a direction. */
  readonly megabytes: number;
}

const all: readonly PlayCase[] = [
  ...sizeCases,
  ...fragmentCases,
  ...controlCases,
  ...compressionCases,
  ...reservedCases,
  ...directionCases,
  ...coalescingCases,
  ...pressureCases,
];

/** What is short, and what moves so many bytes or waits so long that it would disturb the others. */
export const tunnelCases: readonly PlayCase[] = all.filter(({ slow }) => slow !== true);
export const pressedCases: readonly PlayCase[] = all.filter(({ slow }) => slow === true);
const BULK_CASES = pressedCases.length + bulkCases(1).length;

const patienceOf =
  ({ impairedPatience }: Options) =>
  ({ path }: LivePath): number =>
    isImpaired(path) ? impairedPatience : 1;

/** Sends bytes through upgraded connections between two scripted ends and records what came out of each. */
export const tunnel = defineScenario<Options>({
  id: 'tunnel',
  title: 'Tunnel',
  about: `${tunnelCases.length} scripted connections through the upgraded path: frames of every size, fragments, control frames, compression, reserved bits, each direction, half-close; whether every byte came unchanged and in order, and how long small writes are held.`,
  defaults: { atOnce: 12, impairedPatience: 5 },
  capture: 'headers',
  async run(context) {
    await playAll(context, tunnelCases, { scenario: 'tunnel', atOnce: context.options.atOnce, patience: patienceOf(context.options) });
  },
});

/** The same with many bytes: what a path does when it is full. Packets are not captured: they are too many to keep, and the ends digest every byte. */
export const tunnelBulk = defineScenario<BulkOptions>({
  id: 'tunnel-bulk',
  title: 'Tunnel under pressure',
  about: `${BULK_CASES} scripted connections that move megabytes: frames of 16 MiB, slow readers and writers each way, and a stream of bytes both ways with a digest; whether every byte came, and how much the path takes before it blocks.`,
  isSpecial: true,
  defaults: { megabytes: 4, atOnce: 4, impairedPatience: 5 },
  capture: 'off',
  async run(context) {
    const cases = [...pressedCases, ...bulkCases(context.options.megabytes)];
    const { atOnce } = context.options;
    context.progress(`${cases.length} plays of many bytes on ${context.paths.length} paths`, 0, 1);
    await context.stimulus(context.paths, () =>
      playCases(context, context.paths, cases, { scenario: 'tunnel-bulk', mostAtOnce: atOnce, patience: patienceOf(context.options) }),
    );
  },
});
