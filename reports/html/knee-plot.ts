import type { KneeEvidence } from '../../harness/model/load.ts';
import { formatCount } from '../numbers.ts';
import { logScale, linearScale, most } from './chart-scale.ts';
import { html, type Html } from './html.ts';
import { msTick, rules } from './load-lanes.ts';

const HEIGHT = 190;
const NUMBER = /(?<![\w.])p99\s*<=?\s*(\d+(?:\.\d+)?)\s*(us|ms|s)\b/;
const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

/** The p99 that a limit allows, in milliseconds; null where it says nothing of it. */
export function limitMs(limit: string): number | null {
  const [, number, unit] = NUMBER.exec(limit) ?? [];
  const ms = Number(number) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  return Number.isFinite(ms) ? ms : null;
}

/** p99 by what was asked for, with the limit as a line; a step that broke the limit is a cross. Null where no p99 was measured. */
export function kneePlot({ of, limit, steps, sustainable }: KneeEvidence): Html | null {
  const measured = steps.flatMap(({ value, met, measures }) =>
    measures['p99Ms'] === undefined ? [] : [{ value, met, ms: measures['p99Ms'] }],
  );
  if (measured.length === 0) return null;
  const allowed = limitMs(limit);
  const scale = logScale([...measured.map(({ ms }) => ms), ...(allowed === null ? [] : [allowed])]);
  const wide = linearScale(most(measured.map(({ value }) => value)));
  const x = (value: number): string => `${(100 * wide.position(value)).toFixed(2)}%`;
  const y = (ms: number): number => HEIGHT * (1 - scale.position(ms));
  const words = `p99 by ${of}: ${measured.map(({ value, ms, met }) => `${formatCount(value)} ${ms.toFixed(1)} ms${met ? '' : ', limit broken'}`).join('; ')}`;
  return html`
<figure class="knee-plot"><svg width="100%" height="${HEIGHT + 40}" role="img" aria-label="${words}">
${rules(scale, HEIGHT, msTick)}
${allowed !== null && html`<line class="limit" x1="0" x2="100%" y1="${y(allowed)}" y2="${y(allowed)}"/><text class="limit-name" x="0" y="${y(allowed) - 5}">p99 limit ${msTick(allowed)}</text>`}
${sustainable !== null && html`<line class="sustained" x1="${x(sustainable)}" x2="${x(sustainable)}" y1="0" y2="${HEIGHT}"/><text class="sustained-name" x="${x(sustainable)}" y="11">${formatCount(sustainable)}</text>`}
${measured.map(({ value, ms, met }) => (met ? html`<circle class="kept" cx="${x(value)}" cy="${y(ms)}" r="4"/>` : html`<svg class="broken" x="${x(value)}" y="${y(ms)}"><path d="M-4 -4L4 4M4 -4L-4 4"/></svg>`))}
${wide.ticks.map((tick) => html`<text class="time" x="${x(tick)}" y="${HEIGHT + 17}">${formatCount(tick)}</text>`)}
<text class="time" x="50%" y="${HEIGHT + 34}">${of === 'messages' ? 'messages a second' : 'connections'}</text>
</svg></figure>`;
}

export const kneePlotCss = `
.knee-plot { padding-inline: 3.4rem 2rem; padding-block-start: .5rem; }
.knee-plot svg { overflow: visible; display: block; }
.knee-plot .tick { text-anchor: end; } .knee-plot .time { text-anchor: middle; }
.knee-plot .grid { stroke: var(--line); }
.knee-plot .limit { stroke: var(--fail); stroke-dasharray: 5 3; stroke-width: 1.5; } .knee-plot .limit-name { fill: var(--fail); font-weight: 600; }
.knee-plot .sustained { stroke: var(--pass); stroke-width: 1.5; } .knee-plot .sustained-name { fill: var(--pass); font-weight: 700; text-anchor: end; transform: translateX(-5px); }
.knee-plot .kept { fill: var(--accent); stroke: var(--surface); stroke-width: 1.5; }
.knee-plot .broken path { stroke: var(--fail); stroke-width: 2.5; stroke-linecap: round; fill: none; }
`;
