import type { RunRecord } from '../../harness/model/record.ts';
import { formatDuration } from '../numbers.ts';
import { html, type Html, type Hole } from './html.ts';

const fact = (name: string, value: Hole): Html => html`<div><dt>${name}</dt> <dd>${value}</dd></div> `;

/** What the numbers below depend on: lab, versions, seed, machine. */
export function runFacts({ run, lab, machine, tool, exitCode }: RunRecord): Html {
  const versions = Object.entries(lab.versions).filter(([, version]) => version !== machine.kernel);
  return html`
<dl class="facts">
  ${fact('Run', `${run.id}, ${formatDuration(run.elapsedMs)}, exit code ${String(exitCode)}`)}
  ${fact('Lab', `${lab.kind}, ${lab.because}`)}
  ${fact('Machine', `${machine.kernel}, ${String(machine.cpus)} CPUs, Node ${machine.node}, ${machine.congestionControl}`)}
  ${versions.length > 0 && fact('Versions', versions.map(([name, version]) => `${name} ${version}`).join(', '))}
  ${fact('Seed', run.seed)}
  ${fact('Hopscope', tool.version)}
</dl>`;
}

export const runFactsCss = `
.facts { display: flex; flex-wrap: wrap; gap: .15rem 1.25rem; font-size: .8125rem; line-height: 1.5; color: var(--muted); }
.facts dt, .facts dd { display: inline; }
.facts dt { font-weight: 600; }
.facts > div { overflow-wrap: anywhere; }
`;
