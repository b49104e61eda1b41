import type { RunRecord } from '../../harness/model/record.ts';
import { formatDuration } from '../numbers.ts';
import { html, type Html, type Hole } from './html.ts';

const fact = (name: string, value: Hole, detail: Hole = null): Html =>
  html`<div><dt>${name}</dt><dd>${value}${detail !== null && html`<span class="muted">${detail}</span>`}</dd></div>`;

/** What the numbers below depend on: lab, versions, seed, machine. */
export function runFacts({ run, lab, machine, tool, exitCode }: RunRecord): Html {
  const versions = Object.entries(lab.versions).map(([name, version]) => html`<span class="version">${name} ${version}</span> `);
  return html`
<dl class="facts">
  ${fact('Lab', lab.kind, `: ${lab.because}`)}
  ${fact('Versions', versions)}
  ${fact('Machine', machine.kernel, `, ${String(machine.cpus)} CPUs, Node ${machine.node}, ${machine.congestionControl} congestion control`)}
  ${fact('Run', html`<code>${run.id}</code>`, `, ${formatDuration(run.elapsedMs)}, exit code ${String(exitCode)}`)}
  ${fact('Seed', html`<code>${run.seed}</code>`)}
  ${fact('Hopscope', tool.version)}
</dl>`;
}

export const runFactsCss = `
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: .75rem 2rem; padding-block: 1rem; border-block: 1px solid var(--line); font-size: .875rem; line-height: 1.45; }
@media (max-width: 640px) { .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem 1.25rem; } }
.facts dt { font-size: .75rem; font-weight: 600; color: var(--muted); }
.version { display: inline-block; }
.version:not(:last-child)::after { content: ","; }
`;
