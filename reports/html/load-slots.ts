import type { LoadChart } from '../../harness/model/record.ts';
import { ground, linePath, type ChartPoint } from './chart-lines.ts';
import { logScale, type ChartScale } from './chart-scale.ts';
import { html, type Html } from './html.ts';
import { eventMarks, spanOf } from './load-figure.ts';
import { msTick, placeOf, rules } from './load-lanes.ts';

const HEIGHT = 84;

/** Latency of every slot in the order they ran, each on the same axes, so that a difference of the machine's mood shows as one. */
export function loadSlots(slots: readonly LoadChart[], path: string): Html | null {
  if (slots.length < 2) return null;
  const scale = logScale(slots.flatMap(({ points }) => points.flatMap(({ p50Ms, p99Ms }) => [p50Ms ?? 0, p99Ms ?? 0])));
  const spanMs = Math.max(...slots.map((slot) => spanOf(slot).spanMs));
  return html`
<div class="slots"><p class="label">p50 and p99 of every slot, in the order they ran</p>
<ol>${slots.map((slot, index) => slotMarkup(slot, index, { scale, spanMs, isOwn: slot.path === path }))}</ol></div>`;
}

interface SlotAxes {
  readonly scale: ChartScale;
  readonly spanMs: number;
  readonly isOwn: boolean;
}

function slotMarkup(slot: LoadChart, index: number, { scale, spanMs, isOwn }: SlotAxes): Html {
  const line = (of: (point: LoadChart['points'][number]) => number | null): string =>
    linePath(
      slot.points.map((point): ChartPoint => {
        const value = of(point);
        return [placeOf(point.atMs + slot.bucketMs / 2, { spanMs }), value === null ? null : HEIGHT * (1 - scale.position(value))];
      }),
    );
  const name = `${String(index + 1)} ${isOwn ? 'path' : 'control'}`;
  const ends = { ticks: [scale.ticks[0] ?? 0, scale.ticks.at(-1) ?? 1], position: (value: number) => scale.position(value) };
  return html`
<li class="slot ${isOwn ? 'own' : 'control'}"><p>${name} <span class="muted">${slot.ended !== 'complete' && `, ${slot.ended}`}</span></p>
<svg width="100%" height="${HEIGHT}" role="img" aria-label="Slot ${name}: p50 and p99 over time">${rules(ends, HEIGHT, msTick)}${eventMarks(slot.events, { spanMs }, 0, HEIGHT)}${ground(HEIGHT, [html`<path class="p99" d="${line(({ p99Ms }) => p99Ms)}"/>`, html`<path class="p50" d="${line(({ p50Ms }) => p50Ms)}"/>`])}</svg></li>`;
}

export const loadSlotsCss = `
.slots { display: grid; gap: .4rem; }
.slots ol { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem 1rem; }
.slot { padding-inline-start: 2.9rem; }
.slot p { font-size: .75rem; font-weight: 600; margin-inline-start: -2.9rem; margin-block-end: .4rem; }
.slot svg { overflow: visible; display: block; }
.slot .tick { text-anchor: end; }
.slot .grid { stroke: var(--line); }
.slot .event { stroke: var(--fail); stroke-width: 1.25; stroke-dasharray: 4 3; } .slot .during { fill: var(--fail); fill-opacity: .1; }
.slot path { fill: none; stroke: var(--accent); stroke-width: 1.75; stroke-linejoin: round; } .slot .p99 { stroke-width: 1.25; stroke-opacity: .7; }
.slot.control path { stroke: var(--muted); }
.slot.own p { color: var(--accent); }
@media (max-width: 700px) { .slots ol { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
`;
