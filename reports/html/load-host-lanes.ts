import type { LoadChart } from '../../harness/model/record.ts';
import { formatCount } from '../numbers.ts';
import { endLabels, ground, stepPath } from './chart-lines.ts';
import { linearScale, most } from './chart-scale.ts';
import { html } from './html.ts';
import { cut, lines, placeOf, rules, type Lane, type LoadSpan, type Series } from './load-lanes.ts';

type HostPoint = LoadChart['hosts'][number]['points'][number];

const PROXY_STYLES = ['proxy-1', 'proxy-2', 'proxy-3'] as const;

/** The same style for a host in every lane. */
function styleOf(chart: LoadChart, host: string): string {
  const role = chart.hosts.find((it) => it.host === host)?.role ?? 'client';
  const index = chart.hosts.filter((it) => it.role === 'proxy').findIndex((it) => it.host === host);
  return role === 'proxy' ? (PROXY_STYLES[index % PROXY_STYLES.length] ?? 'proxy-1') : role;
}

const seriesOf = (
  chart: LoadChart,
  span: LoadSpan,
  hosts: LoadChart['hosts'],
  of: (point: HostPoint) => number | null,
): readonly Series[] =>
  hosts
    .map(({ host, points }) => ({
      name: host,
      style: styleOf(chart, host),
      points: points.map((point) => [placeOf(point.atMs, span), of(point)] as const),
    }))
    .filter(({ points }) => points.some(([, value]) => value !== null));

const highest = (series: readonly Series[]): number => most(series.flatMap(({ points }) => points.flatMap(([, value]) => value ?? [])));

/** Of one CPU, each host. */
export function cpuLane(chart: LoadChart, span: LoadSpan): Lane {
  const series = seriesOf(chart, span, chart.hosts, ({ cpuPercent }) => cpuPercent);
  if (series.length === 0) return { title: 'CPU', note: 'not measured', height: 0, drawing: null };
  const scale = linearScale(Math.max(100, highest(series)));
  return {
    title: 'CPU',
    note: '100 % is one CPU in full use',
    height: 78,
    drawing: lines(series, scale, 78, (tick) => `${formatCount(tick)} %`),
  };
}

/** Resident memory of each proxy; none on a control path. */
export function memoryLane(chart: LoadChart, span: LoadSpan): Lane | null {
  const proxies = chart.hosts.filter(({ role }) => role === 'proxy');
  if (proxies.length === 0) return null;
  const series = seriesOf(chart, span, proxies, ({ rssBytes }) => (rssBytes === null ? null : rssBytes / 1e6));
  if (series.length === 0) return { title: 'Memory of the proxies', note: 'not measured', height: 0, drawing: null };
  return {
    title: 'Memory of the proxies',
    note: '',
    height: 58,
    drawing: lines(series, linearScale(highest(series)), 58, (tick) => `${formatCount(tick)} MB`),
  };
}

/** `client → haproxy`: who sent again, and towards whom. */
export function senderWords({ legs, host }: LoadChart['resent'][number]): string {
  const [leg = ''] = legs;
  if (legs.length > 1) return `${host}, ${legs.length === 2 ? 'both' : 'all'} legs`;
  if (leg.startsWith(`${host}-`)) return `${host} → ${leg.slice(host.length + 1)}`;
  return leg.endsWith(`-${host}`) ? `${host} → ${leg.slice(0, -host.length - 1)}` : `${host}, ${leg}`;
}

/** Segments sent again since the start; what sent none again is told in words. */
export function resentLane(chart: LoadChart, span: LoadSpan): Lane {
  const title = 'Segments sent again';
  const height = 58;
  if (chart.resent.length === 0) return { title, note: 'not measured', height: 0, drawing: null };
  const climbing = chart.resent.filter(({ points }) => points.some(({ retransSegs }) => retransSegs > 0));
  if (climbing.length === 0) return { title, note: 'none on any leg', height: 0, drawing: null };
  const scale = linearScale(most(climbing.flatMap(({ points }) => points.map(({ retransSegs }) => retransSegs))));
  const y = (segs: number): number => height * (1 - scale.position(segs));
  const placed = climbing.map((it) => {
    const last = it.points.at(-1)?.retransSegs ?? 0;
    const steps = [
      ...it.points.map(({ atMs, retransSegs }) => [placeOf(atMs, span), y(retransSegs)] as const),
      [placeOf(Infinity, span), y(last)] as const,
    ];
    return {
      style: styleOf(chart, it.host),
      steps,
      label: { text: `${formatCount(last)} ${cut(senderWords(it), 20)}`, style: styleOf(chart, it.host), y: y(last) },
    };
  });
  const paths = placed.map(({ style, steps }) => html`<path class="line ${style}" d="${stepPath(steps)}"/>`);
  const labels = endLabels(
    placed.map(({ label }) => label),
    height,
  );
  return { title, note: 'since the start', height, drawing: html`${rules(scale, height, formatCount)}${ground(height, paths)}${labels}` };
}
