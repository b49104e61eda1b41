import type { LoadChart, LoadPoint } from '../../harness/model/record.ts';
import { formatCount } from '../numbers.ts';
import { clip, visibleLine } from '../visible-text.ts';
import { bandPath, endLabels, ground, GROUND, linePath, type ChartPoint, type EndLabel } from './chart-lines.ts';
import { linearScale, logScale, most, type ChartScale } from './chart-scale.ts';
import { html, type Html } from './html.ts';

/** One band of the figure: what it shows, in words and as a drawing of its own height. */
export interface Lane {
  readonly title: string;
  readonly note: string;
  /** The note with a colour for each of its parts, where the drawing has them. */
  readonly coloured?: Html;
  readonly height: number;
  readonly drawing: Html | null;
}

/** The time axis that all lanes share. */
export interface LoadSpan {
  readonly spanMs: number;
}

export const cut = (text: string, limit: number): string => {
  const visible = [...visibleLine(clip(text, 400))];
  return visible.length > limit ? `${visible.slice(0, limit - 1).join('')}…` : visible.join('');
};

export const placeOf = (atMs: number, { spanMs }: LoadSpan): number => (GROUND * Math.min(spanMs, Math.max(0, atMs))) / spanMs;

/** Horizontal rules with their values. */
export const rules = (scale: ChartScale, height: number, words: (tick: number) => string): Html =>
  html`${scale.ticks.map((tick) => {
    const y = height * (1 - scale.position(tick));
    return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="tick" x="-7" y="${y + 4}">${words(tick)}</text>`;
  })}`;

export interface Series {
  readonly name: string;
  readonly style: string;
  readonly points: readonly ChartPoint[];
}

/** Lines over one scale, each named at its end. */
export function lines(
  series: readonly Series[],
  scale: ChartScale,
  height: number,
  words: (tick: number) => string,
  under: readonly Html[] = [],
): Html {
  const y = (value: number | null): number | null => (value === null ? null : height * (1 - scale.position(value)));
  const paths = series.map(
    ({ style, points }) => html`<path class="line ${style}" d="${linePath(points.map(([x, value]) => [x, y(value)]))}"/>`,
  );
  const ends = series.flatMap(({ name, style, points }): readonly EndLabel[] => {
    const last = points.findLast(([, value]) => value !== null)?.[1];
    return last === undefined ? [] : [{ text: cut(name, 16), style, y: y(last) ?? 0 }];
  });
  return html`${rules(scale, height, words)}${ground(height, [...under, ...paths])}${endLabels(ends, height)}`;
}

const ofPoints = (chart: LoadChart, span: LoadSpan, of: (point: LoadPoint) => number | null): readonly ChartPoint[] =>
  chart.points.map((point) => [placeOf(point.atMs + chart.bucketMs / 2, span), of(point)]);

const values = (points: readonly ChartPoint[]): readonly number[] => points.flatMap(([, value]) => value ?? []);

export function openLane(chart: LoadChart, span: LoadSpan): Lane {
  const points = ofPoints(chart, span, ({ open }) => open);
  const top = most(values(points));
  return {
    title: 'Open connections',
    note: `${formatCount(top)} at the most`,
    height: 54,
    drawing: lines([{ name: '', style: 'own', points }], linearScale(top), 54, formatCount),
  };
}

/** Of a load of idle connections: its pings. */
export function messagesLane(chart: LoadChart, span: LoadSpan): Lane | null {
  const perSecond = (of: (point: LoadPoint) => number): readonly ChartPoint[] =>
    ofPoints(chart, span, (point) => (of(point) * 1000) / chart.bucketMs);
  const isIdle = chart.points.every(({ sent, missed }) => sent === 0 && missed === 0);
  if (isIdle && chart.points.every(({ pongs }) => pongs === 0)) return null;
  const series = isIdle
    ? [{ name: 'pongs', style: 'own', points: perSecond(({ pongs }) => pongs) }]
    : [
        { name: 'sent', style: 'quiet', points: perSecond(({ sent }) => sent) },
        { name: 'echoed', style: 'own', points: perSecond(({ echoed }) => echoed) },
      ];
  const scale = linearScale(most(series.flatMap(({ points }) => values(points))));
  return {
    title: isIdle ? 'Pings answered a second' : 'Messages a second',
    note: '',
    height: 70,
    drawing: lines(series, scale, 70, formatCount),
  };
}

const FAILURES = [
  ['failedUpgrades', 'upgrades'],
  ['lostSessions', 'sessions'],
  ['missed', 'unsent'],
  ['corrupted', 'corrupted'],
] as const;

/** Upgrades that failed, sessions that were lost, messages that were due and not sent, and corrupted ones, stacked; a lane without a failure is its words alone. */
export function failuresLane(chart: LoadChart, span: LoadSpan): Lane {
  const height = 46;
  const sums = FAILURES.map(([kind, words]) => ({ kind, words, count: chart.points.reduce((total, point) => total + point[kind], 0) }));
  const told = sums.filter(({ count }) => count > 0).map(({ kind, words, count }) => ({ kind, words: `${formatCount(count)} ${words}` }));
  if (told.length === 0) return { title: 'Failures', note: 'none', height: 0, drawing: null };
  const scale = linearScale(most(chart.points.map((point) => FAILURES.reduce((total, [kind]) => total + point[kind], 0))));
  const bars = chart.points.flatMap((point) => {
    const x = placeOf(point.atMs + chart.bucketMs / 2, span);
    let from = 0;
    return FAILURES.flatMap(([kind]) => {
      if (point[kind] === 0) return [];
      const [low, high] = [from, (from += point[kind])].map((value) => height * (1 - scale.position(value)));
      return [html`<path class="bar ${kind}" d="M${x} ${low ?? 0}V${high ?? 0}"/>`];
    });
  });
  const coloured = html`${told.map(({ kind, words }, index) => html`${index > 0 && ', '}<tspan class="${kind}">${words}</tspan>`)}`;
  const note = told.map(({ words }) => words).join(', ');
  return {
    title: 'Failures',
    note,
    coloured,
    height,
    drawing: html`${rules(scale, height, formatCount)}${ground(height, bars)}`,
  };
}

/** What an axis of latency in milliseconds says at a tick. */
export const msTick = (ms: number): string => (ms >= 1000 ? `${formatCount(ms / 1000)} s` : `${String(ms)} ms`);

/** p50 to p90 and p90 to p99 as ground, p50 and p99 as lines, the slowest as dots of a line. */
export function latencyLane(chart: LoadChart, span: LoadSpan): Lane {
  const height = 150;
  const series = (
    [
      ['max', 'max', ({ maxMs }) => maxMs],
      ['p99', 'p99', ({ p99Ms }) => p99Ms],
      ['p90', 'p90', ({ p90Ms }) => p90Ms],
      ['p50', 'p50', ({ p50Ms }) => p50Ms],
    ] as readonly (readonly [string, string, (point: LoadPoint) => number | null])[]
  ).map(([name, style, of]): Series => ({ name, style, points: ofPoints(chart, span, of) }));
  const all = series.flatMap(({ points }) => values(points));
  if (all.length === 0) return { title: 'Latency', note: 'no echo came', height: 0, drawing: null };
  const scale = logScale(all);
  const placed = series.map(({ points }) =>
    points.map(([x, value]): ChartPoint => [x, value === null ? null : height * (1 - scale.position(value))]),
  );
  const bands = [
    html`<path class="wide band" d="${bandPath(placed[1] ?? [], placed[2] ?? [])}"/><path class="band" d="${bandPath(placed[2] ?? [], placed[3] ?? [])}"/>`,
  ];
  return { title: 'Latency', note: 'logarithmic; of the echoes that came', height, drawing: lines(series, scale, height, msTick, bands) };
}
